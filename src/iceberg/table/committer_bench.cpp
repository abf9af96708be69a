// What a commit costs on a local disk: an append of one data file into a table that has so many
// snapshots and files already, from one writer and from many. Run it from a folder of the disk that
// tables will be on, with TMPDIR there: the temporary folder may be memory.
#include <benchmark/benchmark.h>

#include <thread>

#include "iceberg/catalog/catalog.hpp"
#include "iceberg/format/single_value.hpp"
#include "iceberg/table/committers.hpp"
#include "storage/local_disk.hpp"
#include "storage/testing/temp_folder.hpp"

namespace tarn::iceberg {
namespace {

class Table {
public:
    Table() {
        catalog_.create_namespace({"db"}, {});
        std::vector<Field> fields;
        for (int32_t id = 1; id <= Columns; ++id) {
            fields.push_back({.id = id, .name = fmt::format("c{}", id), .type = TypeKind::Long});
        }
        catalog_.create_table({.name = name_, .schema = Schema::make(0, std::move(fields))});
    }

    // `files` in the first of `snapshots`, save one for each that follows.
    void fill(int64_t snapshots, int64_t files) {
        std::vector<DataFile> many;
        for (int64_t i = 0; i < files - snapshots + 1; ++i) many.push_back(file());
        committers_.commit(name_, append(std::move(many)));
        for (int64_t i = 1; i < snapshots; ++i) append_one();
    }
    void append_one() { committers_.commit(name_, append({file()})); }

private:
    static constexpr int32_t Columns = 10;

    DataFile file() {
        DataFile file;
        file.path = fmt::format("{}/data/{:016x}-{:016x}.parquet", disk_->root().text(),
                                random_.next(), random_.next());
        file.record_count = 100'000;
        file.file_bytes = 10'000'000;
        for (int32_t id = 1; id <= Columns; ++id) {
            file.metrics.column_bytes[id] = static_cast<int64_t>(random_.below(1'000'000));
            file.metrics.value_counts[id] = file.record_count;
            file.metrics.null_counts[id] = 0;
            file.metrics.lower_bounds[id] = to_bytes(static_cast<int64_t>(random_.below(1'000)));
            file.metrics.upper_bounds[id] = to_bytes(static_cast<int64_t>(random_.below(1 << 30)));
        }
        return file;
    }

    storage::testing::TempFolder folder_;
    std::unique_ptr<storage::LocalDisk> disk_ = storage::LocalDisk::open(folder_.uri());
    SystemClock clock_;
    SystemRandom random_;
    CatalogStore store_{open_sqlite(folder_.path() / "catalog.db"), "tarn"};
    TableFiles files_{{disk_.get()}, 64 << 20};
    Catalog catalog_{{store_, files_, clock_, random_}, disk_->uri_of("warehouse")};
    Committers committers_{{catalog_, files_, clock_, random_, {}}};
    TableName name_{{"db"}, "t"};
};

void append_one_file(benchmark::State& state) {
    Table table;
    table.fill(state.range(0), state.range(1));
    for (auto _ : state) table.append_one();
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(append_one_file)
    ->ArgNames({"snapshots", "files"})
    ->Args({1, 1})
    ->Args({1'000, 10'000})
    ->Iterations(200)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

// Each waits for its own commit before it makes the next.
void append_by_writers(benchmark::State& state) {
    constexpr int Each = 25;
    Table table;
    table.fill(state.range(1), 10 * state.range(1));
    for (auto _ : state) {
        std::vector<std::jthread> writers;
        for (int64_t i = 0; i < state.range(0); ++i) {
            writers.emplace_back([&] {
                for (int number = 0; number < Each; ++number) table.append_one();
            });
        }
    }
    state.SetItemsProcessed(state.iterations() * state.range(0) * Each);
}
BENCHMARK(append_by_writers)
    ->ArgNames({"writers", "snapshots"})
    ->Args({1, 100})
    ->Args({8, 100})
    ->Args({32, 100})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace tarn::iceberg
