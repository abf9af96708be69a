// What a table's writer costs beside Arrow's own Parquet writer, on the same rows with the same
// codec: to files of memory, so that no disk is measured.
#include <arrow/io/memory.h>
#include <benchmark/benchmark.h>
#include <parquet/arrow/writer.h>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "columns/arrow_result.hpp"
#include "columns/column_builder.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/new_table.hpp"
#include "iceberg/write/data_file_writer.hpp"
#include "iceberg/write/upsert_writer.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::iceberg {
namespace {

using columns::or_throw;

constexpr int64_t RowCount = 1'000'000;
constexpr int64_t BatchRows = 50'000;
constexpr int64_t DayMicros = 86'400'000'000;
constexpr int64_t Start = 1'763'683'200'000'000;

SchemaPtr trades() {
    return Schema::make(0, {{.id = 1, .name = "id", .is_required = true, .type = TypeKind::Long},
                            {.id = 2, .name = "ts", .type = TypeKind::TimestampTz},
                            {.id = 3, .name = "symbol", .type = TypeKind::String},
                            {.id = 4, .name = "price", .type = TypeKind::Double},
                            {.id = 5, .name = "qty", .type = TypeKind::Double},
                            {.id = 6, .name = "side", .type = TypeKind::String}});
}

using Batches = std::vector<std::shared_ptr<arrow::RecordBatch>>;

// Eight days of trades: by time, or with the days mixed in every batch.
Batches make_rows(bool is_by_time) {
    using Long = columns::FixedBuilder<int64_t>;
    using Double = columns::FixedBuilder<double>;
    using Text = columns::TextBuilder;
    SeededRandom random(7);
    const char* symbols[] = {"BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT"};
    auto schema = arrow_schema(trades()->fields());
    Batches batches;
    for (int64_t begin = 0; begin < RowCount; begin += BatchRows) {
        auto rows = columns::make_row_builder(*schema);
        for (int64_t i = begin; i < begin + BatchRows; ++i) {
            int64_t offset = is_by_time ? i * 8 * DayMicros / RowCount
                                        : static_cast<int64_t>(random.below(8)) * DayMicros + i;
            static_cast<Long&>(rows->child(0)).append(i);
            static_cast<Long&>(rows->child(1)).append(Start + offset);
            static_cast<Text&>(rows->child(2)).append(symbols[random.below(4)]);
            static_cast<Double&>(rows->child(3)).append(60'000 + random.unit() * 5'000);
            static_cast<Double&>(rows->child(4)).append(random.unit());
            static_cast<Text&>(rows->child(5)).append(random.below(2) ? "BUY" : "SELL");
            rows->append_valid();
        }
        batches.push_back(columns::finish_batch(*rows, schema));
    }
    return batches;
}

const Batches& rows_by_time() {
    static const Batches rows = make_rows(true);
    return rows;
}

const Batches& rows_of_mixed_days() {
    static const Batches rows = make_rows(false);
    return rows;
}

void arrow_to_parquet(benchmark::State& state) {
    auto properties = parquet::WriterProperties::Builder()
                          .compression(parquet::Compression::ZSTD)
                          ->compression_level(columns::ParquetOptions().zstd_level)
                          ->build();
    for (auto _ : state) {
        auto stream = or_throw(arrow::io::BufferOutputStream::Create());
        auto writer = or_throw(parquet::arrow::FileWriter::Open(
            *rows_by_time()[0]->schema(), arrow::default_memory_pool(), stream, properties));
        for (const auto& batch : rows_by_time()) or_throw(writer->WriteRecordBatch(*batch));
        or_throw(writer->Close());
    }
    state.SetItemsProcessed(state.iterations() * RowCount);
}
BENCHMARK(arrow_to_parquet)->Unit(benchmark::kMillisecond);

void write(benchmark::State& state, const Batches& batches, std::vector<PartitionField> fields) {
    SystemClock clock;
    SeededRandom random(7);
    TableMetadata table =
        new_table(
            {.schema = trades(), .spec = {.fields = std::move(fields)}, .location = "file:///w/t"},
            "9c12d441-03fe-4693-9a96-a0705ddf69c1", 0)
            .finish(std::nullopt);
    for (auto _ : state) {
        storage::MemoryDisk disk(storage::Uri::parse("file:///w"), clock);
        TableFiles files({&disk}, 0);
        DataFileWriter writer(table, files, random);
        for (const auto& batch : batches) writer.append(*batch);
        benchmark::DoNotOptimize(writer.finish());
    }
    state.SetItemsProcessed(state.iterations() * RowCount);
}

void table_without_partitions(benchmark::State& state) {
    write(state, rows_by_time(), {});
}
BENCHMARK(table_without_partitions)->Unit(benchmark::kMillisecond);

void table_by_day(benchmark::State& state) {
    write(state, rows_by_time(), {{2, 1000, "ts_day", Transform::day()}});
}
BENCHMARK(table_by_day)->Unit(benchmark::kMillisecond);

void table_by_day_of_mixed_rows(benchmark::State& state) {
    write(state, rows_of_mixed_days(), {{2, 1000, "ts_day", Transform::day()}});
}
BENCHMARK(table_by_day_of_mixed_rows)->Unit(benchmark::kMillisecond);

void table_by_bucket(benchmark::State& state) {
    write(state, rows_by_time(), {{1, 1000, "id_bucket", Transform::bucket(16)}});
}
BENCHMARK(table_by_bucket)->Unit(benchmark::kMillisecond);

void table_by_day_and_bucket(benchmark::State& state) {
    write(state, rows_of_mixed_days(),
          {{2, 1000, "ts_day", Transform::day()}, {1, 1001, "id_bucket", Transform::bucket(16)}});
}
BENCHMARK(table_by_day_and_bucket)->Unit(benchmark::kMillisecond);

void upserts(benchmark::State& state) {
    SystemClock clock;
    SeededRandom random(7);
    TableMetadata table = new_table({.schema = trades(), .location = "file:///w/t"},
                                    "9c12d441-03fe-4693-9a96-a0705ddf69c1", 0)
                              .finish(std::nullopt);
    for (auto _ : state) {
        storage::MemoryDisk disk(storage::Uri::parse("file:///w"), clock);
        TableFiles files({&disk}, 0);
        UpsertWriter writer(table, files, random, {.key_ids = {1}});
        // Each row twice: half of them replace one.
        for (int round = 0; round < 2; ++round) {
            for (const auto& batch : rows_by_time()) writer.upsert(*batch);
            benchmark::DoNotOptimize(writer.finish());
        }
    }
    state.SetItemsProcessed(state.iterations() * RowCount * 2);
}
BENCHMARK(upserts)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tarn::iceberg
