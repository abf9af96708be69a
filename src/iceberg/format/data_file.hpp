// A file of rows, or of deletes, as manifests describe it: where it is, which partition it belongs
// to, and what is known of its columns without opening it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "iceberg/format/partition_spec.hpp"
#include "iceberg/format/snapshot.hpp"

namespace tarn::iceberg {

// As numbered in manifests. A deletion vector counts as position deletes.
enum class FileContent { Data = 0, PositionDeletes = 1, EqualityDeletes = 2 };
enum class FileFormat { Parquet, Avro, Orc, Puffin };

// "PARQUET", as Java writes it; read in any case. Throws InvalidInput for one we do not know.
std::string_view name_of(FileFormat format);
FileFormat parse_file_format(std::string_view name);

// What is known of the columns, by field id; a column that is not there may hold anything. Bounds
// are in the form of single_value.hpp and may lie further out than any value: text and binary are
// cut short, so they show which files cannot match, never what a value is.
struct ColumnMetrics {
    std::map<int32_t, int64_t> column_bytes = {};
    std::map<int32_t, int64_t> value_counts = {};  // nulls and NaN included
    std::map<int32_t, int64_t> null_counts = {};
    std::map<int32_t, int64_t> nan_counts = {};
    std::map<int32_t, Bytes> lower_bounds = {};
    std::map<int32_t, Bytes> upper_bounds = {};

    // What is known of other columns goes.
    void keep_only(const std::vector<int32_t>& field_ids);

    bool operator==(const ColumnMetrics& other) const = default;
};

struct DataFile {
    FileContent content = FileContent::Data;
    std::string path = {};
    FileFormat format = FileFormat::Parquet;
    int32_t spec_id = 0;
    PartitionValues partition = {};
    int64_t record_count = 0;
    int64_t file_bytes = 0;
    ColumnMetrics metrics = {};
    std::optional<Bytes> key_metadata = {};
    std::vector<int64_t> split_offsets = {};  // where the row groups begin
    std::vector<int32_t> equality_ids = {};   // of equality deletes: the columns they compare
    std::optional<int32_t> sort_order_id = {};
    // Version 3: the row id of the first row, unless each row carries its own.
    std::optional<int64_t> first_row_id = {};
    // Of position deletes that all concern one data file, and of every deletion vector.
    std::optional<std::string> referenced_data_file = {};
    // Of a deletion vector: where its blob lies in the Puffin file.
    std::optional<int64_t> content_offset = {};
    std::optional<int64_t> content_bytes = {};

    bool is_deletion_vector() const { return format == FileFormat::Puffin; }

    bool operator==(const DataFile& other) const = default;
};

// As numbered in manifests.
enum class EntryStatus { Existing = 0, Added = 1, Deleted = 2 };

// What one manifest says about one file.
struct ManifestEntry {
    EntryStatus status = EntryStatus::Added;
    // The snapshot that added the file, or that deleted it.
    std::optional<SnapshotId> snapshot_id = {};
    // How old the rows are, which decides the deletes that apply to them. Nothing until the commit
    // of an added file gives it one; the reader fills it in from the manifest list.
    std::optional<int64_t> sequence_number = {};
    // When the file itself was added: compaction writes old rows into new files.
    std::optional<int64_t> file_sequence_number = {};
    DataFile file = {};

    bool is_live() const { return status != EntryStatus::Deleted; }

    bool operator==(const ManifestEntry& other) const = default;
};

}  // namespace tarn::iceberg
