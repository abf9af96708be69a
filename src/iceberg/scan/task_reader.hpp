// The rows of a plan, file by file: columns as the table has them, deleted rows left out,
// conditions checked. Start with a ScanReader; each file is then read by one thread.
#pragma once

#include <arrow/record_batch.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "iceberg/scan/applied_deletes.hpp"
#include "iceberg/scan/data_reader.hpp"
#include "iceberg/scan/plan.hpp"

namespace tarn::iceberg {

// The columns of the names, in their order; all of the table's where there are none. Also `_file`,
// `_pos`, `_spec_id` and, in version 3, `_row_id` and `_last_updated_sequence_number`.
std::vector<Field> select_columns(const Schema& schema, const std::vector<std::string>& names,
                                  BindOptions options = {});

struct ReadOptions {
    // As select_columns() gives them.
    std::vector<Field> columns = {};
    // Else rows that do not fulfil the residual may come, too.
    bool checks_filter = true;
};

class TaskReader;

class ScanReader {
public:
    // All outlive this and the readers of files.
    ScanReader(const TableMetadata& table, const TableFiles& files, const ScanPlan& plan,
               ReadOptions options);

    std::shared_ptr<arrow::Schema> schema() const { return schema_; }
    // Opens the file.
    TaskReader open(const FileTask& task);

private:
    friend class TaskReader;

    std::vector<Field> fields_to_read(const FileTask& task,
                                      const std::vector<DeletedKeysPtr>& deleted) const;
    Constants constants_of(const FileTask& task) const;
    const Field* top_field_of(int32_t id) const;

    const TableMetadata& table_;
    const TableFiles& files_;
    const ScanPlan& plan_;
    ReadOptions options_;
    std::shared_ptr<arrow::Schema> schema_;
    std::optional<NameMapping> mapping_;
    AppliedDeletes deleted_;
};

class TaskReader {
public:
    // Null at the end; no batch is empty.
    std::shared_ptr<arrow::RecordBatch> next();

private:
    friend class ScanReader;

    TaskReader(ScanReader& scan, const FileTask& task);
    RowMask rows_left(const FileRows& rows, const ColumnsById& columns) const;
    std::shared_ptr<arrow::Array> column(const Field& field, const FileRows& rows) const;
    std::shared_ptr<arrow::Array> numbered(const std::shared_ptr<arrow::Array>& written,
                                           std::optional<int64_t> first, int64_t step,
                                           int64_t count) const;

    ScanReader& scan_;
    const FileTask& task_;
    PositionBitmap deleted_positions_;
    std::vector<DeletedKeysPtr> deleted_keys_;
    std::vector<Field> fields_;  // that are read of the file
    DataReader data_;
};

}  // namespace tarn::iceberg
