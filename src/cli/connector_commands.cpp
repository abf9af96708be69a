// `tarn connector list` and `describe`: what connectors, formats and catalogs take in WITH (…).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/json/serialize.hpp>

#include "base/suggest.hpp"
#include "cli/catalog_words.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "sql/options/reference.hpp"

namespace tarn::cli {
namespace {

namespace json = boost::json;

// The registry, flat: what each entry is, and its options.
struct Entry {
    std::string_view name;
    std::string what;  // "source, sink", "format", "catalog"
    std::string_view text;
    const sql::OptionSet& takes;
};

std::vector<Entry> all_entries() {
    std::vector<Entry> entries;
    for (const sql::Connector& each : sql::all_connectors()) {
        auto roles = fmt::format("{}", fmt::join(each.roles, ", "));
        entries.push_back({each.name, roles, each.text, each.takes});
    }
    for (const sql::Format& each : sql::all_formats()) {
        entries.push_back({each.name, "format", each.text, each.takes});
    }
    for (const sql::CatalogKind& each : sql::all_catalog_kinds()) {
        entries.push_back({each.name, "catalog", each.text, each.takes});
    }
    return entries;
}

json::object entry_page(const Entry& entry) {
    json::array options;
    for (const sql::OptionRule& rule : entry.takes.options) {
        options.push_back(json::object{{"key", rule.key},
                                       {"value", sql::wanted_text(rule)},
                                       {"default", rule.fallback},
                                       {"required", rule.is_required},
                                       {"text", rule.text}});
    }
    return {{"name", entry.name},
            {"what", entry.what},
            {"text", entry.text},
            {"options", std::move(options)}};
}

int list_connectors(Call& call) {
    if (call.typed.has("--markdown")) {
        call.terminal.print(sql::connectors_page());
        return ExitOk;
    }
    json::array pages;
    TableRows rows;
    for (const Entry& entry : all_entries()) {
        pages.push_back(entry_page(entry));
        rows.push_back(
            {std::string(entry.name), entry.what, std::to_string(entry.takes.options.size())});
    }
    return show_list(call, {{"schema", "tarn.connector.list/1"}}, "connectors", std::move(pages),
                     {"NAME", "WHAT", "OPTIONS"}, rows, "there are no connectors");
}

[[noreturn]] void refuse_unknown_connector(const std::string& name) {
    std::vector<std::string> known;
    for (const Entry& entry : all_entries()) known.emplace_back(entry.name);
    throw Error(ErrorCode::NotFound, "there is no connector, format or catalog '{}'", name)
        .with_hint(nearest_name(name, known) ? name_hint(name, known)
                                             : "tarn connector list shows them all");
}

int describe_connector(Call& call) {
    std::string name = call.typed.value_or("name", "");
    auto chapter = sql::chapter_of(name);
    if (!chapter) refuse_unknown_connector(name);
    if (!call.wants_json()) {
        call.terminal.print(*chapter);
        return ExitOk;
    }
    json::array pages;
    for (const Entry& entry : all_entries()) {
        if (entry.name == name) pages.push_back(entry_page(entry));
    }
    json::object page = {{"schema", "tarn.connector.describe/1"}, {"entries", std::move(pages)}};
    call.terminal.print_line(json::serialize(page));
    return ExitOk;
}

}  // namespace

Command connector_list_command() {
    return {.name = "connector list",
            .summary = "list the connectors, formats and catalogs of SQL",
            .examples = {"tarn connector list", "tarn connector list --json"},
            .options = {{"--markdown", "", "print the page that docs/connectors.md is"}},
            .arguments = {},
            .run = list_connectors};
}

Command connector_describe_command() {
    return {.name = "connector describe",
            .summary = "say what a connector, format or catalog takes in WITH (…)",
            .examples = {"tarn connector describe kafka"},
            .options = {},
            .arguments = {{"name", "of a connector, a format or a type of catalog"}},
            .run = describe_connector};
}

}  // namespace tarn::cli
