#include "iceberg/format/metadata_builder.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "iceberg/format/schema_json.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

// Clocks of writers differ; more than this is a mistake.
constexpr int64_t ClockSkewMsMax = 60'000;
constexpr size_t MetadataLogDefault = 100;

constexpr std::array<std::string_view, 9> ReservedProperties = {
    "format-version",           "uuid",
    "snapshot-count",           "current-snapshot-id",
    "current-snapshot-summary", "current-snapshot-timestamp-ms",
    "current-schema",           "default-partition-spec",
    "default-sort-order"};

template <typename... Args>
Error refusal(fmt::format_string<Args...> text, Args&&... args) {
    return Error(ErrorCode::InvalidInput, text, std::forward<Args>(args)...);
}

int32_t resolved(int32_t id, std::optional<int32_t> last_added, std::string_view what) {
    if (id != LastAdded) return id;
    if (!last_added) throw refusal("the change adds no {} that could be the last added", what);
    return *last_added;
}

template <typename Ids>
json::array array_of(const Ids& ids) {
    json::array array;
    for (const auto& id : ids) array.emplace_back(id);
    return array;
}

// Answers whether there was one.
bool erase_of(SnapshotId snapshot, std::vector<StatisticsFile>& files) {
    return std::erase_if(
               files, [&](const StatisticsFile& file) { return file.snapshot_id == snapshot; }) > 0;
}

void check_sort_order(const SortOrder& order, const Schema& schema) {
    for (const SortField& field : order.fields) {
        const Field* source = schema.find(field.source_id);
        if (!source) throw refusal("sort order: there is no column with id {}", field.source_id);
        if (!field.transform.can_transform(source->type)) {
            throw refusal("sort order: {} does not go with {}, the type of '{}'",
                          field.transform.text(), to_text(source->type),
                          schema.full_name(source->id));
        }
    }
}

size_t metadata_log_max(const TableMetadata& metadata) {
    std::string text = metadata.property("write.metadata.previous-versions-max", "");
    size_t number = MetadataLogDefault;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return std::max<size_t>(number, 1);
}

SchemaPtr schema_of(const TableMetadata& table, std::optional<int32_t> added, const char* what) {
    SchemaPtr schema = table.find_schema(table.current_schema_id);
    if (!schema && added) schema = table.find_schema(*added);  // DuckDB chooses it last.
    if (!schema) throw refusal("a {} needs a schema before it", what);
    return schema;
}

}  // namespace

MetadataBuilder MetadataBuilder::from_nothing(int64_t now_ms) {
    TableMetadata nothing;
    nothing.current_schema_id = LastAdded;
    nothing.default_spec_id = LastAdded;
    nothing.default_sort_order_id = LastAdded;
    return {std::move(nothing), now_ms};
}

MetadataBuilder::MetadataBuilder(TableMetadata base, int64_t now_ms)
    : metadata_(std::move(base)), now_ms_(now_ms), base_updated_ms_(metadata_.last_updated_ms) {}

void MetadataBuilder::record(std::string_view action, json::object update) {
    update["action"] = action;
    updates_.push_back(std::move(update));
}

void MetadataBuilder::assign_uuid(const std::string& uuid) {
    if (metadata_.uuid == uuid) return;
    if (!metadata_.uuid.empty()) {
        throw refusal("the table has the uuid {} and keeps it", metadata_.uuid);
    }
    metadata_.uuid = uuid;
    record("assign-uuid", {{"uuid", uuid}});
}

void MetadataBuilder::upgrade_format_version(int version) {
    if (version < 1 || version > FormatVersionMax) {
        throw refusal("format version {} is not supported, 1 to {} are", version, FormatVersionMax);
    }
    // A table that is not there yet may be of any version.
    if (version < metadata_.format_version && !metadata_.schemas.empty()) {
        throw refusal("a table of format version {} cannot go back to {}", metadata_.format_version,
                      version);
    }
    if (version == metadata_.format_version) return;
    metadata_.format_version = version;
    record("upgrade-format-version", {{"format-version", version}});
}

