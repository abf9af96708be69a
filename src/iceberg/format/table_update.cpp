#include "iceberg/format/table_update.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/error.hpp"
#include "iceberg/format/schema_json.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

struct Action {
    std::string_view name;
    void (*apply)(const JsonObject& update, MetadataBuilder& table);
};

void add_schema(const JsonObject& update, MetadataBuilder& table) {
    update.find_small_number("last-column-id");
    table.add_schema(*schema_from_json(update.object("schema")));
}

void set_ref(const JsonObject& update, MetadataBuilder& table) {
    table.set_ref(update.text("ref-name"), ref_from_json(update));
}

// Clients of before there was a list sent one.
void remove_snapshots(const JsonObject& update, MetadataBuilder& table) {
    table.remove_snapshots(update.numbers("snapshot-ids"));
}

void set_properties(const JsonObject& update, MetadataBuilder& table) {
    // The first drafts of the protocol called it so.
    table.set_properties(update.texts(update.has("updates") ? "updates" : "updated"));
}

void remove_properties(const JsonObject& update, MetadataBuilder& table) {
    table.remove_properties(update.text_list(update.has("removals") ? "removals" : "removed"));
}

void set_statistics(const JsonObject& update, MetadataBuilder& table) {
    update.find_number("snapshot-id");
    table.set_statistics(statistics_file_from_json(update.object("statistics")));
}

constexpr Action Actions[] = {
    {"assign-uuid", [](auto& update, auto& table) { table.assign_uuid(update.text("uuid")); }},
    {"upgrade-format-version",
     [](auto& update, auto& table) {
         table.upgrade_format_version(update.small_number("format-version"));
     }},
    {"add-schema", add_schema},
    {"set-current-schema",
     [](auto& update, auto& table) { table.set_current_schema(update.small_number("schema-id")); }},
    {"add-spec",
     [](auto& update, auto& table) {
         table.add_spec(spec_from_json(update.object("spec"), table.metadata().last_partition_id));
     }},
    {"set-default-spec",
     [](auto& update, auto& table) { table.set_default_spec(update.small_number("spec-id")); }},
    {"add-sort-order",
     [](auto& update, auto& table) {
         table.add_sort_order(sort_order_from_json(update.object("sort-order")));
     }},
    {"set-default-sort-order",
     [](auto& update, auto& table) {
         table.set_default_sort_order(update.small_number("sort-order-id"));
     }},
    {"add-snapshot",
     [](auto& update, auto& table) {
         table.add_snapshot(snapshot_from_json(update.object("snapshot")));
     }},
    {"set-snapshot-ref", set_ref},
    {"remove-snapshots", remove_snapshots},
    {"remove-snapshot-ref",
     [](auto& update, auto& table) { table.remove_ref(update.text("ref-name")); }},
    {"set-location",
     [](auto& update, auto& table) { table.set_location(update.text("location")); }},
    {"set-properties", set_properties},
    {"remove-properties", remove_properties},
    {"set-statistics", set_statistics},
    {"remove-statistics",
     [](auto& update, auto& table) { table.remove_statistics(update.number("snapshot-id")); }},
    {"set-partition-statistics",
     [](auto& update, auto& table) {
         table.set_partition_statistics(
             statistics_file_from_json(update.object("partition-statistics")));
     }},
    {"remove-partition-statistics",
     [](auto& update, auto& table) {
         table.remove_partition_statistics(update.number("snapshot-id"));
     }},
    {"remove-partition-specs",
     [](auto& update, auto& table) { table.remove_specs(update.small_numbers("spec-ids")); }},
    {"remove-schemas",
     [](auto& update, auto& table) { table.remove_schemas(update.small_numbers("schema-ids")); }},
    {"add-encryption-key",
     [](auto& update, auto& table) {
         table.add_encryption_key(update.object("encryption-key").members());
     }},
    {"remove-encryption-key",
     [](auto& update, auto& table) { table.remove_encryption_key(update.text("key-id")); }},
};

Error failed(std::string reason) {
    return Error(ErrorCode::Conflict, "Requirement failed: {}", reason);
}

template <typename T>
void expect(std::string_view what, T expected, T found) {
    if (expected != found) {
        throw failed(fmt::format("{} changed: expected {}, found {}", what, expected, found));
    }
}

void check_uuid(const JsonObject& requirement, const TableMetadata& table) {
    std::string expected = requirement.text("uuid");
    bool is_same = std::ranges::equal(
        expected, table.uuid, {}, [](char c) { return tolower(c); },
        [](char c) { return tolower(c); });
    if (!is_same) {
        throw failed(
            fmt::format("UUID does not match: expected {}, found {}", expected, table.uuid));
    }
}

