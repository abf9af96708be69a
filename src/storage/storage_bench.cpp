// What storage costs on this machine: run from a folder of the disk that the data will be on, since
// the temporary folder may be memory. `storage_bench --benchmark_counters_tabular=true`
#include <benchmark/benchmark.h>

#include "storage/local_disk.hpp"
#include "storage/memory_disk.hpp"
#include "storage/testing/temp_folder.hpp"

namespace tarn::storage {
namespace {

void create_small_objects(benchmark::State& state, Durability durability) {
    testing::TempFolder folder;
    auto disk = LocalDisk::open(folder.uri());
    std::string content(2000, 'x');
    int64_t number = 0;
    for (auto _ : state) {
        disk->create(fmt::format("{}.json", number++), as_bytes(content),
                     {.durability = durability});
    }
}
BENCHMARK_CAPTURE(create_small_objects, synced, Durability::Synced)->UseRealTime();
BENCHMARK_CAPTURE(create_small_objects, buffered, Durability::Buffered)->UseRealTime();

void append_and_sync(benchmark::State& state) {
    testing::TempFolder folder;
    auto file = LocalDisk::open(folder.uri())->create_file("0.log");
    std::string batch(static_cast<size_t>(state.range(0)), 'x');
    for (auto _ : state) {
        file->append(as_bytes(batch));
        file->sync();
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(append_and_sync)->Arg(1 << 10)->Arg(64 << 10)->Arg(1 << 20)->UseRealTime();

void append(benchmark::State& state) {
    testing::TempFolder folder;
    auto file = LocalDisk::open(folder.uri())->create_file("0.log");
    std::string batch(static_cast<size_t>(state.range(0)), 'x');
    for (auto _ : state) {
        if (file->size() > 1 << 28) file->truncate(0);
        file->append(as_bytes(batch));
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(append)->Arg(1 << 10)->Arg(64 << 10)->UseRealTime();

void read_at(benchmark::State& state) {
    testing::TempFolder folder;
    auto disk = LocalDisk::open(folder.uri());
    disk->write("0.log", as_bytes(std::string(64 << 20, 'x')));
    auto reader = disk->open_reader("0.log");
    Bytes into(static_cast<size_t>(state.range(0)));
    int64_t offset = 0;
    for (auto _ : state) {
        if (offset + state.range(0) > reader->size()) offset = 0;
        benchmark::DoNotOptimize(reader->read_at(offset, std::span(into)));
        offset += state.range(0);
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(read_at)->Arg(4 << 10)->Arg(1 << 20)->UseRealTime();

}  // namespace
}  // namespace tarn::storage