void MetadataBuilder::check_types(const Schema& schema) const {
    auto check = [&](const auto& self, const Field& field) -> void {
        int needed = field.type.format_version_min();
        if (field.initial_default || field.write_default) needed = std::max(needed, 3);
        if (needed > metadata_.format_version) {
            throw refusal("column '{}' ({}) needs format version {}, the table has {}",
                          schema.full_name(field.id),
                          field.type.is_nested() ? "with a default" : to_text(field.type), needed,
                          metadata_.format_version)
                .with_hint(fmt::format("set the table property 'format-version' to {}", needed));
        }
        for (const Field& inner : field.type.fields) self(self, inner);
    };
    for (const Field& field : schema.fields()) check(check, field);
}

int32_t MetadataBuilder::add_schema(const Schema& schema) {
    check_types(schema);
    for (const SchemaPtr& known : metadata_.schemas) {
        if (known->has_same_columns(schema)) {
            added_schema_ = known->id();
            return known->id();
        }
    }
    int32_t id = metadata_.schemas.empty() ? std::max(schema.id(), 0) : 0;
    for (const SchemaPtr& known : metadata_.schemas) id = std::max(id, known->id() + 1);
    metadata_.schemas.push_back(schema.with_id(id));
    metadata_.last_column_id = std::max(metadata_.last_column_id, schema.highest_id());
    added_schema_ = id;
    record("add-schema", {{"schema", to_json(*metadata_.schemas.back())},
                          {"last-column-id", metadata_.last_column_id}});
    return id;
}

void MetadataBuilder::set_current_schema(int32_t id) {
    int32_t chosen = resolved(id, added_schema_, "schema");
    SchemaPtr schema = metadata_.find_schema(chosen);
    if (!schema) throw refusal("there is no schema {}", chosen);
    if (const PartitionSpec* spec = metadata_.find_spec(metadata_.default_spec_id)) {
        check_spec(*spec, *schema);
    }
    if (const SortOrder* order = metadata_.find_sort_order(metadata_.default_sort_order_id)) {
        check_sort_order(*order, *schema);
    }
    if (chosen == metadata_.current_schema_id) return;
    metadata_.current_schema_id = chosen;
    record("set-current-schema", {{"schema-id", chosen == added_schema_ ? LastAdded : chosen}});
}

int32_t MetadataBuilder::add_spec(const PartitionSpec& spec) {
    check_spec(spec, *schema_of(metadata_, added_schema_, "partition spec"));
    for (const PartitionSpec& known : metadata_.specs) {
        if (known.is_like(spec)) {
            added_spec_ = known.id;
            return known.id;
        }
    }
    PartitionSpec added = spec;
    added.id = metadata_.specs.empty() ? std::max(spec.id, 0) : 0;
    for (const PartitionSpec& known : metadata_.specs) added.id = std::max(added.id, known.id + 1);
    for (PartitionField& field : added.fields) {
        for (const PartitionSpec& known : metadata_.specs) {
            auto equal = std::ranges::find_if(known.fields, [&](const PartitionField& other) {
                return other.source_id == field.source_id && other.name == field.name &&
                       other.transform == field.transform;
            });
            if (equal != known.fields.end()) field.field_id = equal->field_id;
        }
    }
    metadata_.last_partition_id = std::max(metadata_.last_partition_id, added.highest_field_id());
    added_spec_ = added.id;
    record("add-spec", {{"spec", to_json(added)}});
    metadata_.specs.push_back(std::move(added));
    return *added_spec_;
}

void MetadataBuilder::set_default_spec(int32_t id) {
    int32_t chosen = resolved(id, added_spec_, "partition spec");
    if (!metadata_.find_spec(chosen)) throw refusal("there is no partition spec {}", chosen);
    if (chosen == metadata_.default_spec_id) return;
    metadata_.default_spec_id = chosen;
    record("set-default-spec", {{"spec-id", chosen == added_spec_ ? LastAdded : chosen}});
}

