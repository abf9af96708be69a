#include "iceberg/write/partitioned_files.hpp"

#include <arrow/table.h>
#include <arrow/util/byte_size.h>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <functional>
#include <utility>

#include "base/assert.hpp"
#include "columns/arrow_result.hpp"
#include "iceberg/format/column_bounds.hpp"
#include "iceberg/format/schema_json.hpp"
#include "iceberg/write/sort_rows.hpp"

namespace tarn::iceberg {
namespace {

using columns::or_throw;

// From so many rows on a write costs what the rows cost; below it, what its columns cost.
constexpr int64_t GatheredRowsMin = 16'384;
// Slices keep the batch alive that they are cut from: from so many on they are copied out of it.
constexpr size_t SlicesMax = 16;

using Rows = std::shared_ptr<arrow::RecordBatch>;

int64_t bytes_of(const arrow::RecordBatch& rows) {
    return or_throw(arrow::util::ReferencedBufferSize(rows));
}

Rows joined(const std::vector<Rows>& parts) {
    if (parts.size() == 1) return parts[0];
    return or_throw(arrow::ConcatenateRecordBatches(parts));
}

// Rows brought together by partition: `rows` in the order of partitions, and where each ends.
struct Grouped {
    struct Part {
        uint32_t partition;
        int64_t begin;
        int64_t count;
    };
    Rows rows;
    std::vector<Part> parts;
};

// Runs of one partition, in rows that came in that order already; nothing when one comes back.
std::optional<std::vector<Grouped::Part>> runs_of(const std::vector<uint32_t>& numbers,
                                                  uint32_t partition_count) {
    std::vector<Grouped::Part> runs;
    std::vector<bool> is_seen(partition_count, false);
    for (size_t row = 0; row < numbers.size(); ++row) {
        if (row > 0 && numbers[row] == numbers[row - 1]) {
            ++runs.back().count;
            continue;
        }
        if (is_seen[numbers[row]]) return std::nullopt;
        is_seen[numbers[row]] = true;
        runs.push_back({numbers[row], static_cast<int64_t>(row), 1});
    }
    return runs;
}

Grouped grouped(const Rows& rows, const std::vector<uint32_t>& numbers, uint32_t partition_count) {
    if (auto runs = runs_of(numbers, partition_count)) return {rows, *std::move(runs)};
    std::vector<int64_t> counts(partition_count, 0);
    for (uint32_t number : numbers) ++counts[number];
    Grouped result;
    std::vector<int64_t> next(partition_count, 0);
    int64_t begin = 0;
    for (uint32_t partition = 0; partition < partition_count; ++partition) {
        if (counts[partition] == 0) continue;
        result.parts.push_back({partition, begin, counts[partition]});
        next[partition] = begin;
        begin += counts[partition];
    }
    std::vector<int32_t> positions(numbers.size());
    for (size_t row = 0; row < numbers.size(); ++row) {
        positions[static_cast<size_t>(next[numbers[row]]++)] = static_cast<int32_t>(row);
    }
    result.rows = rows_at(*rows, positions);
    return result;
}

}  // namespace

FilePosition WrittenFiles::position_of(RowPlace place) const {
    bool is_moved = place.partition < sorted_to.size() && !sorted_to[place.partition].empty();
    int64_t row =
        is_moved ? sorted_to[place.partition].at(static_cast<size_t>(place.row)) : place.row;
    for (size_t file : by_partition.at(place.partition)) {
        if (row < files[file].record_count) return {file, row};
        row -= files[file].record_count;
    }
    TARN_ASSERT(!"the partition has no such row");
}

struct PartitionedFiles::Stream {
    std::string path;
    std::vector<Rows> gathered = {};
    int64_t gathered_rows = 0;
    int64_t gathered_bytes = 0;
    int64_t row_count = 0;
    std::vector<int64_t> sorted_to = {};
    // Where the files are that the writer has opened, one for each.
    std::vector<std::string> locations = {};
    std::optional<columns::RollingParquetWriter> writer = {};

