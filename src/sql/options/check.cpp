#include "sql/options/check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/suggest.hpp"
#include "sql/options/option_checker.hpp"

namespace tarn::sql {
namespace {

template <typename Entry>
std::vector<std::string> names_of(const std::vector<Entry>& entries) {
    std::vector<std::string> names;
    for (const Entry& entry : entries) names.emplace_back(entry.name);
    return names;
}

std::vector<std::string> physical_columns(const CreateTable& table) {
    std::vector<std::string> names;
    for (const ColumnDefinition& column : table.columns) {
        if (std::holds_alternative<PhysicalColumn>(column.kind)) {
            names.push_back(column.name.back().text);
        }
    }
    return names;
}

bool has_primary_key(const CreateTable& table) {
    return !table.keys.empty() || std::ranges::any_of(table.columns, [](const auto& column) {
        const auto* physical = std::get_if<PhysicalColumn>(&column.kind);
        return physical && physical->is_primary_key;
    });
}

Problem without_connector(const CreateTable& table) {
    for (const Option& option : table.options) {
        if (nearest_name(option.key, std::vector<std::string>{"connector"})) {
            return {option.key_span, "a table needs 'connector'", "did you mean 'connector'?"};
        }
    }
    return {span_of(table.name), "a table needs 'connector', which says what it stands for",
            name_hint("", names_of(all_connectors()))};
}

// An option as a rule of its own, so that it is known, and looked for where it is required.
OptionSet rule_of_slot(const FormatSlot& slot) {
    OptionRule rule{.key = slot.key,
                    .kind = OptionKind::Choice,
                    .text = "How rows are written.",
                    .is_required = slot.is_required};
    for (const Format& format : all_formats()) rule.choices.push_back(format.name);
    return {.options = {std::move(rule)}};
}

// Nothing, or the format that an option names.
const Format* format_of(const Option* option) {
    return option ? find_format(option->value) : nullptr;
}

void check_primary_key(OptionChecker& checker, const CreateTable& table,
                       const Connector& connector) {
    bool has_key = has_primary_key(table);
    if (connector.primary_key == KeyRule::Needed && !has_key) {
        checker.add({span_of(table.name), fmt::format("'{}' needs a primary key", connector.name),
                     "say PRIMARY KEY (…) NOT ENFORCED"});
    }
    if (connector.primary_key != KeyRule::OfChanges || !has_key) return;
    // Where both are said, "format" is the one that counts.
    const Option* option = checker.find("format");
    if (!option) option = checker.find("value.format");
    const Format* format = format_of(option);
    if (format && !format->has_changes) {
        checker.add({option->value_span,
                     fmt::format("the format '{}' only adds rows, so the table has no primary key",
                                 format->name),
                     fmt::format("'upsert-{}' keeps one row for each key", connector.name)});
    }
}

// What a connector takes in each of its formats' places.
void let_in_formats(OptionChecker& checker, const Connector& connector,
                    const std::vector<OptionSet>& slots) {
    for (size_t i = 0; i < slots.size(); ++i) {
        const FormatSlot& slot = connector.formats[i];
        checker.let_in(slots[i]);
        const Option* option = checker.find(slot.key);
        const Format* format = format_of(option);
        if (!format) continue;
        checker.let_in(format->takes, fmt::format("{}{}.", slot.prefix, format->name));
        if (slot.is_insert_only && format->has_changes) {
            checker.add(
                {option->value_span, fmt::format("'{}' takes no format of changes such as '{}'",
                                                 connector.name, format->name)});
        }
    }
}

std::vector<Problem> problems_with(const Connector& connector, const Option& said,
                                   const CreateTable& table) {
    bool is_whole = !table.like;
    OptionChecker::Subject subject{
        .name = std::string(connector.name), .span = said.value_span, .is_whole = is_whole};
    if (is_whole && !table.as) subject.columns = physical_columns(table);
    OptionChecker checker(table.options, std::move(subject));
    std::vector<OptionSet> slots;
    for (const FormatSlot& slot : connector.formats) slots.push_back(rule_of_slot(slot));
    checker.let_in(connector.takes);
    let_in_formats(checker, connector, slots);
    checker.let_in(options_of_tables());
    // Flink lets sinks have them, too.
    checker.let_in(options_of_sources());
    if (is_whole) check_primary_key(checker, table, connector);
    return checker.run();
}

}  // namespace

std::vector<Problem> problems_of_options(const CreateTable& table, TableHome home) {
    const Option* said = find_option(table.options, "connector");
    if (!said) {
        bool is_missed = home == TableHome::Memory && !table.like;
        return is_missed ? std::vector{without_connector(table)} : std::vector<Problem>();
    }
    const Connector* connector = find_connector(said->value);
    if (connector) return problems_with(*connector, *said, table);
    return {{said->value_span, fmt::format("there is no connector '{}'", said->value),
             name_hint(said->value, names_of(all_connectors()))}};
}

std::vector<Problem> problems_of_options(const CreateCatalog& catalog) {
    const Option* said = find_option(catalog.options, "type");
    if (!said) {
        return {{catalog.name.span, "a catalog needs 'type'",
                 name_hint("", names_of(all_catalog_kinds()))}};
    }
    const CatalogKind* kind = find_catalog_kind(said->value);
    if (!kind) {
        return {{said->value_span, fmt::format("there is no type of catalog '{}'", said->value),
                 name_hint(said->value, names_of(all_catalog_kinds()))}};
    }
    static const OptionSet Type{
        .options = {{"type", OptionKind::SomeText, "The type of catalog."}}};
    OptionChecker checker(catalog.options,
                          {.name = std::string(kind->name), .span = said->value_span});
    checker.let_in(Type);
    checker.let_in(kind->takes);
    return checker.run();
}

}  // namespace tarn::sql