int32_t MetadataBuilder::add_sort_order(const SortOrder& order) {
    check_sort_order(order, *schema_of(metadata_, added_schema_, "sort order"));
    for (const SortOrder& known : metadata_.sort_orders) {
        if (known.fields == order.fields) {
            added_order_ = known.id;
            return known.id;
        }
    }
    SortOrder added = order;
    // 0 is the order of those without fields.
    added.id = order.fields.empty() ? 0 : 1;
    for (const SortOrder& known : metadata_.sort_orders) {
        if (!order.fields.empty()) added.id = std::max(added.id, known.id + 1);
    }
    added_order_ = added.id;
    record("add-sort-order", {{"sort-order", to_json(added)}});
    metadata_.sort_orders.push_back(std::move(added));
    return *added_order_;
}

void MetadataBuilder::set_default_sort_order(int32_t id) {
    int32_t chosen = resolved(id, added_order_, "sort order");
    if (!metadata_.find_sort_order(chosen)) throw refusal("there is no sort order {}", chosen);
    if (chosen == metadata_.default_sort_order_id) return;
    metadata_.default_sort_order_id = chosen;
    record("set-default-sort-order",
           {{"sort-order-id", chosen == added_order_ ? LastAdded : chosen}});
}

void MetadataBuilder::add_snapshot(Snapshot snapshot) {
    if (metadata_.find_snapshot(snapshot.id)) throw refusal("there is a snapshot {}", snapshot.id);
    if (snapshot.parent_id && metadata_.format_version > 1 &&
        snapshot.sequence_number <= metadata_.last_sequence_number) {
        throw Error(ErrorCode::Conflict,
                    "snapshot {} has the sequence number {}, the last one was {}", snapshot.id,
                    snapshot.sequence_number, metadata_.last_sequence_number);
    }
    if (snapshot.timestamp_ms < metadata_.last_updated_ms - ClockSkewMsMax) {
        throw refusal("snapshot {} was made at {}, the table at {}: a clock is wrong", snapshot.id,
                      snapshot.timestamp_ms, metadata_.last_updated_ms);
    }
    if (snapshot.schema_id && !metadata_.find_schema(*snapshot.schema_id)) {
        throw refusal("snapshot {}: there is no schema {}", snapshot.id, *snapshot.schema_id);
    }
    if (metadata_.format_version >= 3) {
        if (!snapshot.first_row_id || snapshot.added_rows.value_or(-1) < 0) {
            throw refusal("snapshot {}: version 3 wants first-row-id and added-rows", snapshot.id);
        }
        if (*snapshot.first_row_id < metadata_.next_row_id) {
            throw Error(ErrorCode::Conflict,
                        "snapshot {}: its rows begin at {}, ids up to {} are taken", snapshot.id,
                        *snapshot.first_row_id, metadata_.next_row_id);
        }
        metadata_.next_row_id = *snapshot.first_row_id + *snapshot.added_rows;
    }
    metadata_.last_sequence_number =
        std::max(metadata_.last_sequence_number, snapshot.sequence_number);
    metadata_.last_updated_ms = std::max(metadata_.last_updated_ms, snapshot.timestamp_ms);
    added_snapshots_.insert(snapshot.id);
    record("add-snapshot", {{"snapshot", to_json(snapshot)}});
    metadata_.snapshots.push_back(std::make_shared<const Snapshot>(std::move(snapshot)));
}

void MetadataBuilder::set_ref(const std::string& name, const SnapshotRef& ref) {
    if (name.empty()) throw refusal("a branch or tag needs a name");
    if (!metadata_.find_snapshot(ref.snapshot_id)) {
        throw refusal("'{}': there is no snapshot {}", name, ref.snapshot_id);
    }
    const SnapshotRef* known = metadata_.find_ref(name);
    if (known && known->kind != ref.kind) {
        throw refusal("'{}' is a {} and cannot become the other", name,
                      known->kind == RefKind::Branch ? "branch" : "tag");
    }
    if (name == MainBranch && ref.kind != RefKind::Branch) {
        throw refusal("'{}' is a branch and cannot be a tag", name);
    }
    if (known && *known == ref) return;
    metadata_.refs[name] = ref;
    if (name == MainBranch) set_main(ref.snapshot_id);
    json::object update = to_json(ref);
    update["ref-name"] = name;
    record("set-snapshot-ref", std::move(update));
}

