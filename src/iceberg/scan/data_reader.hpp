// The rows of one Parquet file, data or deletes, as the table has its columns today, with their
// positions. Row groups that a condition rules out are passed over.
#pragma once

#include <arrow/record_batch.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "iceberg/catalog/table_files.hpp"
#include "iceberg/format/data_file.hpp"
#include "iceberg/format/filter.hpp"
#include "iceberg/scan/file_columns.hpp"

namespace parquet::arrow {
class FileReader;
}

namespace tarn::iceberg {

struct FileRows {
    arrow::ArrayVector columns;  // one for each wanted field
    int64_t count = 0;
    int64_t first_position = 0;
};

struct DataReaderOptions {
    Constants constants = {};
    // For files without field ids.
    std::optional<NameMapping> mapping = {};
    // Passes over row groups; rows are for the caller to check.
    Filter filter = {};
};

class DataReader {
public:
    // Throws InvalidInput for another format than Parquet and for columns that cannot be read,
    // Corrupt for what is no Parquet file; the path is in every message.
    DataReader(const TableFiles& files, const DataFile& file, std::vector<Field> wanted,
               DataReaderOptions options);
    ~DataReader();

    // Some tens of thousands; nothing at the end.
    std::optional<FileRows> next();

    int row_groups_skipped() const { return row_groups_skipped_; }

private:
    void open(const TableFiles& files);
    void open_next_group();
    bool can_match_group(int group) const;
    std::shared_ptr<arrow::RecordBatch> next_batch();
    template <typename Work>
    auto told_where(const Work& work) const;

    std::string path_;
    std::vector<Field> wanted_;
    DataReaderOptions options_;
    const NameMapping* mapping_ = nullptr;
    std::unique_ptr<parquet::arrow::FileReader> file_;
    std::vector<int> leaves_;
    std::map<int32_t, int> leaf_by_id_;  // of primitive columns outside of lists and maps
    int next_group_ = 0;
    int row_groups_skipped_ = 0;
    std::shared_ptr<arrow::RecordBatchReader> rows_;
    std::optional<FileColumns> columns_;
    int64_t group_begin_ = 0;  // of the next row group
    int64_t position_ = 0;
};

}  // namespace tarn::iceberg
