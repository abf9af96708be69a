#include "sql/options/reference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tarn::sql {
namespace {

constexpr std::string_view PageIntroduction =
    R"(<!-- Made by `tarn connector list --markdown`; a test holds it to the registry. -->
# Connectors

What `CREATE TABLE … WITH ('connector' = '…')` and `CREATE CATALOG … WITH ('type' = '…')` take: the options of Flink
1.20 and of its connectors, by their names there. `tarn check` holds a file to this page and tells all faults at once:
unknown options with the name that was likely meant, values that are not of their kind, what is missing and what does
not go together. `tests/sql/options` has the answers of a real Flink.

`tarn connector describe NAME` shows a chapter in the terminal. That a connector stands here says that Tarn knows
what it takes. `tarn run` reads and writes tables of `kafka`, `upsert-kafka`, `iceberg`, `filesystem`, `jdbc`
(PostgreSQL), `datagen`, `faker`, `nexmark`, `print` and `blackhole`, and writes those of `http` and `clickhouse`, so far, in the
formats `json`, `debezium-json`, `csv`, `raw` and `avro`; topics also in `avro-confluent`, files also in `parquet`.

Durations are whole numbers with a unit (`500ms`, `10s`, `5 min`, `1 h`, `7 d`) or of milliseconds; sizes go in steps
of 1024 (`64mb`, `1 gb`) or are of bytes. Choices may be in capitals or not.
)";

std::string cell_of(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c == '|') out += '\\';
        out += c;
    }
    return out;
}

std::string_view kind_text(const OptionRule& rule) {
    switch (rule.kind) {
        case OptionKind::Text:
        case OptionKind::SomeText:
            return "text";
        case OptionKind::Integer:
            return "whole number";
        case OptionKind::Natural:
            return "0 or more";
        case OptionKind::Positive:
            return "1 or more";
        case OptionKind::Number:
            return "number";
        case OptionKind::Share:
            return "0 to 1";
        case OptionKind::Boolean:
            return "true or false";
        case OptionKind::Duration:
            return "duration";
        case OptionKind::Size:
            return "size";
        case OptionKind::Offsets:
            return "offsets";
        case OptionKind::Columns:
            return "columns";
        case OptionKind::Choice:
            return "";
    }
    return "";
}

std::string value_cell(const OptionRule& rule) {
    if (rule.kind != OptionKind::Choice) return std::string(kind_text(rule));
    return fmt::format("`{}`", fmt::join(rule.choices, "`, `"));
}

std::string default_cell(const OptionRule& rule) {
    if (rule.is_required) return "**required**";
    return rule.fallback.empty() ? "" : fmt::format("`{}`", rule.fallback);
}

std::string table_of(const OptionSet& set, std::string_view prefix = {}) {
    if (set.options.empty()) return "";
    std::string rows = "\n| option | value | default | |\n|---|---|---|---|\n";
    for (const OptionRule& rule : set.options) {
        rows += fmt::format("| `{}{}` | {} | {} | {} |\n", prefix, rule.key,
                            cell_of(value_cell(rule)), default_cell(rule), cell_of(rule.text));
    }
    return rows;
}

std::string formats_text(const Connector& connector) {
    std::vector<std::string> keys;
    for (const FormatSlot& slot : connector.formats) {
        keys.push_back(fmt::format("`{}`{}", slot.key, slot.is_required ? " (required)" : ""));
    }
    return keys.empty() ? "" : fmt::format(" Formats: {}.", fmt::join(keys, ", "));
}

std::string chapter(const Connector& connector) {
    return fmt::format("### {}\n\n{} Use: {}.{}\n{}", connector.name, connector.text,
                       fmt::join(connector.roles, ", "), formats_text(connector),
                       table_of(connector.takes));
}

std::string chapter(const Format& format) {
    return fmt::format("### {}\n\n{}\n{}", format.name, format.text,
                       table_of(format.takes, fmt::format("{}.", format.name)));
}

std::string chapter(const CatalogKind& kind) {
    return fmt::format("### {} (catalog)\n\n{}\n{}", kind.name, kind.text, table_of(kind.takes));
}

template <typename Entry>
std::string part(std::string_view title, const std::vector<Entry>& entries) {
    std::string text = fmt::format("\n## {}\n", title);
    for (const Entry& entry : entries) text += "\n" + chapter(entry);
    return text;
}

}  // namespace

std::string connectors_page() {
    return fmt::format(
        "{}{}{}{}\n## Every table\n{}\n## Every source\n{}", PageIntroduction,
        part("Connectors", all_connectors()),
        part("Formats", all_formats()) +
            "\nWith `'value.format'` and `'key.format'` the options begin with `value.` and "
            "`key.`: `value.json.ignore-parse-errors`.\n",
        part("Catalogs", all_catalog_kinds()), table_of(options_of_tables()),
        table_of(options_of_sources()));
}

std::optional<std::string> chapter_of(std::string_view name) {
    std::vector<std::string> chapters;
    if (const Connector* connector = find_connector(name)) chapters.push_back(chapter(*connector));
    if (const Format* format = find_format(name)) chapters.push_back(chapter(*format));
    if (const CatalogKind* kind = find_catalog_kind(name)) chapters.push_back(chapter(*kind));
    if (chapters.empty()) return std::nullopt;
    return fmt::format("{}", fmt::join(chapters, "\n"));
}

}  // namespace tarn::sql
