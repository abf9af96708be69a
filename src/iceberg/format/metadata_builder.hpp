// Makes the next version of a table's metadata, one change after the other, and checks each: what
// comes out is valid whatever was asked for. It also writes down what was done in the words of the
// REST protocol, so that the same change can be sent to a catalog elsewhere.
#pragma once

#include <boost/json/array.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "iceberg/format/table_metadata.hpp"

namespace tarn::iceberg {

// In place of an id: the schema, spec or order that this change added last.
inline constexpr int32_t LastAdded = -1;

class MetadataBuilder {
public:
    // A table that is not there yet. Format, schema, spec, order and location must all be set.
    static MetadataBuilder from_nothing(int64_t now_ms);
    MetadataBuilder(TableMetadata base, int64_t now_ms);

    // Each throws InvalidInput for what cannot be, and leaves the change as it was. A snapshot
    // whose numbers others have taken meanwhile is a Conflict: it can be made again.
    void assign_uuid(const std::string& uuid);
    void upgrade_format_version(int version);
    // Ids are kept; the schema's own is given here, or is that of an equal one. So with the others.
    int32_t add_schema(const Schema& schema);
    void set_current_schema(int32_t id);
    // Fields equal to those of an earlier spec take their ids.
    int32_t add_spec(const PartitionSpec& spec);
    void set_default_spec(int32_t id);
    int32_t add_sort_order(const SortOrder& order);
    void set_default_sort_order(int32_t id);
    void add_snapshot(Snapshot snapshot);
    void set_ref(const std::string& name, const SnapshotRef& ref);
    void remove_ref(const std::string& name);
    // Branches and tags to them go with them, and their statistics.
    void remove_snapshots(std::span<const SnapshotId> ids);
    void set_location(std::string location);
    void set_properties(const std::map<std::string, std::string>& properties);
    void remove_properties(std::span<const std::string> names);
    void set_statistics(StatisticsFile file);
    void remove_statistics(SnapshotId snapshot);
    void set_partition_statistics(StatisticsFile file);
    void remove_partition_statistics(SnapshotId snapshot);
    void remove_specs(std::span<const int32_t> ids);
    void remove_schemas(std::span<const int32_t> ids);
    void add_encryption_key(const boost::json::object& key);
    void remove_encryption_key(const std::string& id);

    const TableMetadata& metadata() const { return metadata_; }
    bool has_changes() const { return !updates_.empty(); }
    const boost::json::array& updates() const { return updates_; }

    // The finished metadata, with the file of the version before in its log. Throws InvalidInput
    // when a new table lacks something.
    TableMetadata finish(std::optional<std::string> previous_file);

private:
    void record(std::string_view action, boost::json::object update);
    void check_types(const Schema& schema) const;
    void set_main(SnapshotId id);
    void tidy_snapshot_log();

    TableMetadata metadata_;
    int64_t now_ms_;
    int64_t base_updated_ms_;
    boost::json::array updates_;
    std::optional<int32_t> added_schema_;
    std::optional<int32_t> added_spec_;
    std::optional<int32_t> added_order_;
    std::set<SnapshotId> added_snapshots_;
    bool has_removed_snapshots_ = false;
};

// Names that metadata gives out as properties and never keeps as such.
bool is_reserved_property(std::string_view name);

}  // namespace tarn::iceberg
