// Everything that is true of a table at one version of it, but for what its manifests hold. The
// catalog points at the newest; each commit makes a new one (metadata_builder.hpp) and none is ever
// changed. Copies are cheap: schemas and snapshots are shared.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "iceberg/format/partition_spec.hpp"
#include "iceberg/format/schema.hpp"
#include "iceberg/format/snapshot.hpp"
#include "iceberg/format/sort_order.hpp"

namespace tarn::iceberg {

inline constexpr int FormatVersionDefault = 2;
inline constexpr int FormatVersionMax = 3;

// When the main branch came to be at a snapshot: what time travel by time goes by.
struct SnapshotLogEntry {
    int64_t timestamp_ms = 0;
    SnapshotId snapshot_id = 0;

    bool operator==(const SnapshotLogEntry& other) const = default;
};

// A metadata file of the past.
struct MetadataLogEntry {
    int64_t timestamp_ms = 0;
    std::string file;

    bool operator==(const MetadataLogEntry& other) const = default;
};

// A file of statistics about one snapshot. What is in it is for those who read it.
struct StatisticsFile {
    SnapshotId snapshot_id = 0;
    std::string path;
    boost::json::object json = {};

    bool operator==(const StatisticsFile& other) const = default;
};

struct TableMetadata {
    int format_version = FormatVersionDefault;
    std::string uuid = {};
    std::string location = {};
    int64_t last_sequence_number = 0;
    int64_t last_updated_ms = 0;
    int32_t last_column_id = 0;
    int32_t current_schema_id = 0;
    std::vector<SchemaPtr> schemas = {};
    int32_t default_spec_id = 0;
    std::vector<PartitionSpec> specs = {};
    int32_t last_partition_id = FirstPartitionFieldId - 1;
    int32_t default_sort_order_id = 0;
    std::vector<SortOrder> sort_orders = {};
    std::map<std::string, std::string> properties = {};
    std::optional<SnapshotId> current_snapshot_id = {};
    // Version 3: the first row id that nobody has yet.
    int64_t next_row_id = 0;
    std::map<std::string, SnapshotRef, std::less<>> refs = {};
    std::vector<SnapshotPtr> snapshots = {};
    std::vector<StatisticsFile> statistics = {};
    std::vector<StatisticsFile> partition_statistics = {};
    std::vector<SnapshotLogEntry> snapshot_log = {};
    std::vector<MetadataLogEntry> metadata_log = {};
    // Kept for those who can use them; tables that are encrypted are not read.
    boost::json::array encryption_keys = {};
    // What a later version of the format has put there.
    boost::json::object unknown = {};

    const Schema& schema() const;
    const PartitionSpec& spec() const;
    const SortOrder& sort_order() const;
    // Null when the table has no rows yet, or had none left.
    SnapshotPtr current_snapshot() const;

    // Null when there is none.
    SchemaPtr find_schema(int32_t id) const;
    const PartitionSpec* find_spec(int32_t id) const;
    const SortOrder* find_sort_order(int32_t id) const;
    SnapshotPtr find_snapshot(SnapshotId id) const;
    const SnapshotRef* find_ref(std::string_view name) const;

    // "write.parquet.compression-codec", or the default where it is not set.
    std::string property(std::string_view name, std::string_view otherwise) const;
};

using TableMetadataPtr = std::shared_ptr<const TableMetadata>;

boost::json::object to_json(const TableMetadata& metadata);
std::string to_json_text(const TableMetadata& metadata);

StatisticsFile statistics_file_from_json(const JsonObject& json);

// Versions 1 to 3. Throws InvalidInput that begins with `what` and names the place, also for what
// contradicts itself: a current schema that is not there, a branch to no snapshot.
TableMetadata metadata_from_json(const boost::json::value& json, std::string_view what);
TableMetadata parse_metadata(std::string_view text, std::string_view what);

}  // namespace tarn::iceberg