void MetadataBuilder::set_main(SnapshotId id) {
    if (metadata_.current_snapshot_id == id) return;
    metadata_.current_snapshot_id = id;
    // A snapshot made elsewhere becomes current at its own time, a rollback now.
    int64_t time = added_snapshots_.contains(id) ? metadata_.find_snapshot(id)->timestamp_ms
                                                 : std::max(now_ms_, metadata_.last_updated_ms);
    metadata_.last_updated_ms = std::max(metadata_.last_updated_ms, time);
    metadata_.snapshot_log.push_back({.timestamp_ms = time, .snapshot_id = id});
}

void MetadataBuilder::remove_ref(const std::string& name) {
    if (metadata_.refs.erase(name) == 0) return;
    // The log stays: a table that is replaced has still been what it was.
    if (name == MainBranch) metadata_.current_snapshot_id.reset();
    record("remove-snapshot-ref", {{"ref-name", name}});
}

void MetadataBuilder::remove_snapshots(std::span<const SnapshotId> ids) {
    std::set<SnapshotId> gone(ids.begin(), ids.end());
    auto is_gone = [&](const SnapshotPtr& snapshot) { return gone.contains(snapshot->id); };
    if (std::erase_if(metadata_.snapshots, is_gone) == 0) return;
    has_removed_snapshots_ = true;
    for (SnapshotId id : gone) {
        erase_of(id, metadata_.statistics);
        erase_of(id, metadata_.partition_statistics);
    }
    for (auto ref = metadata_.refs.begin(); ref != metadata_.refs.end();) {
        auto next = std::next(ref);
        if (gone.contains(ref->second.snapshot_id)) remove_ref(std::string(ref->first));
        ref = next;
    }
    record("remove-snapshots", {{"snapshot-ids", array_of(gone)}});
}

void MetadataBuilder::set_location(std::string location) {
    while (location.size() > 1 && location.ends_with('/')) location.pop_back();
    if (location.empty()) throw refusal("a table needs a location");
    if (metadata_.location == location) return;
    metadata_.location = std::move(location);
    record("set-location", {{"location", metadata_.location}});
}

void MetadataBuilder::set_properties(const std::map<std::string, std::string>& properties) {
    json::object changed;
    for (const auto& [name, value] : properties) {
        if (is_reserved_property(name)) {
            throw refusal("'{}' is no property that can be set", name);
        }
        auto known = metadata_.properties.find(name);
        if (known != metadata_.properties.end() && known->second == value) continue;
        changed[name] = value;
    }
    if (changed.empty()) return;
    for (const auto& [name, value] : changed) {
        metadata_.properties[name] = std::string(value.as_string());
    }
    record("set-properties", {{"updates", std::move(changed)}});
}

void MetadataBuilder::remove_properties(std::span<const std::string> names) {
    json::array removed;
    for (const std::string& name : names) {
        if (metadata_.properties.erase(name) > 0) removed.emplace_back(name);
    }
    if (!removed.empty()) record("remove-properties", {{"removals", std::move(removed)}});
}

void MetadataBuilder::set_statistics(StatisticsFile file) {
    erase_of(file.snapshot_id, metadata_.statistics);
    record("set-statistics", {{"snapshot-id", file.snapshot_id}, {"statistics", file.json}});
    metadata_.statistics.push_back(std::move(file));
}

void MetadataBuilder::remove_statistics(SnapshotId snapshot) {
    if (!erase_of(snapshot, metadata_.statistics)) return;
    record("remove-statistics", {{"snapshot-id", snapshot}});
}

void MetadataBuilder::set_partition_statistics(StatisticsFile file) {
    erase_of(file.snapshot_id, metadata_.partition_statistics);
    record("set-partition-statistics", {{"partition-statistics", file.json}});
    metadata_.partition_statistics.push_back(std::move(file));
}

