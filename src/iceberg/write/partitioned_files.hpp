// Rows to Parquet files, one after another in each partition. Each partition's rows are gathered in
// memory until they are worth a write, so that many small batches cost no more than a large one and
// a partition of few rows takes no open file; how much is gathered and how many files are open at
// once is limited, and what was not used for longest is closed first. Rows lie in the files of
// their partition in the order in which they came, unless they are sorted.
#pragma once

#include <arrow/record_batch.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "columns/parquet_writer.hpp"
#include "iceberg/format/data_file.hpp"
#include "iceberg/format/metrics_modes.hpp"
#include "iceberg/format/sort_order.hpp"
#include "iceberg/write/new_files.hpp"
#include "iceberg/write/partitioner.hpp"
#include "iceberg/write/row_shape.hpp"

namespace tarn::iceberg {

struct WriteLimits {
    // One makes a writer for rows that come partition by partition.
    size_t open_files_max = 100;
    // Of the rows that are gathered, as they lie in Arrow.
    int64_t gathered_bytes_max = int64_t{256} << 20;
    // Of the rows that are sorted together, and so of each sorted file.
    int64_t sorted_bytes_max = int64_t{128} << 20;
};

// Which row it is: the how-manieth that came to its partition. WrittenFiles knows where it lies.
struct RowPlace {
    uint32_t partition = 0;
    int64_t row = 0;

    auto operator<=>(const RowPlace&) const = default;
};

struct FilePosition {
    size_t file = 0;  // in WrittenFiles::files
    int64_t position = 0;

    auto operator<=>(const FilePosition&) const = default;
};

struct WrittenFiles {
    std::vector<DataFile> files;
    // The files of each partition, in the order of their rows.
    std::vector<std::vector<size_t>> by_partition;
    // By partition and by the order in which rows came: the how-manieth each is since it was
    // sorted. Empty where it lies as it came.
    std::vector<std::vector<int64_t>> sorted_to = {};

    // Of rows that were sorted only where their places were to be kept.
    FilePosition position_of(RowPlace place) const;
};

// What the files are.
struct FileKind {
    SchemaPtr schema;
    PartitionSpec spec;
    FileContent content = FileContent::Data;
    MetricsModes modes = MetricsModes::full();
    columns::ParquetOptions parquet = {};
    int64_t file_bytes_target = 0;
    std::string ending = ".parquet";
    std::vector<int32_t> equality_ids = {};
    // What the files say they are sorted by; with fields, they are made so.
    std::optional<SortOrder> order = {};
    // Where sorted rows come to lie; 8 bytes each.
    bool keeps_places = false;
};

class PartitionedFiles {
public:
    PartitionedFiles(FileKind kind, NewFiles new_files, WriteLimits limits);
    PartitionedFiles(const PartitionedFiles&) = delete;
    PartitionedFiles& operator=(const PartitionedFiles&) = delete;
    // Without finish(), takes everything back.
    ~PartitionedFiles();

    // The partition of each row is told until the next call.
    const std::vector<uint32_t>& append(const arrow::RecordBatch& rows);

    bool is_sorted() const { return kind_.order && !kind_.order->fields.empty(); }
    bool knows_places() const { return !is_sorted() || kind_.keeps_places; }
    // How many rows a partition has been given.
    int64_t row_count(uint32_t partition) const;
    int64_t row_count() const { return row_count_; }
    size_t open_file_count() const { return open_.size(); }

    // Writes what is left. After it, rows begin new files: the partitions keep their numbers, and
    // count their rows from 0.
    WrittenFiles finish();
    void abort() noexcept;

private:
    struct Stream;
    using Rows = std::shared_ptr<arrow::RecordBatch>;

    void gather(uint32_t partition, Rows rows);
    void make_room();
    void write_gathered(uint32_t partition);
    Rows sorted(Stream& stream, const Rows& rows) const;
    void write(uint32_t partition, const Rows& rows);
    void open(uint32_t partition);
    void close(uint32_t partition);
    DataFile data_file(uint32_t partition, const std::string& location,
                       const columns::ParquetFileMetrics& metrics) const;

    FileKind kind_;
    NewFiles new_files_;
    WriteLimits limits_;
    RowShape shape_;
    Partitioner partitioner_;
    std::vector<std::unique_ptr<Stream>> streams_;
    // Partitions with an open file, the longest unused first.
    std::vector<uint32_t> open_;
    int64_t gathered_bytes_ = 0;
    int64_t row_count_ = 0;
};

}  // namespace tarn::iceberg
