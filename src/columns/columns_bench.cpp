// How fast the ingest path is on one core, from trade records as producers send them.
#include <arrow/io/memory.h>
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/random.hpp"
#include "columns/arrow_result.hpp"
#include "columns/json_decoder.hpp"
#include "columns/parquet_writer.hpp"

namespace tarn::columns {
namespace {

constexpr int64_t trade_count = 200'000;

std::shared_ptr<arrow::Schema> trade_schema() {
    return arrow::schema({arrow::field("symbol", arrow::utf8()),
                          arrow::field("price", arrow::float64()),
                          arrow::field("qty", arrow::float64()),
                          arrow::field("side", arrow::utf8()), arrow::field("ts", arrow::int64())});
}

std::string make_trades() {
    SeededRandom random(7);
    const char* symbols[] = {"BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT"};
    std::string text;
    for (int64_t i = 0; i < trade_count; ++i) {
        text += fmt::format(R"({{"symbol":"{}","price":{:.1f},"qty":{:.4g},"side":"{}","ts":{}}})",
                            symbols[random.below(4)], 60'000 + random.unit() * 5'000, random.unit(),
                            random.below(2) ? "BUY" : "SELL", 1'795'253'400'000 + i / 4);
        text += '\n';
    }
    return text;
}

const std::string& trades() {
    static const std::string text = make_trades();
    return text;
}

void count_trades(benchmark::State& state) {
    state.SetItemsProcessed(state.iterations() * trade_count);
    state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(trades().size()));
}

void json_lines_to_arrow(benchmark::State& state) {
    JsonDecoder decoder(trade_schema());
    for (auto _ : state) {
        decoder.append_lines(trades());
        benchmark::DoNotOptimize(decoder.finish());
    }
    count_trades(state);
}
BENCHMARK(json_lines_to_arrow)->Unit(benchmark::kMillisecond);

void json_messages_to_arrow(benchmark::State& state) {
    JsonDecoder decoder(trade_schema());
    std::vector<std::string_view> messages;
    std::string_view rest = trades();
    for (size_t end; (end = rest.find('\n')) != std::string_view::npos; rest.remove_prefix(end + 1))
        messages.push_back(rest.substr(0, end));
    for (auto _ : state) {
        for (std::string_view message : messages) decoder.append_record(message);
        benchmark::DoNotOptimize(decoder.finish());
    }
    count_trades(state);
}
BENCHMARK(json_messages_to_arrow)->Unit(benchmark::kMillisecond);

std::shared_ptr<arrow::io::OutputStream> memory_file() {
    return or_throw(arrow::io::BufferOutputStream::Create(32 << 20));
}

void json_lines_to_parquet(benchmark::State& state) {
    JsonDecoder decoder(trade_schema());
    for (auto _ : state) {
        auto writer = ParquetWriter::open(memory_file(), trade_schema());
        decoder.append_lines(trades());
        writer.append(*decoder.finish().batch);
        benchmark::DoNotOptimize(writer.finish());
    }
    count_trades(state);
}
BENCHMARK(json_lines_to_parquet)->Unit(benchmark::kMillisecond);

void arrow_to_parquet(benchmark::State& state) {
    JsonDecoder decoder(trade_schema());
    decoder.append_lines(trades());
    auto batch = decoder.finish().batch;
    for (auto _ : state) {
        auto writer = ParquetWriter::open(memory_file(), trade_schema());
        writer.append(*batch);
        benchmark::DoNotOptimize(writer.finish());
    }
    count_trades(state);
}
BENCHMARK(arrow_to_parquet)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tarn::columns
