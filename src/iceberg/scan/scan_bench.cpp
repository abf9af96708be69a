// Planning over a table of 100,000 files, with metrics of five or twenty columns, in ten manifests
// whose files are of thirty days, one of which is asked for; and over all of them. Cold plans read
// and decode every manifest, warm ones find them decoded.
#include <benchmark/benchmark.h>

#include "iceberg/format/single_value.hpp"
#include "iceberg/scan/scan_fixture.hpp"

namespace tarn::iceberg {
namespace {

constexpr int ManifestCount = 10;
constexpr int FilesEach = 10'000;
constexpr int32_t FirstDay = 20'000;

SchemaPtr schema_of(int64_t column_count) {
    std::vector<Field> fields{{.id = 1, .name = "ts", .type = TypeKind::TimestampTz}};
    for (int32_t id = 2; id <= column_count; ++id) {
        Type type = id % 3 == 0 ? TypeKind::String : TypeKind::Long;
        fields.push_back({.id = id, .name = fmt::format("column_{}", id), .type = type});
    }
    return Schema::make(0, std::move(fields));
}

DataFile file_of(int number, int64_t column_count, Random& random) {
    DataFile file;
    int32_t day = FirstDay + number % 30;
    file.path = fmt::format("s3://lake/trades/data/ts_day={}/{:016x}-{:016x}.parquet", day,
                            random.next(), random.next());
    file.partition = {day};
    file.record_count = 100'000;
    file.file_bytes = static_cast<int64_t>(10'000'000 + random.below(5'000'000));
    for (int32_t id = 1; id <= column_count; ++id) {
        file.metrics.column_bytes[id] = static_cast<int64_t>(random.below(1'000'000));
        file.metrics.value_counts[id] = file.record_count;
        file.metrics.null_counts[id] = static_cast<int64_t>(random.below(3));
        int64_t low = int64_t{day} * 86'400'000'000;
        bool is_text = id % 3 == 0;
        auto text = [&] { return copy_of(as_bytes(fmt::format("{:016x}", random.next()))); };
        file.metrics.lower_bounds[id] = is_text ? text() : to_bytes(low);
        file.metrics.upper_bounds[id] = is_text ? text() : to_bytes(low + 86'399'000'000);
    }
    return file;
}

// Made once for each number of columns.
ScanFixture& table_of(int64_t column_count) {
    static std::map<int64_t, std::unique_ptr<ScanFixture>> tables;
    auto& table = tables[column_count];
    if (table) return *table;
    table = std::make_unique<ScanFixture>(
        schema_of(column_count),
        PartitionSpec{.id = 0, .fields = {{1, 1000, "ts_day", Transform::day()}}});
    SeededRandom random(7);
    for (int manifest = 0; manifest < ManifestCount; ++manifest) {
        std::vector<DataFile> files;
        for (int i = 0; i < FilesEach; ++i) files.push_back(file_of(i, column_count, random));
        table->append(std::move(files));
    }
    return *table;
}

ScanRequest one_day() {
    return {
        .filter = all_of(
            {condition("ts", Operation::GreaterOrEqual, {int64_t{FirstDay + 3} * 86'400'000'000}),
             condition("ts", Operation::Less, {int64_t{FirstDay + 4} * 86'400'000'000})})};
}

void run(benchmark::State& state, const ScanRequest& request, bool is_warm) {
    ScanFixture& fixture = table_of(state.range(0));
    auto cache = std::make_unique<ManifestCache>(fixture.files());
    if (is_warm) plan(fixture.table(), *cache, request);
    size_t taken = 0;
    for (auto _ : state) {
        if (!is_warm) {
            state.PauseTiming();
            cache = std::make_unique<ManifestCache>(fixture.files());
            state.ResumeTiming();
        }
        taken = plan(fixture.table(), *cache, request).tasks.size();
    }
    state.counters["files"] = static_cast<double>(taken);
    state.counters["cache_MB"] = static_cast<double>(cache->kept_bytes()) / 1e6;
}

void plan_one_day_cold(benchmark::State& state) {
    run(state, one_day(), false);
}

void plan_one_day_warm(benchmark::State& state) {
    run(state, one_day(), true);
}

void plan_all_warm(benchmark::State& state) {
    run(state, {}, true);
}

#define FOR_COLUMN_COUNTS Arg(5)->Arg(20)->Unit(benchmark::kMillisecond)->UseRealTime()
BENCHMARK(plan_one_day_cold)->FOR_COLUMN_COUNTS;
BENCHMARK(plan_one_day_warm)->FOR_COLUMN_COUNTS;
BENCHMARK(plan_all_warm)->FOR_COLUMN_COUNTS;

}  // namespace
}  // namespace tarn::iceberg
