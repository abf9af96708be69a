#include "connectors/clickhouse/clickhouse_sink.hpp"

#include <arrow/io/memory.h>
#include <arrow/ipc/writer.h>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "connectors/clickhouse/clickhouse_table.hpp"

namespace tarn::connectors {
namespace {

using columns::or_throw;

// Rows as they lie in memory, which ClickHouse reads without parsing.
class ArrowBody final : public RequestBody {
public:
    explicit ArrowBody(const StoredColumns& columns) : schema_(schema_of(columns)) {}

    void add(const engine::ChangeBatch& rows) override {
        if (!writer_) {
            out_ = or_throw(arrow::io::BufferOutputStream::Create());
            writer_ = or_throw(arrow::ipc::MakeStreamWriter(out_, schema_));
        }
        or_throw(writer_->WriteRecordBatch(*record_batch(schema_, rows.rows)));
    }

    std::string finish() override {
        or_throw(writer_->Close());
        writer_.reset();
        return or_throw(out_->Finish())->ToString();
    }

private:
    std::shared_ptr<arrow::Schema> schema_;
    std::shared_ptr<arrow::io::BufferOutputStream> out_;
    std::shared_ptr<arrow::ipc::RecordBatchWriter> writer_;
};

BatchedRows::Settings batches_of(const OptionValues& options, const std::string& writer) {
    return {.rows_max = options.whole("sink.batch-size").value_or(10'000),
            .interval =
                options.duration("sink.flush-interval").value_or(std::chrono::milliseconds(1'000)),
            .is_exactly_once = options.is("sink.delivery-guarantee", "exactly-once"),
            .writer = writer};
}

void refuse_deletes(const OptionValues& options) {
    if (options.flag("sink.ignore-delete").value_or(true)) return;
    options.refuse("sink.ignore-delete",
                   "a row of ClickHouse is not deleted; leave out deletes, or write a column that "
                   "says so");
}

}  // namespace

ClickHouseSink::ClickHouseSink(const sql::stream::Sink& table, const std::string& writer,
                               const Clock& clock, Random& random, CancelFlag is_cancelled)
    : server_(table.options, std::move(is_cancelled)),
      takes_updates_(!OptionValues(table.options).is("sink.update-strategy", "discard")),
      rows_(
          batches_of(OptionValues(table.options), writer),
          std::make_unique<ArrowBody>(plain_columns(*table.table)),
          [this](std::string body, const std::string& key) {
              server_.insert(insert_, std::move(body), key);
          },
          clock, random) {
    refuse_deletes(OptionValues(table.options));
    insert_ = clickhouse_insert(server_, *table.table, table.options);
}

void ClickHouseSink::write(const engine::ChangeBatch& batch) {
    if (!batch.has_kinds()) return rows_.write(batch);
    sql::RowList kept;
    for (int64_t row = 0; row < batch.size(); ++row) {
        engine::Change kind = batch.kind(row);
        bool is_update = kind == engine::Change::UpdateAfter;
        if (is_addition(kind) && (takes_updates_ || !is_update)) kept.push_back(row);
    }
    rows_.write(engine::taken(batch, kept));
}

}  // namespace tarn::connectors
