// How fast the ingest path is on one core, from trade records as producers send them to Parquet,
// and how fast a scan gets at its manifests.
#include <arrow/io/memory.h>
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/random.hpp"
#include "columns/arrow_result.hpp"
#include "columns/avro_reader.hpp"
#include "columns/avro_writer.hpp"
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

// Manifest entries of a ten-column table, as a scan plans from them.
const char* const entry_schema = R"({"type":"record","name":"manifest_entry","fields":[
 {"name":"status","type":"int","field-id":0},
 {"name":"snapshot_id","type":["null","long"],"field-id":1},
 {"name":"data_file","field-id":2,"type":{"type":"record","name":"r2","fields":[
  {"name":"file_path","type":"string","field-id":100},
  {"name":"record_count","type":"long","field-id":103},
  {"name":"value_counts","field-id":109,"type":{"type":"array","logicalType":"map","items":
   {"type":"record","name":"k119_v120","fields":[
    {"name":"key","type":"int","field-id":119},
    {"name":"value","type":"long","field-id":120}]}}}]}}]})";

Bytes make_manifest(int64_t entries) {
    auto schema = AvroSchema::parse(entry_schema);
    auto rows = make_row_builder(*schema.arrow_schema());
    for (int64_t i = 0; i < entries; ++i) {
        static_cast<FixedBuilder<int32_t>&>(rows->child(0)).append(1);
        static_cast<FixedBuilder<int64_t>&>(rows->child(1)).append(i << 30);
        auto& file = static_cast<StructBuilder&>(rows->child(2));
        static_cast<TextBuilder&>(file.child(0))
            .append(fmt::format("s3://warehouse/trades/day=2026-11-21/{:032}.parquet", i));
        static_cast<FixedBuilder<int64_t>&>(file.child(1)).append(1'000'000 + i);
        auto& counts = static_cast<ListBuilder&>(file.child(2));
        auto& pairs = static_cast<StructBuilder&>(counts.elements());
        for (int column = 1; column <= 10; ++column) {
            static_cast<FixedBuilder<int32_t>&>(pairs.child(0)).append(column);
            static_cast<FixedBuilder<int64_t>&>(pairs.child(1)).append(1'000'000 + i);
            pairs.append_valid();
        }
        counts.close_row();
        file.append_valid();
        rows->append_valid();
    }
    SeededRandom random(3);
    auto batch = finish_batch(*rows, schema.arrow_schema());
    AvroWriter writer(schema, random);
    writer.append(*batch);
    return writer.finish();
}

void avro_manifest_to_arrow(benchmark::State& state) {
    constexpr int64_t entries = 20'000;
    Bytes manifest = make_manifest(entries);
    auto file = std::make_shared<arrow::Buffer>(reinterpret_cast<const uint8_t*>(manifest.data()),
                                                static_cast<int64_t>(manifest.size()));
    for (auto _ : state) {
        AvroReader reader(file);
        while (auto batch = reader.next()) benchmark::DoNotOptimize(batch);
    }
    state.SetItemsProcessed(state.iterations() * entries);
}
BENCHMARK(avro_manifest_to_arrow)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tarn::columns
