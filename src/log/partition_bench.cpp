// What a partition costs on this machine: run from a folder of the disk that the data will be on.
// `log_bench --benchmark_counters_tabular=true`
#include <benchmark/benchmark.h>
#include <malloc.h>

#include "base/random.hpp"
#include "log/batch_builder.hpp"
#include "log/partition.hpp"
#include "storage/local_disk.hpp"
#include "storage/testing/temp_folder.hpp"

namespace tarn::log {
namespace {

constexpr int64_t LogBytes = int64_t{256} << 20;
constexpr int PartitionCount = 2000;

Bytes batch_of(int64_t bytes) {
    BatchBuilder builder({});
    std::string value(100, 'v');
    int64_t left = bytes;
    do {
        builder.add({.timestamp = 1'000'000, .key = as_bytes("key"), .value = as_bytes(value)});
        left -= 112;
    } while (left > 0);
    return std::move(builder).finish();
}

class OnDisk {
public:
    OnDisk() { settings_.segment_bytes_max = 64 << 20; }

    std::unique_ptr<Partition> open(int number = 0) {
        return Partition::open(
            {.disk = *disk_, .folder = fmt::format("t/{}", number), .clock = clock_}, settings_,
            FlushPolicy::Os, ++epoch_);
    }

private:
    storage::testing::TempFolder folder_;
    std::unique_ptr<storage::LocalDisk> disk_ = storage::LocalDisk::open(folder_.uri());
    SystemClock clock_;
    PartitionSettings settings_;
    int32_t epoch_ = 0;
};

// With the rolls, and without flushing.
void partition_append(benchmark::State& state) {
    OnDisk disk;
    auto partition = disk.open();
    Bytes batch = batch_of(state.range(0));
    for (auto _ : state) {
        auto answer = partition->append(batch);
        benchmark::DoNotOptimize(answer);
        if (partition->size_bytes() < LogBytes) continue;
        state.PauseTiming();
        partition->trim(partition->end_offset());
        state.ResumeTiming();
    }
    state.SetBytesProcessed(state.iterations() * std::ssize(batch));
}
BENCHMARK(partition_append)->Arg(1 << 10)->Arg(64 << 10)->Arg(1 << 20);

// A fetch of 64 KiB from a place drawn at random.
void partition_read(benchmark::State& state) {
    OnDisk disk;
    auto partition = disk.open();
    Bytes batch = batch_of(state.range(0));
    while (partition->size_bytes() < LogBytes) partition->append(batch);
    SeededRandom random(1);
    for (auto _ : state) {
        auto from =
            static_cast<Offset>(random.below(static_cast<uint64_t>(partition->end_offset())));
        benchmark::DoNotOptimize(partition->read(from, {.bytes_max = 64 << 10}));
    }
}
BENCHMARK(partition_read)->Arg(1 << 10)->Arg(64 << 10);

// What most fetches are: the newest batch.
void partition_read_tail(benchmark::State& state) {
    OnDisk disk;
    auto partition = disk.open();
    Bytes batch = batch_of(1 << 10);
    for (auto _ : state) {
        state.PauseTiming();
        Offset from = partition->end_offset();
        partition->append(batch);
        state.ResumeTiming();
        benchmark::DoNotOptimize(partition->read(from, {.bytes_max = 64 << 10}));
    }
}
BENCHMARK(partition_read_tail)->Iterations(20'000);

void partition_find_time(benchmark::State& state) {
    OnDisk disk;
    auto partition = disk.open();
    Bytes batch = batch_of(1 << 10);
    Timestamp time = 0;
    while (partition->size_bytes() < LogBytes) {
        set_max_timestamp(batch, TimestampType::LogAppendTime, ++time);
        partition->append(batch);
    }
    SeededRandom random(1);
    for (auto _ : state) {
        auto asked = static_cast<Timestamp>(random.below(static_cast<uint64_t>(time)));
        benchmark::DoNotOptimize(partition->find_time(asked, Isolation::Uncommitted));
    }
}
BENCHMARK(partition_find_time);

void partition_recover(benchmark::State& state) {
    OnDisk disk;
    auto partition = disk.open();
    Bytes batch = batch_of(64 << 10);
    int64_t bytes = 60 << 20;
    while (partition->size_bytes() < bytes) partition->append(batch);
    for (auto _ : state) {
        partition.reset();
        partition = disk.open();
    }
    state.SetBytesProcessed(state.iterations() * bytes);
}
BENCHMARK(partition_recover)->Unit(benchmark::kMillisecond);

// Thousands of partitions at a start: empty ones, and ones with a few batches that were closed.
void partition_open_many(benchmark::State& state) {
    OnDisk disk;
    Bytes batch = batch_of(1 << 10);
    auto partitions = std::make_unique<std::vector<std::unique_ptr<Partition>>>();
    for (int i = 0; i < PartitionCount && state.range(0) > 0; ++i) {
        auto partition = disk.open(i);
        for (int64_t each = 0; each < state.range(0); ++each) partition->append(batch);
        partition->close();
    }
    size_t used = 0;
    for (auto _ : state) {
        partitions->clear();
        size_t before = mallinfo2().uordblks;
        for (int i = 0; i < PartitionCount; ++i) partitions->push_back(disk.open(i));
        used = mallinfo2().uordblks - before;
    }
    state.counters["bytes_each"] = static_cast<double>(used) / PartitionCount;
}
BENCHMARK(partition_open_many)->Arg(0)->Arg(10)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tarn::log
