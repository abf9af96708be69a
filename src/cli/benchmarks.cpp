#include "cli/benchmarks.hpp"

#include <arrow/io/memory.h>
#include <arrow/type.h>
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "base/crc32c.hpp"
#include "base/random.hpp"
#include "columns/arrow_result.hpp"
#include "columns/json_decoder.hpp"
#include "columns/parquet_writer.hpp"

namespace tarn::cli {
namespace {

constexpr int64_t TradesInRun = 1'000'000;
constexpr int64_t TradesInBatch = 50'000;

double thread_cpu_seconds() {
    timespec spent{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) / 1e9;
}

std::shared_ptr<arrow::Schema> trade_schema() {
    return arrow::schema({arrow::field("symbol", arrow::utf8()),
                          arrow::field("price", arrow::float64()),
                          arrow::field("qty", arrow::float64()),
                          arrow::field("side", arrow::utf8()), arrow::field("ts", arrow::int64())});
}

// One batch of trades as JSON lines, about 76 bytes each, as a producer sends them.
const std::string& trade_lines() {
    static const std::string lines = [] {
        SeededRandom random(7);
        constexpr std::array symbols = {"BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT"};
        std::string text;
        for (int64_t i = 0; i < TradesInBatch; ++i) {
            text += fmt::format(
                R"({{"symbol":"{}","price":{:.1f},"qty":{:.4g},"side":"{}","ts":{}}})",
                symbols[random.below(symbols.size())], 60'000 + random.unit() * 5'000,
                random.unit(), random.below(2) ? "BUY" : "SELL", 1'795'253'400'000 + i / 4);
            text += '\n';
        }
        return text;
    }();
    return lines;
}

double json_to_arrow() {
    columns::JsonDecoder decoder(trade_schema());
    double began = thread_cpu_seconds();
    for (int64_t done = 0; done < TradesInRun; done += TradesInBatch) {
        decoder.append_lines(trade_lines());
        auto decoded = decoder.finish();
        TARN_ASSERT(decoded.batch->num_rows() == TradesInBatch);
    }
    return TradesInRun / (thread_cpu_seconds() - began);
}

double json_to_parquet() {
    columns::JsonDecoder decoder(trade_schema());
    auto sink = columns::or_throw(arrow::io::BufferOutputStream::Create(64 << 20));
    double began = thread_cpu_seconds();
    auto writer = columns::ParquetWriter::open(sink, trade_schema());
    for (int64_t done = 0; done < TradesInRun; done += TradesInBatch) {
        decoder.append_lines(trade_lines());
        writer.append(*decoder.finish().batch);
    }
    TARN_ASSERT(writer.finish().row_count == TradesInRun);
    return TradesInRun / (thread_cpu_seconds() - began);
}

double crc32c_speed() {
    constexpr int64_t repeats = 2000;
    const Bytes bytes(1 << 20, std::byte{42});
    uint32_t crc = 0;
    double began = thread_cpu_seconds();
    for (int64_t i = 0; i < repeats; ++i) crc = crc32c(bytes, crc);
    double spent = thread_cpu_seconds() - began;
    TARN_ASSERT(crc != 0);
    return static_cast<double>(repeats) * static_cast<double>(bytes.size()) / spent / 1e9;
}

}  // namespace

std::vector<Benchmark> all_benchmarks() {
    return {
        {"json-to-arrow", "records/s per core", "five-column trades, 76 bytes of JSON each",
         json_to_arrow},
        {"json-to-parquet", "records/s per core", "the same into Parquet, zstd level 1",
         json_to_parquet},
        {"crc32c", "GB/s per core", "the checksum of Kafka's record batches", crc32c_speed},
    };
}

Spread spread_of(std::vector<double> runs) {
    TARN_ASSERT(!runs.empty());
    std::ranges::sort(runs);
    return {.min = runs.front(), .median = runs[runs.size() / 2], .max = runs.back()};
}

}  // namespace tarn::cli
