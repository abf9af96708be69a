#include "connectors/kafka/record_layout.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "connectors/formats/option_values.hpp"
#include "connectors/kafka/scan_options.hpp"
#include "sql/options/option_rule.hpp"

namespace tarn::connectors {
namespace {

StoredColumns key_columns(const sql::StoredTable& table, const StoredColumns& physical,
                          const std::vector<std::string>& names) {
    StoredColumns key;
    for (const std::string& name : names) {
        auto place = place_of(physical, name);
        if (!place) {
            throw Error(ErrorCode::InvalidInput, "{}: the key has no column '{}' to be made of",
                        name_of(table), name);
        }
        key.push_back(physical[*place]);
    }
    return key;
}

StoredColumns without_prefix(StoredColumns key, const std::string& prefix) {
    for (sql::TableColumn& column : key) {
        if (!column.name.starts_with(prefix)) {
            throw Error(ErrorCode::InvalidInput,
                        "the column '{}' of the key does not begin with '{}'", column.name, prefix)
                .with_hint("rename it, or change 'key.fields-prefix'");
        }
        column.name.erase(0, prefix.size());
    }
    return key;
}

bool is_in_value(const OptionValues& options) {
    return !sql::is_equal_ignoring_case(options.text("value.fields-include").value_or("ALL"),
                                        "EXCEPT_KEY");
}

}  // namespace

std::optional<size_t> place_of(const StoredColumns& columns, const std::string& name) {
    auto found = std::ranges::find(columns, name, &sql::TableColumn::name);
    if (found == columns.end()) return std::nullopt;
    return static_cast<size_t>(found - columns.begin());
}

bool has_form_for_null(const Format& format) {
    return format.name() == "raw";
}

std::optional<sql::TableColumn> value_metadata(const RecordLayout& layout,
                                               const sql::TableColumn& column) {
    constexpr std::string_view Prefix = "value.";
    std::string key = metadata_key(column).value_or("");
    if (!key.starts_with(Prefix)) return std::nullopt;
    key.erase(0, Prefix.size());
    auto type = layout.value_format->metadata_type(key);
    if (!type) return std::nullopt;
    return sql::TableColumn{column.name, *type, sql::Metadata{key, true}};
}

RecordLayout record_layout(const sql::StoredTable& table, const sql::Options& options) {
    OptionValues values(options);
    RecordLayout layout;
    layout.is_upserts = values.text("connector") == "upsert-kafka";
    layout.value_format =
        format_of(options, values.has("value.format") ? "value.format" : "format");
    if (values.has("key.format")) layout.key_format = format_of(options, "key.format");

    StoredColumns physical = physical_columns(table.table);
    if (layout.has_key()) {
        layout.key = key_columns(table, physical,
                                 layout.is_upserts ? table.table.primary_key
                                                   : names_in(values.wanted_text("key.fields")));
        layout.named_key =
            without_prefix(layout.key, values.text("key.fields-prefix").value_or(""));
    }
    for (const sql::TableColumn& column : physical) {
        if (is_in_value(values) || !place_of(layout.key, column.name)) {
            layout.value.push_back(column);
        }
    }
    return layout;
}

}  // namespace tarn::connectors
