// Rows of a metadata table under construction.
#pragma once

#include <arrow/record_batch.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "iceberg/format/record_columns.hpp"

namespace tarn::iceberg {

inline std::shared_ptr<arrow::DataType> instant_type() {
    return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
}

inline void put(columns::ColumnBuilder& builder, const std::map<std::string, std::string>& texts) {
    auto& list = static_cast<columns::ListBuilder&>(builder);
    auto& entries = static_cast<columns::StructBuilder&>(list.elements());
    for (const auto& [key, value] : texts) {
        put(entries.child(0), std::string_view(key));
        put(entries.child(1), std::string_view(value));
        entries.append_valid();
    }
    list.close_row();
}

class TableRows {
public:
    explicit TableRows(arrow::FieldVector fields)
        : schema_(arrow::schema(std::move(fields))), rows_(columns::make_row_builder(*schema_)) {}

    // One value for each column.
    template <typename... Values>
    void add(const Values&... values) {
        size_t column = 0;
        (put(rows_->child(column++), values), ...);
        rows_->append_valid();
    }

    // For those who fill columns one by one; the row is closed with append_valid().
    columns::StructBuilder& builder() { return *rows_; }

    std::shared_ptr<arrow::RecordBatch> finish() { return columns::finish_batch(*rows_, schema_); }

private:
    std::shared_ptr<arrow::Schema> schema_;
    std::unique_ptr<columns::StructBuilder> rows_;
};

}  // namespace tarn::iceberg
