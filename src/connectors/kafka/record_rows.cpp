#include "connectors/kafka/record_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.hpp"
#include "columns/fitted.hpp"
#include "sql/values/arrow_types.hpp"

namespace tarn::connectors {
namespace {

// Those columns that are read out of the value: of a table of upserts the key has its own, since
// that is all that a record without a value has.
StoredColumns value_columns(const StoredColumns& asked, const RecordLayout& layout) {
    StoredColumns found;
    for (const sql::TableColumn& column : asked) {
        bool is_of_key = layout.is_upserts && place_of(layout.key, column.name);
        if (!is_of_key && place_of(layout.value, column.name)) found.push_back(column);
        if (auto metadata = value_metadata(layout, column)) found.push_back(*metadata);
    }
    return found;
}

bool is_each_in_order(const sql::RowList& list, int64_t rows) {
    if (std::ssize(list) != rows) return false;
    for (int64_t row = 0; row < rows; ++row) {
        if (list[static_cast<size_t>(row)] != row) return false;
    }
    return true;
}

// What rows hold in fields that nobody reads is all the same.
sql::Column with_all_fields(const sql::Column& column, const sql::Type& type) {
    return {columns::fitted(column.values, sql::arrow_type(type)), column.is_constant};
}

// Nearly always a record is a row and no row is missing.
sql::Column taken(const sql::Column& column, int64_t rows, const sql::RowList& list) {
    if (column.is_constant && rows > 0) return column;
    if (is_each_in_order(list, rows)) return column;
    return sql::taken_or_null(column, rows, list);
}

}  // namespace

RecordRows::RecordRows(const sql::stream::TableSource& table, const sql::TimeZone& zone,
                       BadRecords bad)
    : layout_(record_layout(*table.table, table.options)),
      asked_(asked_columns(table)),
      read_values_(value_columns(decoded_columns(table), layout_)),
      session_{.zone = zone, .now = {}},
      value_(layout_.value_format->decoder(layout_.value, read_values_)),
      key_(layout_.has_key() ? layout_.key_format->decoder(layout_.named_key, layout_.named_key)
                             : nullptr),
      metadata_(asked_, read_values_, zone),
      bad_(bad) {
    plan_casts();
    is_plain_ = !key_ && metadata_.is_empty() && casts_.empty() && !layout_.is_upserts &&
                !has_form_for_null(*layout_.value_format);
}

void RecordRows::plan_casts() {
    for (size_t place = 0; place < asked_.size(); ++place) {
        auto told = value_metadata(layout_, asked_[place]);
        if (!told) continue;
        if (auto cast = metadata_cast(asked_[place], told->type)) casts_[place] = cast;
    }
}

bool RecordRows::is_row(const log::RecordView& record) const {
    bool may_lack_value = layout_.is_upserts || has_form_for_null(*layout_.value_format);
    bool may_lack_key = !key_ || has_form_for_null(*layout_.key_format);
    return (record.value || may_lack_value) && (record.key || may_lack_key);
}

void RecordRows::append(const log::RecordView& record, const log::BatchHeader& batch) {
    if (!is_row(record)) return;
    int64_t number = record_count();
    offsets_.push_back(record.offset);
    if (record.value) {
        value_->append(as_text(*record.value));
        bytes_ += std::ssize(*record.value);
        if (!is_plain()) value_records_.push_back(number);
    }
    if (is_plain()) return;
    if (key_ && !record.key) keyless_records_.push_back(number);
    if (key_ && record.key) {
        key_->append(as_text(*record.key));
        bytes_ += std::ssize(*record.key);
        key_records_.push_back(number);
    }
    metadata_.append(record, batch);
}

std::optional<engine::ChangeBatch> RecordRows::finish(const TopicPartition& which) {
    DecodedChanges values = decoded(*value_, *layout_.value_format, which, value_records_, "value");
    engine::ChangeBatch rows =
        is_plain() ? whole(std::move(values.changes)) : put_together(which, values);
    offsets_.clear();
    value_records_.clear();
    key_records_.clear();
    keyless_records_.clear();
    bytes_ = 0;
    if (rows.size() == 0) return std::nullopt;
    return rows;
}

engine::ChangeBatch RecordRows::whole(engine::ChangeBatch rows) const {
    for (size_t place = 0; place < asked_.size(); ++place) {
        sql::Column& column = rows.rows.columns[place];
        column = with_all_fields(column, asked_[place].type);
    }
    return rows;
}

engine::ChangeBatch RecordRows::put_together(const TopicPartition& which,
                                             const DecodedChanges& values) {
    DecodedChanges keys;
    if (key_) keys = decoded(*key_, *layout_.key_format, which, key_records_, "key");
    auto metadata = metadata_.finish(which);
    Sources sources = sources_of(keys, values);
    engine::ChangeBatch rows;
    rows.rows.rows = std::ssize(sources.records);
    for (size_t place = 0; place < asked_.size(); ++place) {
        rows.rows.columns.push_back(column(place, sources, keys.changes, values.changes, metadata));
    }
    rows.kinds = std::move(sources.kinds);
    return rows;
}

// With the numbers of records instead of those of keys or values.
DecodedChanges RecordRows::decoded(RowDecoder& decoder, const Format& format,
                                   const TopicPartition& which, const std::vector<int64_t>& records,
                                   std::string_view part) {
    DecodedChanges decoded = decoder.finish();
    auto record_of = [&](int64_t number) {
        return is_plain() ? number : records.at(static_cast<size_t>(number));
    };
    auto offset_of = [&](const columns::RowError& error) {
        return offsets_.at(static_cast<size_t>(record_of(error.record)));
    };
    if (bad_ == BadRecords::AreRejected && !format.ignores_errors()) {
        for (const columns::RowError& error : decoded.errors) {
            rejected_.emplace(offset_of(error), fmt::format("{}: {}", part, error.reason));
        }
    } else {
        format.check(decoded, [&](const columns::RowError& error) {
            return fmt::format("topic '{}', partition {}, offset {}, {}", which.topic,
                               which.partition, offset_of(error), part);
        });
    }
    bad_records_ += std::ssize(decoded.errors);
    if (is_plain()) return decoded;
    for (int64_t& record : decoded.record_of_row) record = record_of(record);
    return decoded;
}

// A record of which key and value are bad is one, for the sake of its value.
std::vector<RejectedRecord> RecordRows::take_rejected() {
    std::vector<RejectedRecord> rejected;
    for (auto& [offset, reason] : rejected_) rejected.push_back({offset, std::move(reason)});
    rejected_.clear();
    return rejected;
}

// In the order of the records. A record whose key is no row is none.
RecordRows::Sources RecordRows::sources_of(const DecodedChanges& keys,
                                           const DecodedChanges& values) const {
    Sources sources;
    sql::RowList key_rows(offsets_.size(), key_ ? NoKey : sql::NoRow);
    for (int64_t record : keyless_records_) key_rows[static_cast<size_t>(record)] = sql::NoRow;
    for (size_t row = 0; row < keys.record_of_row.size(); ++row) {
        key_rows[static_cast<size_t>(keys.record_of_row[row])] = static_cast<int64_t>(row);
    }
    bool has_kinds = layout_.is_upserts || values.changes.has_kinds();
    auto add = [&](int64_t record, int64_t value, engine::Change change) {
        int64_t key = key_rows[static_cast<size_t>(record)];
        if (key == NoKey) return;
        sources.records.push_back(record);
        sources.keys.push_back(key);
        sources.values.push_back(value);
        if (has_kinds) sources.kinds.push_back(change);
    };
    size_t value = 0;
    size_t next_with_value = 0;
    for (int64_t record = 0; record < record_count(); ++record) {
        bool has_value =
            next_with_value < value_records_.size() && value_records_[next_with_value] == record;
        if (has_value) ++next_with_value;
        if (!has_value) add(record, sql::NoRow, engine::Change::Delete);
        for (; value < values.record_of_row.size() && values.record_of_row[value] == record;
             ++value) {
            auto row = static_cast<int64_t>(value);
            add(record, row, values.changes.kind(row));
        }
    }
    return sources;
}

sql::Column RecordRows::column(size_t place, const Sources& sources,
                               const engine::ChangeBatch& keys, const engine::ChangeBatch& values,
                               const std::map<size_t, sql::Column>& metadata) const {
    const std::string& name = asked_[place].name;
    if (auto found = metadata.find(place); found != metadata.end()) {
        return taken(found->second, record_count(), sources.records);
    }
    if (place_of(read_values_, name)) {
        return taken(value_column(place, values), values.size(), sources.values);
    }
    auto in_key = place_of(layout_.key, name);
    return taken(keys.rows.columns.at(in_key.value()), keys.size(), sources.keys);
}

sql::Column RecordRows::value_column(size_t place, const engine::ChangeBatch& values) const {
    std::array<sql::Column, 1> column{
        values.rows.columns.at(place_of(read_values_, asked_[place].name).value())};
    auto cast = casts_.find(place);
    if (cast == casts_.end()) return with_all_fields(column[0], asked_[place].type);
    return cast->second({column, values.size(), asked_[place].type, session_});
}

}  // namespace tarn::connectors
