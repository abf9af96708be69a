// Rows of a table to the records that stand for them: key and value by their formats, and what is
// written beside them, headers and time.
#pragma once

#include "connectors/kafka/record_layout.hpp"
#include "log/batch_builder.hpp"

namespace tarn::connectors {

// The records of one batch of rows.
class RowRecords {
public:
    size_t size() const { return values_.size(); }
    // Good until the next call. Without a time of its own a record gets `now`.
    log::NewRecord record(size_t row, log::Timestamp now);

private:
    friend class RowRecordEncoder;

    RowRecords(std::optional<EncodedRecords> keys, EncodedRecords values)
        : keys_(std::move(keys)), values_(std::move(values)) {}

    void read_headers(size_t row);

    std::optional<EncodedRecords> keys_;
    EncodedRecords values_;
    // Which rows have no value or no key; none when all have.
    std::vector<bool> lacks_value_;
    std::vector<bool> lacks_key_;
    std::shared_ptr<arrow::Array> times_;    // null when the table has none
    std::shared_ptr<arrow::Array> headers_;  // the same
    std::vector<log::RecordHeader> header_views_;
};

class RowRecordEncoder {
public:
    // Throws InvalidInput for a table that cannot be written.
    RowRecordEncoder(const sql::stream::Sink& table, const sql::TimeZone& zone);

    bool has_keys() const { return key_ != nullptr; }

    // Throws InvalidInput for what the formats cannot say.
    RowRecords encoded(const engine::ChangeBatch& rows);

private:
    // A metadata column that is written.
    struct Extra {
        size_t place;
        sql::Type type;    // of the column
        sql::Type wanted;  // of the metadata
        sql::Kernel cast;  // null when the types are the same
    };

    void want_writable(const sql::TableColumn& column, const std::string& key, size_t place);
    std::shared_ptr<arrow::Array> values_of(const Extra& extra, const engine::ChangeBatch& rows);

    RecordLayout layout_;
    sql::Session session_;
    std::vector<size_t> key_places_;
    std::vector<size_t> value_places_;
    std::unique_ptr<RowEncoder> key_;  // null when keys have no columns
    std::unique_ptr<RowEncoder> value_;
    std::optional<Extra> time_;
    std::optional<Extra> headers_;
};

}  // namespace tarn::connectors
