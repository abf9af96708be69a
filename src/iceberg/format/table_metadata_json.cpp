#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include <algorithm>

#include "base/error.hpp"
#include "iceberg/format/schema_json.hpp"
#include "iceberg/format/table_metadata.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

// Schemas nest through three levels of JSON each.
constexpr size_t JsonDepthMax = 4 * NestingMax;

template <typename Items, typename ToJson>
json::array array_of(const Items& items, const ToJson& to_json) {
    json::array array;
    array.reserve(items.size());
    for (const auto& item : items) array.emplace_back(to_json(item));
    return array;
}

json::array statistics_to_json(const std::vector<StatisticsFile>& files) {
    return array_of(files, [](const StatisticsFile& file) { return file.json; });
}

std::vector<StatisticsFile> statistics_from_json(const JsonObject& table, std::string_view name) {
    std::vector<StatisticsFile> files;
    for (const JsonObject& member : table.objects(name)) {
        files.push_back(statistics_file_from_json(member));
    }
    return files;
}

// Reads the members one after the other; a class because versions 1 and 2 differ in many.
class MetadataReader {
public:
    MetadataReader(const json::value& json, std::string_view what)
        : json_(json, std::string(what)) {}

    TableMetadata read() {
        metadata_.format_version = json_.small_number("format-version");
        if (metadata_.format_version < 1 || metadata_.format_version > FormatVersionMax) {
            json_.refuse("format-version", "version {} is not supported, 1 to {} are",
                         metadata_.format_version, FormatVersionMax);
        }
        read_table();
        read_schemas();
        read_specs();
        read_sort_orders();
        read_snapshots();
        read_refs();
        read_logs();
        metadata_.unknown = json_.rest();
        return std::move(metadata_);
    }

private:
    bool is_v1() const { return metadata_.format_version == 1; }

    void read_table() {
        // Version 1 could do without.
        metadata_.uuid =
            is_v1() ? json_.find_text("table-uuid").value_or("") : json_.text("table-uuid");
        metadata_.location = json_.text("location");
        while (metadata_.location.size() > 1 && metadata_.location.ends_with('/')) {
            metadata_.location.pop_back();
        }
        metadata_.last_sequence_number = is_v1() ? 0 : json_.number("last-sequence-number");
        metadata_.last_updated_ms = json_.number("last-updated-ms");
        metadata_.last_column_id = json_.small_number("last-column-id");
        metadata_.properties = json_.texts("properties");
        metadata_.next_row_id = json_.find_number("next-row-id").value_or(0);
        metadata_.statistics = statistics_from_json(json_, "statistics");
        metadata_.partition_statistics = statistics_from_json(json_, "partition-statistics");
        if (const json::value* keys = json_.find("encryption-keys")) {
            if (!keys->is_array()) json_.refuse("encryption-keys", "an array is expected");
            metadata_.encryption_keys = keys->get_array();
        }
    }

    void read_schemas() {
        for (const JsonObject& member : json_.objects("schemas")) {
            metadata_.schemas.push_back(schema_from_json(member));
        }
        auto current = json_.find_small_number("current-schema-id");
        auto only = json_.find_object("schema");
        if (metadata_.schemas.empty() && is_v1() && only) {
            metadata_.schemas.push_back(schema_from_json(*only));
            current = metadata_.schemas[0]->id();
        }
        if (!current) json_.refuse("current-schema-id", "it is missing");
        metadata_.current_schema_id = *current;
        if (!metadata_.find_schema(*current)) {
            json_.refuse("current-schema-id", "there is no schema {}", *current);
        }
        for (const SchemaPtr& schema : metadata_.schemas) {
            if (metadata_.find_schema(schema->id()) != schema) {
                json_.refuse("schemas", "two have the id {}", schema->id());
            }
            metadata_.last_column_id = std::max(metadata_.last_column_id, schema->highest_id());
        }
    }

