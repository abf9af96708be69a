// Rows as they come, and as a table's files hold them: its columns in their order, found by name,
// each of exactly the table's type. What does not fit is refused before anything is written.
#pragma once

#include <arrow/record_batch.h>

#include <memory>

#include "iceberg/format/schema.hpp"

namespace tarn::iceberg {

class RowShape {
public:
    explicit RowShape(SchemaPtr schema);

    // What ParquetWriter is opened with: field ids at every depth, and UUIDs marked as such.
    const std::shared_ptr<arrow::Schema>& file_columns() const { return file_columns_; }

    // An optional column that the rows lack is null, or what the table says of writers who do not
    // know it (version 3). Throws InvalidInput for a column that the table has not, for one of
    // another type, and for nulls in a required one. No value is copied.
    std::shared_ptr<arrow::RecordBatch> shaped(const arrow::RecordBatch& rows) const;
    // The same, and columns that are not asked for are passed over.
    std::shared_ptr<arrow::RecordBatch> selected(const arrow::RecordBatch& rows) const;

private:
    std::shared_ptr<arrow::Array> column_of(const arrow::RecordBatch& rows, size_t index) const;
    void check_names(const arrow::Schema& given) const;

    SchemaPtr schema_;
    std::shared_ptr<arrow::Schema> columns_;
    std::shared_ptr<arrow::Schema> file_columns_;
};

}  // namespace tarn::iceberg
