// What the log does to each batch, without the disk: checking what producers send, reading records,
// building batches. `log_bench --benchmark_counters_tabular=true`; arguments are the bytes of a
// batch before compression and of a record's value.
#include <benchmark/benchmark.h>

#include "base/random.hpp"
#include "log/batch_builder.hpp"
#include "log/batch_check.hpp"
#include "log/producer_states.hpp"
#include "log/records.hpp"

namespace tarn::log {
namespace {

// Values like those of a trade feed: a third of the bytes differ from record to record.
Bytes batch_of(int64_t batch_bytes, int64_t value_bytes, Codec codec) {
    SeededRandom random(1);
    BatchBuilder builder(
        {.codec = codec, .producer_id = 1, .producer_epoch = 0, .base_sequence = 0});
    std::string value(static_cast<size_t>(value_bytes), 'x');
    for (int i = 0; builder.size() + value_bytes < batch_bytes; ++i) {
        for (size_t at = 0; at < value.size(); at += 3) {
            value[at] = static_cast<char>('0' + random.next() % 10);
        }
        auto key = static_cast<uint64_t>(random.next());
        builder.add({.timestamp = 1'700'000'000'000 + i,
                     .key = std::as_bytes(std::span(&key, 1)),
                     .value = as_bytes(value),
                     .headers = {}});
    }
    return std::move(builder).finish();
}

// Per record and per byte of the batch before compression.
void report(benchmark::State& state, BytesView batch) {
    using benchmark::Counter;
    state.SetBytesProcessed(state.iterations() * state.range(0));
    int64_t records = BatchHeader::read(batch)->record_count;
    state.counters["records"] =
        Counter(static_cast<double>(state.iterations() * records), Counter::kIsRate);
    state.counters["per_record"] = Counter(static_cast<double>(state.iterations() * records),
                                           Counter::kIsRate | Counter::kInvert);
}

void check(benchmark::State& state, Codec codec, CheckDepth depth) {
    Bytes batch = batch_of(state.range(0), state.range(1), codec);
    PartitionSettings settings;
    settings.batch_bytes_max = 10 << 20;
    for (auto _ : state) {
        benchmark::DoNotOptimize(check_batch(batch, settings, 1'700'000'000'000, depth));
    }
    report(state, batch);
}

void read(benchmark::State& state, Codec codec) {
    Bytes batch = batch_of(state.range(0), state.range(1), codec);
    for (auto _ : state) {
        RecordReader reader = RecordReader::open(batch);
        size_t bytes = 0;
        while (auto record = reader.next()) bytes += record->value->size();
        benchmark::DoNotOptimize(bytes);
    }
    report(state, batch);
}

void build(benchmark::State& state, Codec codec) {
    Bytes batch = batch_of(state.range(0), state.range(1), Codec::None);
    for (auto _ : state) {
        RecordReader reader = RecordReader::open(batch);
        BatchBuilder builder({.codec = codec});
        while (auto record = reader.next()) {
            builder.add({.timestamp = record->timestamp,
                         .key = record->key,
                         .value = record->value,
                         .headers = {}});
        }
        benchmark::DoNotOptimize(std::move(builder).finish());
    }
    report(state, batch);
}

void sizes(benchmark::internal::Benchmark* bench) {
    for (int64_t batch : {16 << 10, 64 << 10, 1 << 20}) {
        for (int64_t value : {100, 1000}) bench->Args({batch, value});
    }
}
void medium(benchmark::internal::Benchmark* bench) {
    bench->Args({64 << 10, 100});
}

BENCHMARK_CAPTURE(check, plain, Codec::None, CheckDepth::Relaxed)->Apply(sizes);
BENCHMARK_CAPTURE(check, lz4_relaxed, Codec::Lz4, CheckDepth::Relaxed)->Apply(medium);
BENCHMARK_CAPTURE(check, lz4_strict, Codec::Lz4, CheckDepth::Strict)->Apply(medium);
BENCHMARK_CAPTURE(check, zstd_strict, Codec::Zstd, CheckDepth::Strict)->Apply(medium);
BENCHMARK_CAPTURE(check, snappy_strict, Codec::Snappy, CheckDepth::Strict)->Apply(medium);
BENCHMARK_CAPTURE(check, gzip_strict, Codec::Gzip, CheckDepth::Strict)->Apply(medium);
BENCHMARK_CAPTURE(read, plain, Codec::None)->Apply(sizes);
BENCHMARK_CAPTURE(read, lz4, Codec::Lz4)->Apply(medium);
BENCHMARK_CAPTURE(read, zstd, Codec::Zstd)->Apply(medium);
BENCHMARK_CAPTURE(read, snappy, Codec::Snappy)->Apply(medium);
BENCHMARK_CAPTURE(read, gzip, Codec::Gzip)->Apply(medium);
BENCHMARK_CAPTURE(build, plain, Codec::None)->Apply(sizes);
BENCHMARK_CAPTURE(build, lz4, Codec::Lz4)->Apply(medium);
BENCHMARK_CAPTURE(build, zstd, Codec::Zstd)->Apply(medium);
BENCHMARK_CAPTURE(build, snappy, Codec::Snappy)->Apply(medium);
BENCHMARK_CAPTURE(build, gzip, Codec::Gzip)->Apply(medium);

void sequence_check(benchmark::State& state) {
    ProducerStates states;
    BatchHeader batch{.producer_epoch = 0, .base_sequence = 0, .record_count = 1};
    int64_t producers = state.range(0);
    for (auto _ : state) {
        batch.producer_id = batch.base_offset % producers;
        batch.base_sequence = static_cast<int32_t>(batch.base_offset / producers);
        benchmark::DoNotOptimize(states.check(batch));
        states.note(batch, 0);
        ++batch.base_offset;
    }
}
BENCHMARK(sequence_check)->Arg(1)->Arg(1000);

void snapshot(benchmark::State& state) {
    ProducerStates states;
    for (ProducerId id = 0; id < state.range(0); ++id) {
        states.note({.producer_id = id, .producer_epoch = 0, .base_sequence = 0}, 0);
    }
    for (auto _ : state) benchmark::DoNotOptimize(states.snapshot());
}
BENCHMARK(snapshot)->Arg(1000);

}  // namespace
}  // namespace tarn::log