    void read_specs() {
        for (const JsonObject& member : json_.objects("partition-specs")) {
            metadata_.specs.push_back(spec_from_json(member, FirstPartitionFieldId - 1));
        }
        auto only = json_.objects("partition-spec");
        if (metadata_.specs.empty() && is_v1()) {
            metadata_.specs.push_back(
                {.fields = partition_fields_from_json(only, FirstPartitionFieldId - 1)});
        }
        metadata_.default_spec_id = json_.find_small_number("default-spec-id").value_or(0);
        if (!metadata_.find_spec(metadata_.default_spec_id)) {
            json_.refuse("default-spec-id", "there is no partition spec {}",
                         metadata_.default_spec_id);
        }
        int32_t highest = FirstPartitionFieldId - 1;
        for (const PartitionSpec& spec : metadata_.specs) {
            highest = std::max(highest, spec.highest_field_id());
        }
        metadata_.last_partition_id =
            std::max(highest, json_.find_small_number("last-partition-id").value_or(highest));
    }

    void read_sort_orders() {
        for (const JsonObject& member : json_.objects("sort-orders")) {
            metadata_.sort_orders.push_back(sort_order_from_json(member));
        }
        if (metadata_.sort_orders.empty()) metadata_.sort_orders.emplace_back();
        metadata_.default_sort_order_id =
            json_.find_small_number("default-sort-order-id").value_or(0);
        if (!metadata_.find_sort_order(metadata_.default_sort_order_id)) {
            json_.refuse("default-sort-order-id", "there is no sort order {}",
                         metadata_.default_sort_order_id);
        }
    }

    void read_snapshots() {
        for (const JsonObject& member : json_.objects("snapshots")) {
            metadata_.snapshots.push_back(
                std::make_shared<const Snapshot>(snapshot_from_json(member)));
        }
        // Empty tables say -1, null or nothing at all.
        auto current = json_.find_number("current-snapshot-id");
        if (!current || *current == -1) return;
        if (!metadata_.find_snapshot(*current)) {
            json_.refuse("current-snapshot-id", "there is no snapshot {}", *current);
        }
        metadata_.current_snapshot_id = current;
    }

    void read_refs() {
        if (auto refs = json_.find_object("refs")) {
            for (const std::string& name : refs->names()) {
                SnapshotRef ref = ref_from_json(refs->object(name));
                if (!metadata_.find_snapshot(ref.snapshot_id)) {
                    refs->refuse(name, "there is no snapshot {}", ref.snapshot_id);
                }
                metadata_.refs.emplace(name, ref);
            }
        }
        // Writers from before there were branches know only the current snapshot.
        if (metadata_.current_snapshot_id) {
            auto& main = metadata_.refs[std::string(MainBranch)];
            main.snapshot_id = *metadata_.current_snapshot_id;
        }
    }

    void read_logs() {
        for (const JsonObject& member : json_.objects("snapshot-log")) {
            metadata_.snapshot_log.push_back({.timestamp_ms = member.number("timestamp-ms"),
                                              .snapshot_id = member.number("snapshot-id")});
        }
        for (const JsonObject& member : json_.objects("metadata-log")) {
            metadata_.metadata_log.push_back({.timestamp_ms = member.number("timestamp-ms"),
                                              .file = member.text("metadata-file")});
        }
    }

    JsonObject json_;
    TableMetadata metadata_;
};

