// How fast a plan gets at the entries of manifests of 10,000 files, by the number of columns that
// the files have metrics of, and how fast such manifests are written. `files` are made as streaming
// ingest makes them: metrics of every column, text and numbers.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/random.hpp"
#include "iceberg/format/manifest_reader.hpp"
#include "iceberg/format/manifest_writer.hpp"
#include "iceberg/format/single_value.hpp"

namespace tarn::iceberg {
namespace {

constexpr int64_t EntryCount = 10'000;

SchemaPtr schema_of(int64_t column_count) {
    std::vector<Field> fields;
    for (int32_t id = 1; id <= column_count; ++id) {
        Type type = id % 3 == 0 ? TypeKind::String
                    : id == 1   ? TypeKind::TimestampTz
                                : TypeKind::Long;
        fields.push_back({.id = id, .name = fmt::format("column_{}", id), .type = type});
    }
    return Schema::make(0, std::move(fields));
}

PartitionSpec by_day() {
    return {.id = 0, .fields = {{1, 1000, "ts_day", Transform::day()}}};
}

Bytes text_bound(Random& random) {
    return copy_of(as_bytes(fmt::format("{:016x}", random.next())));
}

DataFile file_of(int64_t number, int64_t column_count, Random& random) {
    DataFile file;
    file.path =
        fmt::format("s3://warehouse/trades/data/ts_day=2026-11-{:02}/{:016x}-{:016x}.parquet",
                    1 + number % 30, random.next(), random.next());
    file.partition = {static_cast<int32_t>(20'000 + number % 30)};
    file.record_count = static_cast<int64_t>(100'000 + random.below(50'000));
    file.file_bytes = static_cast<int64_t>(10'000'000 + random.below(5'000'000));
    for (int32_t id = 1; id <= column_count; ++id) {
        file.metrics.column_bytes[id] = static_cast<int64_t>(random.below(1'000'000));
        file.metrics.value_counts[id] = file.record_count;
        file.metrics.null_counts[id] = static_cast<int64_t>(random.below(3));
        auto number_bound = [&] { return to_bytes(static_cast<int64_t>(random.below(1 << 30))); };
        bool is_text = id % 3 == 0;
        file.metrics.lower_bounds[id] = is_text ? text_bound(random) : number_bound();
        file.metrics.upper_bounds[id] = is_text ? text_bound(random) : number_bound();
    }
    file.split_offsets = {4};
    return file;
}

std::vector<DataFile> files_of(int64_t column_count) {
    SeededRandom random(7);
    std::vector<DataFile> files;
    for (int64_t i = 0; i < EntryCount; ++i) files.push_back(file_of(i, column_count, random));
    return files;
}

WrittenManifest written(const std::vector<DataFile>& files, int64_t column_count) {
    SeededRandom random(1);
    ManifestWriter writer({.schema = schema_of(column_count), .spec = by_day(), .snapshot_id = 1},
                          random);
    for (const DataFile& file : files) writer.add(file);
    return writer.finish();
}

void write(benchmark::State& state) {
    auto files = files_of(state.range(0));
    for (auto _ : state) benchmark::DoNotOptimize(written(files, state.range(0)));
    state.SetItemsProcessed(state.iterations() * EntryCount);
}

// Looks at each entry as a plan does before it knows which are wanted.
void scan(benchmark::State& state, const ManifestColumns& columns) {
    auto manifest = written(files_of(state.range(0)), state.range(0));
    auto file = arrow::Buffer::FromString(std::string(as_text(manifest.bytes)));
    Type partition = by_day().partition_type(*schema_of(state.range(0)));
    manifest.manifest.sequence_number = 1;
    int64_t rows = 0;
    for (auto _ : state) {
        ManifestReader reader(file, manifest.manifest, partition, columns);
        while (auto entries = reader.next()) {
            for (int64_t i = 0; i < entries->size(); ++i) {
                bool is_wanted = entries->is_live(i) && entries->partition_value(i, 0) &&
                                 !entries->path(i).empty();
                if (is_wanted) rows += entries->record_count(i);
                benchmark::DoNotOptimize(entries->lower_bound(i, 1));
            }
        }
    }
    benchmark::DoNotOptimize(rows);
    state.SetItemsProcessed(state.iterations() * EntryCount);
    state.SetBytesProcessed(state.iterations() * manifest.manifest.length);
    state.counters["bytes_per_entry"] =
        static_cast<double>(manifest.manifest.length) / static_cast<double>(EntryCount);
}

void scan_without_metrics(benchmark::State& state) {
    scan(state, ManifestColumns::without_metrics());
}

void scan_with_metrics_of_one_column(benchmark::State& state) {
    scan(state, ManifestColumns::with_metrics_of({1}));
}

void scan_with_all_metrics(benchmark::State& state) {
    scan(state, ManifestColumns::all());
}

void make_every_entry(benchmark::State& state) {
    auto manifest = written(files_of(state.range(0)), state.range(0));
    auto file = arrow::Buffer::FromString(std::string(as_text(manifest.bytes)));
    Type partition = by_day().partition_type(*schema_of(state.range(0)));
    for (auto _ : state) {
        benchmark::DoNotOptimize(read_manifest(file, manifest.manifest, partition));
    }
    state.SetItemsProcessed(state.iterations() * EntryCount);
}

#define FOR_COLUMN_COUNTS Arg(5)->Arg(20)->Arg(100)->Unit(benchmark::kMillisecond)
BENCHMARK(scan_without_metrics)->Arg(1)->FOR_COLUMN_COUNTS;
BENCHMARK(scan_with_metrics_of_one_column)->FOR_COLUMN_COUNTS;
BENCHMARK(scan_with_all_metrics)->FOR_COLUMN_COUNTS;
BENCHMARK(make_every_entry)->FOR_COLUMN_COUNTS;
BENCHMARK(write)->FOR_COLUMN_COUNTS;

}  // namespace
}  // namespace tarn::iceberg
