#include "iceberg/lint/avro_checks.hpp"

#include <boost/json/parse.hpp>

#include <array>
#include <charconv>
#include <optional>

#include "base/error.hpp"
#include "iceberg/format/manifest_schema.hpp"
#include "iceberg/format/schema_json.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

// What an Avro field looks like once it is taken apart.
struct AvroNode {
    const json::object* field = nullptr;
    // Without the null of an optional one.
    const json::value* type = nullptr;
    bool is_optional = false;
    bool has_null_first = false;
};

AvroNode node_of(const json::object& field) {
    AvroNode node{.field = &field, .type = field.if_contains("type")};
    if (!node.type || !node.type->is_array()) return node;
    const json::array& branches = node.type->get_array();
    node.type = nullptr;
    for (size_t i = 0; i < branches.size(); ++i) {
        if (branches[i] == "null") {
            node.is_optional = true;
            node.has_null_first = i == 0;
        } else {
            node.type = &branches[i];
        }
    }
    return node;
}

std::string_view text_in(const json::object& object, std::string_view name) {
    const json::value* found = object.if_contains(name);
    return found && found->is_string() ? std::string_view(found->get_string()) : std::string_view();
}

std::optional<int64_t> id_in(const json::object& object, std::string_view name) {
    const json::value* found = object.if_contains(name);
    if (!found || !found->is_int64()) return std::nullopt;
    return found->get_int64();
}

bool is_kind(const json::object& type, std::string_view kind) {
    return text_in(type, "type") == kind;
}

// All fields of a schema by their ids, and its named types by their names. `visit` sees each field
// and each array on the way.
class SchemaIndex {
public:
    explicit SchemaIndex(const json::value& schema) {
        if (const json::object* record = schema.if_object()) walk_record(*record);
    }

    const std::map<int64_t, AvroNode>& by_id() const { return by_id_; }

    // A type that is used again is only named there.
    const json::object* definition(const json::value* type) const {
        if (!type) return nullptr;
        if (const json::object* object = type->if_object()) return object;
        if (!type->is_string()) return nullptr;
        auto found = named_.find(std::string(type->get_string()));
        return found == named_.end() ? nullptr : found->second;
    }

private:
    void walk_record(const json::object& record) {
        const json::value* fields = record.if_contains("fields");
        if (!fields || !fields->is_array()) return;
        for (const json::value& value : fields->get_array()) {
            const json::object* field = value.if_object();
            if (!field) continue;
            AvroNode node = node_of(*field);
            if (auto id = id_in(*field, "field-id")) by_id_.emplace(*id, node);
            walk_type(node.type);
        }
    }

    void walk_type(const json::value* type) {
        const json::object* object = type ? type->if_object() : nullptr;
        if (!object) return;
        if (auto name = text_in(*object, "name"); !name.empty()) {
            named_.emplace(std::string(name), object);
        }
        if (is_kind(*object, "record")) walk_record(*object);
        if (is_kind(*object, "array")) walk_type(object->if_contains("items"));
    }

    std::map<int64_t, AvroNode> by_id_;
    std::map<std::string, const json::object*> named_;
};

class AvroChecks {
public:
    AvroChecks(const json::value& actual, const json::value& wanted, const std::string& place,
               LintFindings& findings)
        : root_(actual), actual_(actual), wanted_(wanted), place_(place), findings_(findings) {}

    void check_names_and_ids(std::string_view root_name) {
        const json::object* record = root_.if_object();
        if (!record) return;
        check_name(*record, root_name);
        walk_record(*record);
    }

    void check_presence() {
        for (const auto& [id, wanted] : wanted_.by_id()) {
            auto found = actual_.by_id().find(id);
            if (found != actual_.by_id().end()) check_optional(found->second, wanted);
        }
    }

    // `rule` is broken by a required field that is not there.
    void want_field(int64_t id, LintRule rule) {
        if (findings_.has(LintRule::FieldIds) || actual_.by_id().contains(id)) return;
        auto wanted = wanted_.by_id().find(id);
        std::string_view name =
            wanted == wanted_.by_id().end() ? "" : text_in(*wanted->second.field, "name");
        findings_.add(rule, place_, "no field '{}' ({})", name, id);
    }

    void want_required_fields() {
        for (const auto& [id, wanted] : wanted_.by_id()) {
            if (!wanted.is_optional) want_field(id, LintRule::OptionalUnions);
        }
    }

    void check_partition(const PartitionSpec& spec) {
        for (const PartitionField& field : spec.fields) {
            auto actual = actual_.by_id().find(field.field_id);
            auto wanted = wanted_.by_id().find(field.field_id);
            if (actual == actual_.by_id().end() || wanted == wanted_.by_id().end()) continue;
            check_partition_field(field, actual->second, wanted->second);
        }
    }

