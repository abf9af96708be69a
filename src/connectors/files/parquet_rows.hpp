// The rows of one Parquet file, whoever wrote it, as columns of a given schema: found by name and
// read only when they are wanted. A nullable column that the file lacks is null throughout.
#pragma once

#include <arrow/record_batch.h>

#include <memory>
#include <string>
#include <vector>

namespace arrow::io {
class RandomAccessFile;
}

namespace parquet::arrow {
class FileReader;
}

namespace tarn::connectors {

class ParquetRows {
public:
    // Throws InvalidInput for columns that are not as they are wanted, Corrupt for what is no
    // Parquet file; `location` is in every message.
    ParquetRows(std::shared_ptr<arrow::io::RandomAccessFile> file,
                std::shared_ptr<arrow::Schema> wanted, std::string location);
    ~ParquetRows();

    // The next rows; null at the end.
    std::shared_ptr<arrow::RecordBatch> next(int64_t rows_max);

    // How many rows were read or passed over.
    int64_t position() const { return position_; }
    // Row groups that lie before the place are not read.
    void pass_over(int64_t rows);

private:
    void open(std::shared_ptr<arrow::io::RandomAccessFile> file);
    bool open_group();
    bool read_batch();
    std::shared_ptr<arrow::RecordBatch> fitted_batch(const arrow::RecordBatch& written) const;
    template <typename Work>
    auto told_where(const Work& work) const;

    std::shared_ptr<arrow::Schema> wanted_;
    std::string location_;
    std::unique_ptr<parquet::arrow::FileReader> file_;
    std::vector<int> leaves_;
    int next_group_ = 0;
    std::shared_ptr<arrow::RecordBatchReader> group_;
    std::shared_ptr<arrow::RecordBatch> batch_;  // of the group, as the file has it
    int64_t batch_used_ = 0;                     // of its rows
    int64_t position_ = 0;
};

}  // namespace tarn::connectors
