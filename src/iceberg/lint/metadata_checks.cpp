#include "iceberg/lint/metadata_checks.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "base/error.hpp"
#include "iceberg/format/schema_json.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

constexpr std::array MembersOfAll = {
    "format-version",  "table-uuid",        "location",          "last-updated-ms",
    "last-column-id",  "schemas",           "current-schema-id", "partition-specs",
    "default-spec-id", "last-partition-id", "sort-orders",       "default-sort-order-id"};
constexpr std::array SnapshotMembers = {"snapshot-id", "timestamp-ms", "manifest-list",
                                        "schema-id"};

bool has(const json::object& object, std::string_view name) {
    const json::value* found = object.if_contains(name);
    return found && !found->is_null();
}

int64_t number_or(const json::object& object, std::string_view name, int64_t otherwise) {
    const json::value* found = object.if_contains(name);
    return found && found->is_int64() ? found->get_int64() : otherwise;
}

const json::array* array_in(const json::object& object, std::string_view name) {
    const json::value* found = object.if_contains(name);
    return found ? found->if_array() : nullptr;
}

class JsonChecks {
public:
    JsonChecks(const json::object& metadata, std::string place, LintFindings& findings)
        : metadata_(metadata),
          place_(std::move(place)),
          findings_(findings),
          version_(number_or(metadata, "format-version", FormatVersionDefault)) {}

    void run() {
        check_members();
        check_current_snapshot();
        check_schemas();
        check_numbers(metadata_, "");
    }

private:
    std::string at(std::string_view inner) const { return fmt::format("{}: {}", place_, inner); }

    void check_members() {
        auto want = [&](const json::object& object, std::string_view name, std::string where) {
            if (!has(object, name)) {
                findings_.add(LintRule::MetadataMembers, std::move(where), "no '{}'", name);
            }
        };
        for (const char* name : MembersOfAll) want(metadata_, name, place_);
        if (version_ >= 2) want(metadata_, "last-sequence-number", place_);
        if (version_ >= 3) want(metadata_, "next-row-id", place_);
        const json::array* snapshots = array_in(metadata_, "snapshots");
        if (!snapshots) return;
        for (size_t i = 0; i < snapshots->size(); ++i) {
            const json::object* snapshot = (*snapshots)[i].if_object();
            if (!snapshot) continue;
            std::string where = at(fmt::format("snapshots[{}]", i));
            // Version 1 may name the manifests themselves.
            for (const char* name : SnapshotMembers) {
                if (version_ >= 2 || name != std::string_view("manifest-list")) {
                    want(*snapshot, name, where);
                }
            }
            if (version_ >= 2) want(*snapshot, "sequence-number", where);
            const json::value* summary = snapshot->if_contains("summary");
            if (!summary || !summary->is_object() || !has(summary->get_object(), "operation")) {
                findings_.add(LintRule::MetadataMembers, where, "no 'summary' with an 'operation'");
            }
        }
    }

    void check_current_snapshot() {
        if (!metadata_.contains("current-snapshot-id")) {
            findings_.add(LintRule::CurrentSnapshotMember, place_, "no 'current-snapshot-id'");
        }
        const json::value* refs = metadata_.if_contains("refs");
        const json::object* main = nullptr;
        if (refs && refs->is_object()) {
            const json::value* found = refs->get_object().if_contains(iceberg::MainBranch);
            main = found ? found->if_object() : nullptr;
        }
        // Version 1 knew no branches.
        int64_t current = number_or(metadata_, "current-snapshot-id", -1);
        int64_t at_main = main ? number_or(*main, "snapshot-id", -1) : -1;
        if (current != at_main && (main || version_ >= 2)) {
            findings_.add(LintRule::MainBranch, at("refs"),
                          "main is at {}, current-snapshot-id is {}", at_main, current);
        }
    }

    void check_schemas() {
        const json::array* schemas = array_in(metadata_, "schemas");
        if (!schemas) return;
        std::map<int64_t, const json::object*> by_id;
        std::vector<const json::object*> earlier;
        for (size_t i = 0; i < schemas->size(); ++i) {
            const json::object* schema = (*schemas)[i].if_object();
            if (!schema) continue;
            std::string where = at(fmt::format("schemas[{}]", i));
            int64_t id = number_or(*schema, "schema-id", -1);
            auto [found, is_new] = by_id.emplace(id, schema);
            if (!is_new) {
                findings_.add(LintRule::SchemaIds, where, "the id {} is another schema's too", id);
            }
            for (const json::object* other : earlier) {
                if (is_new && columns_of(*other) == columns_of(*schema)) {
                    findings_.add(LintRule::SchemaIds, where,
                                  "schema {} has the same columns as schema {}", id,
                                  number_or(*other, "schema-id", -1));
                }
            }
            earlier.push_back(schema);
            check_identifiers(*schema, where);
        }
    }

    static json::array columns_of(const json::object& schema) {
        json::array columns;
        if (const json::array* fields = array_in(schema, "fields")) columns.push_back(*fields);
        const json::array* ids = array_in(schema, "identifier-field-ids");
        columns.push_back(ids ? *ids : json::array());
        return columns;
    }