void check_ref(const JsonObject& requirement, const TableMetadata& table) {
    std::string name = requirement.text("ref");
    auto expected = requirement.find_number("snapshot-id");
    const SnapshotRef* ref = table.find_ref(name);
    if (!ref && !expected) return;
    if (!ref) {
        throw failed(fmt::format("branch or tag {} is missing, expected {}", name, *expected));
    }
    std::string_view kind = ref->kind == RefKind::Branch ? "branch" : "tag";
    if (!expected) throw failed(fmt::format("{} {} was created concurrently", kind, name));
    if (*expected != ref->snapshot_id) {
        throw failed(fmt::format("{} {} has changed: expected id {} != {}", kind, name, *expected,
                                 ref->snapshot_id));
    }
}

struct Requirement {
    std::string_view name;
    void (*check)(const JsonObject& requirement, const TableMetadata& table);
};

constexpr Requirement Requirements[] = {
    {"assert-create",
     [](auto&, auto&) {
         throw Error(ErrorCode::Conflict, "Requirement failed: table already exists");
     }},
    {"assert-table-uuid", check_uuid},
    {"assert-ref-snapshot-id", check_ref},
    {"assert-last-assigned-field-id",
     [](auto& requirement, auto& table) {
         expect("last assigned field id", requirement.small_number("last-assigned-field-id"),
                table.last_column_id);
     }},
    {"assert-current-schema-id",
     [](auto& requirement, auto& table) {
         expect("current schema", requirement.small_number("current-schema-id"),
                table.current_schema_id);
     }},
    {"assert-last-assigned-partition-id",
     [](auto& requirement, auto& table) {
         expect("last assigned partition id",
                requirement.small_number("last-assigned-partition-id"), table.last_partition_id);
     }},
    {"assert-default-spec-id",
     [](auto& requirement, auto& table) {
         expect("default partition spec", requirement.small_number("default-spec-id"),
                table.default_spec_id);
     }},
    {"assert-default-sort-order-id",
     [](auto& requirement, auto& table) {
         expect("default sort order", requirement.small_number("default-sort-order-id"),
                table.default_sort_order_id);
     }},
};

// The conditions, each once.
class Conditions {
public:
    explicit Conditions(const TableMetadata& base) : base_(base) {
        add({{"type", "assert-table-uuid"}, {"uuid", base.uuid}});
    }

    void add_for(const json::object& update) {
        auto action = update.at("action").as_string();
        if (action == "add-schema") {
            add({{"type", "assert-last-assigned-field-id"},
                 {"last-assigned-field-id", base_.last_column_id}});
        } else if (action == "set-current-schema") {
            add_current_schema();
        } else if (action == "add-spec") {
            add({{"type", "assert-last-assigned-partition-id"},
                 {"last-assigned-partition-id", base_.last_partition_id}});
        } else if (action == "set-default-spec") {
            add_default_spec();
        } else if (action == "set-default-sort-order") {
            add({{"type", "assert-default-sort-order-id"},
                 {"default-sort-order-id", base_.default_sort_order_id}});
        } else if (action == "set-snapshot-ref") {
            add_ref(update.at("ref-name").as_string());
        } else if (action == "remove-schemas") {
            // A branch that moved may need what is being removed.
            add_current_schema();
            add_every_branch();
        } else if (action == "remove-partition-specs") {
            add_default_spec();
            add_every_branch();
        }
    }

    json::array take() { return std::move(conditions_); }

private:
    void add(json::object condition) {
        if (std::ranges::find(conditions_, condition) == conditions_.end()) {
            conditions_.push_back(std::move(condition));
        }
    }
    void add_current_schema() {
        add({{"type", "assert-current-schema-id"}, {"current-schema-id", base_.current_schema_id}});
    }
    void add_default_spec() {
        add({{"type", "assert-default-spec-id"}, {"default-spec-id", base_.default_spec_id}});
    }
    void add_ref(std::string_view name) {
        const SnapshotRef* ref = base_.find_ref(name);
        add({{"type", "assert-ref-snapshot-id"},
             {"ref", name},
             {"snapshot-id", ref ? json::value(ref->snapshot_id) : json::value(nullptr)}});
    }
    void add_every_branch() {
        for (const auto& [name, ref] : base_.refs) {
            if (ref.kind == RefKind::Branch) add_ref(name);
        }
    }

    const TableMetadata& base_;
    json::array conditions_;
};

}  // namespace

void apply_update(const JsonObject& update, MetadataBuilder& table) {
    std::string name = update.text("action");
    const auto* action = std::ranges::find(Actions, name, &Action::name);
    if (action == std::end(Actions)) update.refuse("action", "'{}' is not known", name);
    action->apply(update, table);
}

void check_requirement(const JsonObject& requirement, const TableMetadata* table) {
    std::string name = requirement.text("type");
    const auto* known = std::ranges::find(Requirements, name, &Requirement::name);
    if (known == std::end(Requirements)) requirement.refuse("type", "'{}' is not known", name);
    if (table) {
        known->check(requirement, *table);
    } else if (name != "assert-create") {
        throw failed("there is no such table");
    }
}

json::array requirements_of(const json::array& updates, const TableMetadata* base) {
    if (!base) return {json::object{{"type", "assert-create"}}};
    Conditions conditions(*base);
    for (const json::value& update : updates) conditions.add_for(update.as_object());
    return conditions.take();
}

}  // namespace tarn::iceberg