void MetadataBuilder::remove_partition_statistics(SnapshotId snapshot) {
    if (!erase_of(snapshot, metadata_.partition_statistics)) return;
    record("remove-partition-statistics", {{"snapshot-id", snapshot}});
}

void MetadataBuilder::remove_specs(std::span<const int32_t> ids) {
    std::set<int32_t> gone(ids.begin(), ids.end());
    if (gone.contains(metadata_.default_spec_id)) {
        throw refusal("partition spec {} is the default one", metadata_.default_spec_id);
    }
    auto is_gone = [&](const PartitionSpec& spec) { return gone.contains(spec.id); };
    if (std::erase_if(metadata_.specs, is_gone) == 0) return;
    record("remove-partition-specs", {{"spec-ids", array_of(gone)}});
}

void MetadataBuilder::remove_schemas(std::span<const int32_t> ids) {
    std::set<int32_t> gone(ids.begin(), ids.end());
    if (gone.contains(metadata_.current_schema_id)) {
        throw refusal("schema {} is the current one", metadata_.current_schema_id);
    }
    auto is_gone = [&](const SchemaPtr& schema) { return gone.contains(schema->id()); };
    if (std::erase_if(metadata_.schemas, is_gone) == 0) return;
    record("remove-schemas", {{"schema-ids", array_of(gone)}});
}

void MetadataBuilder::add_encryption_key(const json::object& key) {
    metadata_.encryption_keys.push_back(key);
    record("add-encryption-key", {{"encryption-key", key}});
}

void MetadataBuilder::remove_encryption_key(const std::string& id) {
    auto& keys = metadata_.encryption_keys;
    for (auto key = keys.begin(); key != keys.end(); ++key) {
        const json::object* object = key->if_object();
        const json::value* key_id = object ? object->if_contains("key-id") : nullptr;
        if (!key_id || !key_id->is_string() || key_id->get_string() != id) continue;
        keys.erase(key);
        record("remove-encryption-key", {{"key-id", id}});
        return;
    }
}

TableMetadata MetadataBuilder::finish(std::optional<std::string> previous_file) {
    if (metadata_.uuid.empty()) throw refusal("the table has no uuid");
    if (metadata_.location.empty()) throw refusal("the table has no location");
    if (!metadata_.find_schema(metadata_.current_schema_id)) {
        throw refusal("the table has no current schema");
    }
    if (!metadata_.find_spec(metadata_.default_spec_id)) {
        throw refusal("the table has no default partition spec");
    }
    if (!metadata_.find_sort_order(metadata_.default_sort_order_id)) {
        throw refusal("the table has no default sort order");
    }
    tidy_snapshot_log();
    if (previous_file) {
        metadata_.metadata_log.push_back(
            {.timestamp_ms = base_updated_ms_, .file = *std::move(previous_file)});
        size_t most = metadata_log_max(metadata_);
        if (metadata_.metadata_log.size() > most) {
            auto excess = static_cast<ptrdiff_t>(metadata_.metadata_log.size() - most);
            metadata_.metadata_log.erase(metadata_.metadata_log.begin(),
                                         metadata_.metadata_log.begin() + excess);
        }
    }
    if (added_snapshots_.empty()) {
        metadata_.last_updated_ms = std::max(metadata_.last_updated_ms, now_ms_);
    }
    return std::move(metadata_);
}

void MetadataBuilder::tidy_snapshot_log() {
    std::vector<SnapshotLogEntry> tidy;
    for (const SnapshotLogEntry& entry : metadata_.snapshot_log) {
        bool was_passed_through = added_snapshots_.contains(entry.snapshot_id) &&
                                  entry.snapshot_id != metadata_.current_snapshot_id;
        if (was_passed_through) continue;
        if (metadata_.find_snapshot(entry.snapshot_id)) {
            tidy.push_back(entry);
        } else if (has_removed_snapshots_) {
            // Before the gap nobody could say what was current.
            tidy.clear();
        }
    }
    metadata_.snapshot_log = std::move(tidy);
}

bool is_reserved_property(std::string_view name) {
    return std::ranges::find(ReservedProperties, name) != ReservedProperties.end();
}

}  // namespace tarn::iceberg