    // The schema would be refused as a whole; this says which field it is about.
    void check_identifiers(const json::object& schema, const std::string& where) {
        const json::array* ids = array_in(schema, "identifier-field-ids");
        const json::array* fields = array_in(schema, "fields");
        if (!ids || !fields) return;
        for (const json::value& id : *ids) {
            auto found = std::ranges::find_if(*fields, [&](const json::value& field) {
                return field.is_object() && field.get_object().if_contains("id") &&
                       field.get_object().at("id") == id;
            });
            // One within a struct is checked when the schema is read.
            if (found == fields->end()) continue;
            const json::object& field = found->get_object();
            const json::value* required = field.if_contains("required");
            const json::value* type = field.if_contains("type");
            bool is_fine = required && required->is_bool() && required->get_bool() && type &&
                           type->is_string() && *type != "float" && *type != "double";
            if (!is_fine) {
                findings_.add(LintRule::IdentifierFields, where,
                              "the identifier field {} is optional, nested or a float",
                              number_or(field, "id", -1));
            }
        }
    }

    // Defaults of columns may be fractions; everything else is counted in whole numbers.
    void check_numbers(const json::value& value, std::string_view name) {
        if (value.is_double() && name != "initial-default" && name != "write-default") {
            findings_.add(LintRule::JsonIntegers, place_, "'{}' is {}", name, value.get_double());
        }
        if (const json::object* object = value.if_object()) {
            for (const auto& member : *object) check_numbers(member.value(), member.key());
        }
        if (const json::array* array = value.if_array()) {
            for (const json::value& item : *array) check_numbers(item, name);
        }
    }

    const json::object& metadata_;
    std::string place_;
    LintFindings& findings_;
    int64_t version_;
};

// Java lets clocks of several machines be this far apart.
constexpr int64_t ClockSkewMsMax = 60'000;

void check_snapshot_log(const TableMetadata& table, const std::string& place,
                        LintFindings& findings) {
    int64_t last = 0;
    for (const SnapshotLogEntry& entry : table.snapshot_log) {
        if (entry.timestamp_ms < last) {
            findings.add(LintRule::SnapshotLog, place, "{} comes after {}", entry.timestamp_ms,
                         last);
        }
        if (!table.find_snapshot(entry.snapshot_id)) {
            findings.add(LintRule::SnapshotLog, place, "there is no snapshot {}",
                         entry.snapshot_id);
        }
        last = std::max(last, entry.timestamp_ms);
    }
    if (table.last_updated_ms + ClockSkewMsMax < last) {
        findings.add(LintRule::SnapshotLog, place, "last-updated-ms {} is before {}",
                     table.last_updated_ms, last);
    }
}

void check_specs(const TableMetadata& table, const std::string& place, LintFindings& findings) {
    for (const PartitionSpec& spec : table.specs) {
        for (const PartitionField& field : spec.fields) {
            if (field.transform.kind() == Transform::Kind::Unknown) {
                findings.add(LintRule::Transforms, place, "partition field '{}' is by {}",
                             field.name, field.transform.text());
            }
            // A table that was once of version 1 keeps them in old specs.
            bool is_void = field.transform.kind() == Transform::Kind::Void;
            if (is_void && table.format_version >= 2 && spec.id == table.default_spec_id) {
                findings.add(LintRule::Transforms, place, "partition field '{}' is void",
                             field.name);
            }
        }
    }
}

void check_names(const Type& type, const std::string& place, LintFindings& findings) {
    std::map<std::string, std::string> by_lower_case;
    for (const Field& field : type.fields) {
        std::string lower = field.name;
        std::ranges::transform(lower, lower.begin(),
                               [](unsigned char c) { return std::tolower(c); });
        auto [found, is_new] = by_lower_case.emplace(lower, field.name);
        if (!is_new) {
            findings.add(LintRule::NamesByCase, place, "'{}' and '{}'", found->second, field.name);
        }
        check_names(field.type, place, findings);
    }
}

void check_row_ids(const TableMetadata& table, const std::string& place, LintFindings& findings) {
    for (const SnapshotPtr& snapshot : table.snapshots) {
        if (!snapshot->first_row_id) continue;
        int64_t end = *snapshot->first_row_id + snapshot->added_rows.value_or(0);
        if (end > table.next_row_id) {
            findings.add(LintRule::RowLineage, place,
                         "snapshot {} has row ids up to {}, next-row-id is {}", snapshot->id, end,
                         table.next_row_id);
        }
    }
}

}  // namespace

void check_metadata_json(const json::object& metadata, const std::string& place,
                         LintFindings& findings) {
    JsonChecks(metadata, place, findings).run();
}

void check_metadata(const TableMetadata& table, const std::string& place, LintFindings& findings) {
    check_snapshot_log(table, place, findings);
    check_specs(table, place, findings);
    check_names(table.schema().type(), place, findings);
    check_row_ids(table, place, findings);
    check_location(table.location, place, findings);
    for (const SnapshotPtr& snapshot : table.snapshots) {
        if (!snapshot->manifest_list.empty()) {
            check_location(snapshot->manifest_list, place, findings);
        }
    }
}

void check_location(const std::string& location, const std::string& place, LintFindings& findings) {
    size_t colon = location.find("://");
    bool is_fine = colon != std::string::npos && colon > 0;
    if (location.starts_with("file:")) is_fine = location.starts_with("file:///");
    if (location.starts_with("s3a:") || location.starts_with("s3n:")) is_fine = false;
    if (!is_fine) findings.add(LintRule::Locations, place, "'{}'", location);
}

}  // namespace tarn::iceberg