    // All but whose rows they are.
    void begin_anew() {
        gathered.clear();
        gathered_rows = 0;
        gathered_bytes = 0;
        row_count = 0;
        sorted_to.clear();
        writer.reset();
        locations.clear();
    }
};

PartitionedFiles::PartitionedFiles(FileKind kind, NewFiles new_files, WriteLimits limits)
    : kind_(std::move(kind)),
      new_files_(std::move(new_files)),
      limits_(limits),
      shape_(kind_.schema),
      partitioner_(kind_.schema, kind_.spec) {
    TARN_ASSERT(limits_.open_files_max > 0);
    kind_.parquet.key_values.emplace_back("iceberg.schema",
                                          boost::json::serialize(to_json(*kind_.schema)));
}

PartitionedFiles::~PartitionedFiles() {
    abort();
}

const std::vector<uint32_t>& PartitionedFiles::append(const arrow::RecordBatch& rows) {
    Rows shaped = shape_.shaped(rows);
    const std::vector<uint32_t>& numbers = partitioner_.number_rows(*shaped);
    while (streams_.size() < partitioner_.count()) {
        auto partition = static_cast<uint32_t>(streams_.size());
        streams_.push_back(
            std::make_unique<Stream>(Stream{.path = partitioner_.path_of(partition)}));
    }
    if (shaped->num_rows() == 0) return numbers;
    Grouped groups = grouped(shaped, numbers, partitioner_.count());
    for (const auto& part : groups.parts) {
        gather(part.partition, groups.rows->Slice(part.begin, part.count));
    }
    row_count_ += shaped->num_rows();
    make_room();
    return numbers;
}

int64_t PartitionedFiles::row_count(uint32_t partition) const {
    return partition < streams_.size() ? streams_[partition]->row_count : 0;
}

void PartitionedFiles::gather(uint32_t partition, Rows rows) {
    Stream& stream = *streams_[partition];
    int64_t bytes = bytes_of(*rows);
    stream.row_count += rows->num_rows();
    stream.gathered_rows += rows->num_rows();
    stream.gathered_bytes += bytes;
    gathered_bytes_ += bytes;
    stream.gathered.push_back(std::move(rows));
    bool is_enough = is_sorted() ? stream.gathered_bytes >= limits_.sorted_bytes_max
                                 : stream.gathered_rows >= GatheredRowsMin;
    if (is_enough) {
        write_gathered(partition);
    } else if (!is_sorted() && stream.gathered.size() >= SlicesMax) {
        stream.gathered = {joined(stream.gathered)};
    }
}

// Writes the largest of what is gathered until it is half of what it may be.
void PartitionedFiles::make_room() {
    if (gathered_bytes_ <= limits_.gathered_bytes_max) return;
    std::vector<uint32_t> partitions;
    for (uint32_t i = 0; i < streams_.size(); ++i) {
        if (streams_[i]->gathered_rows > 0) partitions.push_back(i);
    }
    std::ranges::sort(partitions, std::greater(),
                      [&](uint32_t i) { return streams_[i]->gathered_bytes; });
    for (uint32_t partition : partitions) {
        if (gathered_bytes_ <= limits_.gathered_bytes_max / 2) return;
        write_gathered(partition);
    }
}

void PartitionedFiles::write_gathered(uint32_t partition) {
    Stream& stream = *streams_[partition];
    if (stream.gathered.empty()) return;
    Rows rows = joined(stream.gathered);
    gathered_bytes_ -= stream.gathered_bytes;
    stream.gathered.clear();
    stream.gathered_rows = 0;
    stream.gathered_bytes = 0;
    write(partition, is_sorted() ? sorted(stream, rows) : rows);
    // What comes next would begin at the least value again.
    if (is_sorted()) close(partition);
}

Rows PartitionedFiles::sorted(Stream& stream, const Rows& rows) const {
    std::vector<int32_t> positions = sorted_positions(*rows, *kind_.schema, *kind_.order);
    if (kind_.keeps_places) {
        size_t first = stream.sorted_to.size();
        stream.sorted_to.resize(first + positions.size());
        for (size_t i = 0; i < positions.size(); ++i) {
            stream.sorted_to[first + static_cast<size_t>(positions[i])] =
                static_cast<int64_t>(first + i);
        }
    }
    if (std::ranges::is_sorted(positions)) return rows;
    return rows_at(*rows, positions);
}

void PartitionedFiles::write(uint32_t partition, const Rows& rows) {
    auto place = std::ranges::find(open_, partition);
    if (place == open_.end()) {
        open(partition);
    } else {
        std::rotate(place, place + 1, open_.end());
    }
    streams_[partition]->writer->append(rows);
}

void PartitionedFiles::open(uint32_t partition) {
    while (open_.size() >= limits_.open_files_max) close(open_.front());
    open_.push_back(partition);
    Stream& stream = *streams_[partition];
    if (stream.writer) return;
    stream.writer.emplace(shape_.file_columns(), kind_.parquet, kind_.file_bytes_target,
                          [this, &stream](size_t) {
                              auto opened = new_files_.open(stream.path, kind_.ending);
                              stream.locations.push_back(opened.location);
                              return opened.stream;
                          });
}

void PartitionedFiles::close(uint32_t partition) {
    streams_[partition]->writer->close_file();
    std::erase(open_, partition);
}

WrittenFiles PartitionedFiles::finish() {
    WrittenFiles written;
    written.by_partition.resize(streams_.size());
    written.sorted_to.resize(streams_.size());
    for (uint32_t partition = 0; partition < streams_.size(); ++partition) {
        write_gathered(partition);
        Stream& stream = *streams_[partition];
        if (!stream.writer) continue;
        auto metrics = stream.writer->finish();
        TARN_ASSERT(metrics.size() == stream.locations.size());
        for (size_t i = 0; i < metrics.size(); ++i) {
            written.by_partition[partition].push_back(written.files.size());
            written.files.push_back(data_file(partition, stream.locations[i], metrics[i]));
        }
        written.sorted_to[partition] = std::move(stream.sorted_to);
        stream.begin_anew();
    }
    open_.clear();
    row_count_ = 0;
    new_files_.hand_over();
    return written;
}

void PartitionedFiles::abort() noexcept {
    for (auto& stream : streams_) stream->begin_anew();
    open_.clear();
    gathered_bytes_ = 0;
    row_count_ = 0;
    new_files_.remove_all();
}

DataFile PartitionedFiles::data_file(uint32_t partition, const std::string& location,
                                     const columns::ParquetFileMetrics& metrics) const {
    DataFile file;
    file.content = kind_.content;
    file.path = location;
    file.spec_id = kind_.spec.id;
    file.partition = partitioner_.values(partition);
    file.record_count = metrics.row_count;
    file.file_bytes = metrics.file_bytes;
    file.metrics = column_metrics(metrics, *kind_.schema, kind_.modes);
    file.split_offsets = metrics.split_offsets;
    file.equality_ids = kind_.equality_ids;
    if (kind_.order) file.sort_order_id = kind_.order->id;
    return file;
}

}  // namespace tarn::iceberg
