// Record batches to Parquet files that every Iceberg reader takes: field ids from the schema's
// metadata, statistics and page index, data pages of version 1 in plain and dictionary encoding,
// decimals as integers where they fit. When a file is done it says what Iceberg keeps of it.
#pragma once

#include <arrow/io/interfaces.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"

namespace tarn::columns {

struct ParquetOptions {
    enum class Codec { Zstd, Snappy, Gzip, None } codec = Codec::Zstd;
    int zstd_level = 1;
    std::optional<int> gzip_level = {};
    // Dictionaries on numbers cost time and shrink prices little; on text they do both well.
    enum class Dictionary { Text, All, None } dictionary = Dictionary::Text;
    // How timestamps are stored: in their own units, in one for all (finer digits are cut off), or
    // as INT96, which Hive and Flink write and which says nothing of zones.
    enum class Timestamps {
        AsTheyAre,
        Millis,
        Micros,
        Nanos,
        Int96
    } timestamps = Timestamps::AsTheyAre;
    int64_t row_group_rows_max = 1 << 20;
    // Counted as the size of the rows in Arrow, which is what the open row group holds in memory.
    int64_t row_group_bytes_max = 128 << 20;
    int64_t page_bytes = 1 << 20;
    int64_t page_rows_max = 20'000;
    // A column whose dictionary grows past this goes on without one.
    int64_t dictionary_bytes_max = 2 << 20;
    // Paths as Parquet writes them: "symbol", "venue.name". Not for booleans.
    std::vector<std::string> bloom_filter_columns = {};
    // Goes into the footer: Iceberg's "iceberg.schema", for one.
    std::vector<std::pair<std::string, std::string>> key_values = {};
};

// One per leaf column, in the order of the schema.
struct ParquetColumnMetrics {
    std::string path;
    std::optional<int32_t> field_id;
    bool is_repeated;  // inside a list or map
    int64_t compressed_bytes = 0;
    int64_t value_count = 0;  // nulls and NaN included
    std::optional<int64_t> null_count;
    std::optional<int64_t> nan_count;  // of float and double columns only
    // In Iceberg's single-value form: numbers little-endian, decimals big-endian in as few bytes as
    // they need, text and binary as they are, not yet shortened. NaN is never a bound. Absent when
    // there is no value, or one of a size that the statistics do not keep.
    std::optional<Bytes> lower_bound;
    std::optional<Bytes> upper_bound;
};

struct ParquetFileMetrics {
    int64_t row_count = 0;
    int64_t file_bytes = 0;
    std::vector<int64_t> split_offsets;  // where the row groups begin
    std::vector<ParquetColumnMetrics> columns;
};

class ParquetWriter {
public:
    // Writes from where the stream stands, and leaves it open. A column of Arrow's type arrow.uuid
    // is marked as UUID; its batches may as well hold the plain bytes, 16 for each value.
    static ParquetWriter open(std::shared_ptr<arrow::io::OutputStream> stream,
                              std::shared_ptr<arrow::Schema> schema,
                              const ParquetOptions& options = {});
    ParquetWriter(ParquetWriter&&) noexcept;
    ~ParquetWriter();

    void append(const arrow::RecordBatch& batch);

    int64_t row_count() const;
    // What the file would measure if it were finished now, near enough to roll by: the row groups
    // written, and the open one at the ratio by which the earlier ones shrank.
    int64_t estimated_bytes() const;

    // Writes the footer. Nothing can be appended after it.
    ParquetFileMetrics finish();

private:
    struct State;
    explicit ParquetWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// Writes a stream of batches to as many files as it takes to keep each near the target size.
class RollingParquetWriter {
public:
    // Gives the stream of the next file; `file` counts from 0.
    using OpenFile = std::function<std::shared_ptr<arrow::io::OutputStream>(size_t file)>;

    RollingParquetWriter(std::shared_ptr<arrow::Schema> schema, ParquetOptions options,
                         int64_t file_bytes_target, OpenFile open_file);

    void append(const std::shared_ptr<arrow::RecordBatch>& batch);

    bool has_open_file() const { return writer_.has_value(); }
    // The next rows begin a new file.
    void close_file();

    // Closes the last file. There is one entry per file opened, and no file without a row.
    std::vector<ParquetFileMetrics> finish();

private:
    std::shared_ptr<arrow::Schema> schema_;
    ParquetOptions options_;
    int64_t file_bytes_target_;
    OpenFile open_file_;
    std::shared_ptr<arrow::io::OutputStream> stream_;
    std::optional<ParquetWriter> writer_;
    std::vector<ParquetFileMetrics> files_;
};

}  // namespace tarn::columns