json::object members_of(const TableMetadata& metadata, json::array snapshots) {
    json::object object;
    object["format-version"] = metadata.format_version;
    object["table-uuid"] = metadata.uuid;
    object["location"] = metadata.location;
    object["last-sequence-number"] = metadata.last_sequence_number;
    object["last-updated-ms"] = metadata.last_updated_ms;
    object["last-column-id"] = metadata.last_column_id;
    object["current-schema-id"] = metadata.current_schema_id;
    object["schemas"] =
        array_of(metadata.schemas, [](const SchemaPtr& schema) { return to_json(*schema); });
    if (metadata.format_version == 1) {
        object["schema"] = to_json(metadata.schema());
        object["partition-spec"] = fields_to_json(metadata.spec());
    }
    object["default-spec-id"] = metadata.default_spec_id;
    object["partition-specs"] =
        array_of(metadata.specs, [](const PartitionSpec& spec) { return to_json(spec); });
    object["last-partition-id"] = metadata.last_partition_id;
    object["default-sort-order-id"] = metadata.default_sort_order_id;
    object["sort-orders"] =
        array_of(metadata.sort_orders, [](const SortOrder& order) { return to_json(order); });
    object["properties"] = json::value_from(metadata.properties);
    // Older readers want the key also where there is no snapshot.
    if (metadata.current_snapshot_id) {
        object["current-snapshot-id"] = *metadata.current_snapshot_id;
    } else if (metadata.format_version < 3) {
        object["current-snapshot-id"] = -1;
    } else {
        object["current-snapshot-id"] = nullptr;
    }
    if (metadata.format_version >= 3) object["next-row-id"] = metadata.next_row_id;
    if (!metadata.encryption_keys.empty()) object["encryption-keys"] = metadata.encryption_keys;
    json::object refs;
    for (const auto& [name, ref] : metadata.refs) refs.emplace(name, to_json(ref));
    object["refs"] = std::move(refs);
    object["snapshots"] = std::move(snapshots);
    object["statistics"] = statistics_to_json(metadata.statistics);
    object["partition-statistics"] = statistics_to_json(metadata.partition_statistics);
    object["snapshot-log"] = array_of(metadata.snapshot_log, [](const SnapshotLogEntry& entry) {
        return json::object{{"timestamp-ms", entry.timestamp_ms},
                            {"snapshot-id", entry.snapshot_id}};
    });
    object["metadata-log"] = array_of(metadata.metadata_log, [](const MetadataLogEntry& entry) {
        return json::object{{"timestamp-ms", entry.timestamp_ms}, {"metadata-file", entry.file}};
    });
    for (const auto& [name, value] : metadata.unknown) object.emplace(name, value);
    return object;
}

std::string snapshots_text(const std::vector<SnapshotPtr>& snapshots) {
    std::string text = "[";
    for (const SnapshotPtr& snapshot : snapshots) {
        if (text.size() > 1) text += ',';
        text += json_text(*snapshot);
    }
    return text + ']';
}

}  // namespace

StatisticsFile statistics_file_from_json(const JsonObject& json) {
    return {.snapshot_id = json.number("snapshot-id"),
            .path = json.text("statistics-path"),
            .json = json.members()};
}

json::object to_json(const TableMetadata& metadata) {
    return members_of(metadata, array_of(metadata.snapshots, [](const SnapshotPtr& snapshot) {
                          return to_json(*snapshot);
                      }));
}

// Most of a table that is committed to often is snapshots, which the version before had as well.
std::string to_json_text(const TableMetadata& metadata) {
    std::string text;
    for (const auto& [name, value] : members_of(metadata, {})) {
        text += text.empty() ? '{' : ',';
        text += json::serialize(json::string_view(name));
        text += ':';
        text += name == "snapshots" ? snapshots_text(metadata.snapshots) : json::serialize(value);
    }
    return text + '}';
}

TableMetadata metadata_from_json(const json::value& json, std::string_view what) {
    return MetadataReader(json, what).read();
}

TableMetadata parse_metadata(std::string_view text, std::string_view what) {
    json::parse_options options;
    options.max_depth = JsonDepthMax;
    boost::system::error_code failure;
    json::value value = json::parse(text, failure, {}, options);
    if (failure) {
        throw Error(ErrorCode::Corrupt, "{}: this is no JSON: {}", what, failure.message());
    }
    return metadata_from_json(value, what);
}

}  // namespace tarn::iceberg
