#include "connectors/kafka/row_records.hpp"

#include <arrow/array.h>

#include <array>

#include "base/error.hpp"
#include "connectors/kafka/record_metadata.hpp"
#include "sql/functions/casts.hpp"

namespace tarn::connectors {
namespace {

std::vector<size_t> places_of(const StoredColumns& columns, const StoredColumns& among) {
    std::vector<size_t> places;
    for (const sql::TableColumn& column : columns) {
        places.push_back(place_of(among, column.name).value());
    }
    return places;
}

engine::ChangeBatch part_of(const engine::ChangeBatch& rows, const std::vector<size_t>& places) {
    return engine::with_columns(rows, sql::chosen(rows.rows, places));
}

std::vector<bool> gone_rows(const engine::ChangeBatch& rows) {
    std::vector<bool> gone;
    for (engine::Change kind : rows.kinds) gone.push_back(!engine::is_addition(kind));
    return gone;
}

// Those that a record without bytes stands for.
std::vector<bool> null_rows(const Format& format, const engine::ChangeBatch& rows) {
    std::vector<bool> nulls;
    if (!has_form_for_null(format)) return nulls;
    const sql::Column& column = rows.rows.columns.at(0);
    for (int64_t row = 0; row < rows.size(); ++row) nulls.push_back(column.is_null(row));
    return nulls;
}

bool lacks(const std::vector<bool>& rows, size_t row) {
    return !rows.empty() && rows[row];
}

}  // namespace

RowRecordEncoder::RowRecordEncoder(const sql::stream::Sink& table, const sql::TimeZone& zone)
    : layout_(record_layout(*table.table, table.options)), session_{.zone = zone, .now = {}} {
    StoredColumns written = written_columns(table.table->table);
    for (size_t place = 0; place < written.size(); ++place) {
        if (auto key = metadata_key(written[place])) want_writable(written[place], *key, place);
    }
    value_places_ = places_of(layout_.value, written);
    value_ = layout_.value_format->encoder(layout_.value);
    if (!layout_.has_key()) return;
    key_places_ = places_of(layout_.key, written);
    key_ = layout_.key_format->encoder(layout_.named_key);
}

void RowRecordEncoder::want_writable(const sql::TableColumn& column, const std::string& key,
                                     size_t place) {
    sql::Type wanted = metadata_type(column);
    if (key != "headers" && key != "timestamp") {
        throw Error(ErrorCode::InvalidInput, "column '{}': the metadata '{}' cannot be written",
                    column.name, key)
            .with_hint("declare it VIRTUAL");
    }
    Extra extra{place, column.type, wanted, nullptr};
    if (column.type.or_null() != wanted.or_null()) {
        auto kernel = sql::cast_kernel(column.type, wanted, false);
        if (!kernel) {
            throw Error(ErrorCode::InvalidInput, "column '{}': the metadata '{}' is {}, not {}",
                        column.name, key, text_of(wanted), text_of(column.type));
        }
        extra.cast = *kernel;
    }
    (key == "headers" ? headers_ : time_) = std::move(extra);
}

RowRecords RowRecordEncoder::encoded(const engine::ChangeBatch& rows) {
    engine::ChangeBatch values = part_of(rows, value_places_);
    std::vector<bool> lacks_value =
        layout_.is_upserts ? gone_rows(values) : null_rows(*layout_.value_format, values);
    if (layout_.is_upserts) values.kinds.clear();
    std::optional<EncodedRecords> keys;
    std::vector<bool> lacks_key;
    if (key_) {
        engine::ChangeBatch key = part_of(rows, key_places_);
        key.kinds.clear();
        lacks_key = null_rows(*layout_.key_format, key);
        keys = key_->encoded(key);
    }
    RowRecords records(std::move(keys), value_->encoded(values));
    records.lacks_value_ = std::move(lacks_value);
    records.lacks_key_ = std::move(lacks_key);
    if (time_) records.times_ = values_of(*time_, rows);
    if (headers_) records.headers_ = values_of(*headers_, rows);
    return records;
}

std::shared_ptr<arrow::Array> RowRecordEncoder::values_of(const Extra& extra,
                                                          const engine::ChangeBatch& rows) {
    std::array<sql::Column, 1> column{rows.rows.columns.at(extra.place)};
    if (extra.cast) column[0] = extra.cast({column, rows.size(), extra.wanted, session_});
    return sql::spread(column[0], rows.size());
}

log::NewRecord RowRecords::record(size_t row, log::Timestamp now) {
    log::NewRecord record{.timestamp = now};
    if (keys_ && !lacks(lacks_key_, row)) record.key = as_bytes((*keys_)[row]);
    if (!lacks(lacks_value_, row)) record.value = as_bytes(values_[row]);
    auto at = static_cast<int64_t>(row);
    if (times_ && times_->IsValid(at)) {
        record.timestamp = static_cast<const arrow::TimestampArray&>(*times_).Value(at);
    }
    if (headers_ && headers_->IsValid(at)) {
        read_headers(row);
        record.headers = header_views_;
    }
    return record;
}

void RowRecords::read_headers(size_t row) {
    const auto& map = static_cast<const arrow::MapArray&>(*headers_);
    const auto& keys = static_cast<const arrow::StringArray&>(*map.keys());
    const auto& values = static_cast<const arrow::BinaryArray&>(*map.items());
    header_views_.clear();
    auto at = static_cast<int64_t>(row);
    for (int64_t i = map.value_offset(at); i < map.value_offset(at + 1); ++i) {
        std::optional<BytesView> value;
        if (values.IsValid(i)) value = as_bytes(values.GetView(i));
        header_views_.push_back({keys.GetView(i), value});
    }
}

}  // namespace tarn::connectors
