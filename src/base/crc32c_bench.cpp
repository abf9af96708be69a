// How fast a checksum is taken over one record batch: `base_bench --benchmark_filter=checksum`.
#include <benchmark/benchmark.h>

#include "base/crc32c.hpp"

namespace tarn {
namespace {

void checksum(benchmark::State& state) {
    Bytes bytes(static_cast<size_t>(state.range(0)), std::byte{'x'});
    for (auto _ : state) benchmark::DoNotOptimize(crc32c(bytes));
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(checksum)->Arg(100)->Arg(1 << 10)->Arg(16 << 10)->Arg(1 << 20);

void checksum_by_table(benchmark::State& state) {
    Bytes bytes(static_cast<size_t>(state.range(0)), std::byte{'x'});
    for (auto _ : state) benchmark::DoNotOptimize(crc32c_by_table(bytes));
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(checksum_by_table)->Arg(16 << 10);

}  // namespace
}  // namespace tarn
