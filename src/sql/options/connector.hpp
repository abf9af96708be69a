// One entry for each connector, format and kind of catalog: what it takes in WITH (…) and what
// goes together. docs/connectors.md is made from these entries, `tarn check` holds statements to
// them, and the console offers them.
#pragma once

#include "sql/options/option_rule.hpp"

namespace tarn::sql {

// When one option stands, perhaps with one value, another must stand with it or must not.
struct Clause {
    enum class Then { Needs, Excludes };

    struct Side {
        std::string_view key;
        std::string_view value = {};  // any when empty
    };

    Side when;
    Then then;
    Side other;
};

struct OptionSet {
    std::vector<OptionRule> options = {};
    std::vector<Clause> clauses = {};
    // Of each of these, one option must stand.
    std::vector<std::vector<std::string_view>> one_of = {};
    // What starts with one of these goes through unread: "properties."
    std::vector<std::string_view> passed = {};
};

// Where a connector takes a format, and what the format's own options start with there:
// "value.format" = "json" and "value.json.ignore-parse-errors".
struct FormatSlot {
    std::string_view key;
    std::string_view prefix = {};
    bool is_required = false;
    bool is_insert_only = false;  // takes no format of changes, such as debezium-json
};

enum class KeyRule {
    Free,
    Needed,
    // A format that only adds rows has no use for a key, and Flink refuses one.
    OfChanges
};

struct Connector {
    std::string_view name;
    std::string_view text;
    std::vector<std::string_view> roles;  // source, sink, lookup
    OptionSet takes;
    std::vector<FormatSlot> formats = {};
    KeyRule primary_key = KeyRule::Free;
};

struct Format {
    std::string_view name;
    std::string_view text;
    OptionSet takes;
    bool has_changes = false;  // updates and deletes, not only new rows
};

struct CatalogKind {
    std::string_view name;
    std::string_view text;
    OptionSet takes;
};

const std::vector<Connector>& all_connectors();
const std::vector<Format>& all_formats();
const std::vector<CatalogKind>& all_catalog_kinds();

// Null when there is none.
const Connector* find_connector(std::string_view name);
const Format* find_format(std::string_view name);
const CatalogKind* find_catalog_kind(std::string_view name);

// What every table takes beside what its connector does.
const OptionSet& options_of_tables();
// What tables that are read take besides.
const OptionSet& options_of_sources();

}  // namespace tarn::sql