    void check_equality_ids() {
        auto found = actual_.by_id().find(manifest_field::EqualityIds);
        if (found == actual_.by_id().end()) return;
        const json::object* list = actual_.definition(found->second.type);
        const json::value* items = list ? list->if_contains("items") : nullptr;
        if (items && *items != "int") {
            findings_.add(LintRule::EqualityIds, place_, "equality_ids are no list of int");
        }
    }

private:
    void check_name(const json::object& record, const std::string& wanted) {
        check_name(record, std::string_view(wanted));
    }

    void check_name(const json::object& record, std::string_view wanted) {
        std::string_view name = text_in(record, "name");
        if (name != wanted) {
            findings_.add(LintRule::RecordNames, place_, "a record is called '{}', not '{}'", name,
                          wanted);
        }
    }

    void walk_record(const json::object& record) {
        const json::value* fields = record.if_contains("fields");
        if (!fields || !fields->is_array()) return;
        for (const json::value& value : fields->get_array()) {
            const json::object* field = value.if_object();
            if (!field) continue;
            auto id = id_in(*field, "field-id");
            if (!id) {
                findings_.add(LintRule::FieldIds, place_, "field '{}' has no field-id",
                              text_in(*field, "name"));
            }
            walk_type(node_of(*field).type, id, text_in(*field, "name"));
        }
    }

    void walk_type(const json::value* type, std::optional<int64_t> id, std::string_view field) {
        const json::object* object = type ? type->if_object() : nullptr;
        if (!object) return;
        if (is_kind(*object, "record")) {
            if (id) check_name(*object, fmt::format("r{}", *id));
            walk_record(*object);
        }
        if (is_kind(*object, "array")) walk_array(*object, field);
    }

    void walk_array(const json::object& array, std::string_view field) {
        const json::value* items = array.if_contains("items");
        const json::object* record = items ? items->if_object() : nullptr;
        if (record && is_pair(*record)) {
            if (text_in(array, "logicalType") != "map") {
                findings_.add(LintRule::FieldIds, place_, "'{}' has no logicalType map", field);
            }
            check_pair_name(*record);
            return walk_record(*record);
        }
        auto id = id_in(array, "element-id");
        if (!id) findings_.add(LintRule::FieldIds, place_, "'{}' has no element-id", field);
        if (record && id) check_name(*record, fmt::format("r{}", *id));
        if (record) walk_record(*record);
    }

    static bool is_pair(const json::object& record) {
        const json::value* fields = record.if_contains("fields");
        if (!fields || !fields->is_array() || fields->get_array().size() != 2) return false;
        const json::object* key = fields->get_array()[0].if_object();
        const json::object* value = fields->get_array()[1].if_object();
        return key && value && text_in(*key, "name") == "key" && text_in(*value, "name") == "value";
    }

    void check_pair_name(const json::object& record) {
        const json::array& fields = record.at("fields").get_array();
        auto key = id_in(fields[0].get_object(), "field-id");
        auto value = id_in(fields[1].get_object(), "field-id");
        if (key && value) check_name(record, fmt::format("k{}_v{}", *key, *value));
    }

    void check_optional(const AvroNode& actual, const AvroNode& wanted) {
        std::string_view name = text_in(*actual.field, "name");
        if (actual.is_optional != wanted.is_optional) {
            findings_.add(LintRule::OptionalUnions, place_, "'{}' is {}, not {}", name,
                          actual.is_optional ? "optional" : "required",
                          wanted.is_optional ? "optional" : "required");
            return;
        }
        if (!wanted.is_optional) return;
        const json::value* otherwise = actual.field->if_contains("default");
        if (!actual.has_null_first || !otherwise || !otherwise->is_null()) {
            findings_.add(LintRule::OptionalUnions, place_,
                          "'{}' is no [null, …] with default null", name);
        }
    }

    void check_partition_field(const PartitionField& field, const AvroNode& actual,
                               const AvroNode& wanted) {
        std::string_view name = text_in(*actual.field, "name");
        if (name != avro_name(field.name)) {
            findings_.add(LintRule::PartitionNames, place_, "'{}' is called '{}', not '{}'",
                          field.name, name, avro_name(field.name));
        }
        const json::object* expected = wanted_.definition(wanted.type);
        if (!expected) return;
        const json::object* found = actual_.definition(actual.type);
        auto is_same = [&](std::string_view member) {
            const json::value* left = expected->if_contains(member);
            const json::value* right = found ? found->if_contains(member) : nullptr;
            return !left || (right && *left == *right);
        };
        std::string_view logical = text_in(*expected, "logicalType");
        auto add = [&](LintRule rule) {
            findings_.add(rule, place_, "partition field '{}' is no {} {}", field.name,
                          text_in(*expected, "type"), logical);
        };
        if (is_kind(*expected, "fixed")) {
            if (!is_same("type") || !is_same("size") || !is_same("logicalType")) {
                add(LintRule::FixedPartition);
            }
        } else if (logical.starts_with("timestamp")) {
            if (!is_same("logicalType") || !is_same("adjust-to-utc")) {
                add(LintRule::TimestampPartition);
            }
        } else if (field.transform.kind() == Transform::Kind::Day && !is_same("logicalType")) {
            add(LintRule::DayPartition);
        }
    }

