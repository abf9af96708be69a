#include "connectors/iceberg/metadata_source.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "connectors/iceberg/row_values.hpp"
#include "iceberg/scan/metadata_tables.hpp"
#include "sql/values/arrow_types.hpp"

namespace tarn::connectors {

MetadataSource::MetadataSource(const sql::stream::TableSource& source, MetadataTablePtr table,
                               const sql::TimeZone& zone)
    : columns_(asked_columns(source)), table_(std::move(table)) {
    ReadRange range = ReadRange::of(source, zone);
    if (range.monitor_interval) {
        throw Error(ErrorCode::InvalidInput, "{}: what a table says of itself is read once",
                    name_of(*source.table))
            .with_hint("leave 'streaming' out");
    }
    at_ = range.at;
}

std::shared_ptr<arrow::RecordBatch> MetadataSource::all_rows() const {
    iceberg::LoadedTable loaded = table_->table->load();
    iceberg::ManifestCache manifests(
        table_->table->connection->committers_of(loaded).parts().files);
    return iceberg::metadata_table(
        loaded.metadata(), manifests,
        {.name = table_->name, .at = at_, .metadata_location = loaded.metadata_location});
}

std::optional<engine::ChangeBatch> MetadataSource::read(int64_t rows_max) {
    if (!rows_) rows_ = all_rows();
    int64_t count = std::min(rows_max, rows_->num_rows() - rows_done_);
    if (count <= 0) return std::nullopt;
    sql::Batch batch{.columns = {}, .rows = count};
    for (const sql::TableColumn& column : columns_) {
        auto values = rows_->GetColumnByName(column.name)->Slice(rows_done_, count);
        batch.columns.push_back({converted(values, sql::arrow_type(column.type))});
    }
    rows_done_ += count;
    return engine::ChangeBatch{std::move(batch)};
}

engine::OperatorState MetadataSource::position() const {
    engine::OperatorState state;
    state.put("rows", engine::state_rows({{"done", engine::number_column({&rows_done_, 1})}}));
    return state;
}

void MetadataSource::seek(const engine::OperatorState& position) {
    for (const auto& rows : position.all("rows")) rows_done_ = engine::numbers_of(rows, 0).at(0);
}

}  // namespace tarn::connectors