    const json::value& root_;
    SchemaIndex actual_;
    SchemaIndex wanted_;
    const std::string& place_;
    LintFindings& findings_;
};

void check_codec(const AvroHeader& header, const std::string& place, LintFindings& findings) {
    auto codec = header.metadata.find("avro.codec");
    if (codec == header.metadata.end()) return;
    if (codec->second != "deflate" && codec->second != "null") {
        findings.add(LintRule::Codec, place, "packed with {}", codec->second);
    }
}

// ClickHouse reads a manifest by the first two; the others nobody is known to need, though the
// specification does.
constexpr std::array KeysOfReaders = {"schema", "partition-spec"};
constexpr std::array KeysOfFormat = {"schema-id", "partition-spec-id", "format-version"};

void check_schema_key(const std::string& text, const TableMetadata& table, const std::string& place,
                      LintFindings& findings) {
    try {
        json::value value = json::parse(text);
        SchemaPtr schema = schema_from_json(JsonObject(value, "schema"));
        // The table may have forgotten it since.
        SchemaPtr known = table.find_schema(schema->id());
        if (known && !known->has_same_columns(*schema)) {
            findings.add(LintRule::ManifestKeys, place,
                         "'schema' is not what the table has as schema {}", schema->id());
        }
    } catch (const std::exception& error) {
        findings.add(LintRule::ManifestKeys, place, "'schema' is no schema of Iceberg: {}",
                     error.what());
    }
}

void check_keys(const AvroHeader& header, const TableMetadata& table, const std::string& place,
                LintFindings& findings) {
    for (const char* key : KeysOfReaders) {
        if (!header.metadata.contains(key)) {
            findings.add(LintRule::ManifestKeys, place, "no '{}'", key);
        }
    }
    for (const char* key : KeysOfFormat) {
        if (!header.metadata.contains(key)) {
            findings.warn(LintRule::ManifestKeys, place, "no '{}'", key);
        }
    }
    if (header.format_version(table) >= 2 && !header.metadata.contains("content")) {
        findings.warn(LintRule::ManifestKeys, place, "no 'content'");
    }
    if (auto found = header.metadata.find("partition-spec"); found != header.metadata.end()) {
        boost::system::error_code failure;
        json::value spec = json::parse(found->second, failure);
        if (failure || !spec.is_array()) {
            findings.add(LintRule::ManifestKeys, place, "'partition-spec' is no array");
        }
    }
    if (auto found = header.metadata.find("schema"); found != header.metadata.end()) {
        check_schema_key(found->second, table, place, findings);
    }
}

}  // namespace

int AvroHeader::format_version(const TableMetadata& table) const {
    auto found = metadata.find("format-version");
    int version = table.format_version;
    if (found == metadata.end()) return version;
    const std::string& text = found->second;
    std::from_chars(text.data(), text.data() + text.size(), version);
    return version >= 1 && version <= FormatVersionMax ? version : table.format_version;
}

void check_manifest_list_header(const AvroHeader& header, const TableMetadata& table,
                                const std::string& place, LintFindings& findings) {
    check_codec(header, place, findings);
    json::value actual = json::parse(header.schema);
    json::value wanted = json::parse(manifest_list_schema(header.format_version(table)));
    AvroChecks checks(actual, wanted, place, findings);
    checks.check_names_and_ids("manifest_file");
    checks.check_presence();
    checks.want_required_fields();
}

void check_manifest_header(const AvroHeader& header, const TableMetadata& table,
                           const PartitionSpec& spec, const std::string& place,
                           LintFindings& findings) {
    check_codec(header, place, findings);
    check_keys(header, table, place, findings);
    Type partition = spec.partition_type(table.schema());
    json::value actual = json::parse(header.schema);
    int version = header.format_version(table);
    json::value wanted = json::parse(manifest_schema(version, partition));
    AvroChecks checks(actual, wanted, place, findings);
    checks.check_names_and_ids("manifest_entry");
    checks.check_presence();
    checks.check_partition(spec);
    checks.check_equality_ids();
    checks.want_field(manifest_field::Partition, LintRule::PartitionRecord);
    checks.want_field(manifest_field::EntrySnapshotId, LintRule::EntryNumbers);
    if (version < 2) return;
    checks.want_field(manifest_field::SequenceNumber, LintRule::EntryNumbers);
    checks.want_field(manifest_field::FileSequenceNumber, LintRule::EntryNumbers);
}

}  // namespace tarn::iceberg
