// `tarn function list` and `describe`: the built-in functions of SQL.
#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "base/suggest.hpp"
#include "cli/catalog_words.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "sql/aggregates/aggregate.hpp"
#include "sql/functions/reference.hpp"
#include "sql/plan/query_functions.hpp"
#include "sql/syntax/lexer.hpp"

namespace tarn::cli {
namespace {

namespace json = boost::json;

// What there is to say of a function, whichever registry it is from.
struct FunctionPage {
    std::string_view name;
    std::string_view topic;
    std::string_view usage;
    std::string_view text;
    std::string_view example;
    bool is_deterministic;
};

// The topics of the registries that come after that of the functions of one row.
std::vector<FunctionPage> further_pages() {
    std::vector<FunctionPage> pages;
    auto add = [&](std::string_view topic, const auto& entries) {
        for (const auto& each : entries) {
            pages.push_back({each.name, topic, each.usage, each.text, each.example, true});
        }
    };
    add("Aggregates", sql::all_aggregates());
    add("Rows around a row", sql::row_functions());
    add("Groups and windows", sql::group_functions());
    add("Patterns of rows", sql::match_functions());
    return pages;
}

std::vector<FunctionPage> function_pages() {
    std::vector<FunctionPage> pages;
    for (const sql::Function& each : sql::all_functions()) {
        pages.push_back({each.name, sql::name_of(each.topic), each.usage, each.text, each.example,
                         each.is_deterministic});
    }
    for (FunctionPage& each : further_pages()) pages.push_back(each);
    return pages;
}

std::vector<sql::ReferenceTopic> further_topics() {
    std::vector<sql::ReferenceTopic> topics;
    for (const FunctionPage& page : further_pages()) {
        if (topics.empty() || topics.back().name != page.topic) topics.push_back({page.topic, {}});
        topics.back().entries.push_back({page.usage, page.text, page.example});
    }
    return topics;
}

json::object page_json(const FunctionPage& page) {
    return {{"name", page.name},       {"topic", page.topic},
            {"usage", page.usage},     {"text", page.text},
            {"example", page.example}, {"deterministic", page.is_deterministic}};
}

int list_functions(Call& call) {
    if (call.typed.has("--markdown")) {
        call.terminal.print(sql::reference_page(further_topics()));
        return ExitOk;
    }
    json::array functions;
    TableRows rows;
    for (const FunctionPage& page : function_pages()) {
        functions.push_back(page_json(page));
        rows.push_back(
            {std::string(page.usage), std::string(page.topic), std::string(page.example)});
    }
    return show_list(call, {{"schema", "tarn.function.list/1"}}, "functions", std::move(functions),
                     {"CALL", "TOPIC", "EXAMPLE"}, rows, "there are no functions");
}

[[noreturn]] void refuse_unknown(const std::string& name) {
    std::vector<std::string> known;
    for (const FunctionPage& page : function_pages()) known.emplace_back(page.name);
    throw Error(ErrorCode::NotFound, "there is no function {}", name)
        .with_hint(nearest_name(name, known) ? name_hint(name, known)
                                             : "tarn function list shows them all");
}

int describe_function(Call& call) {
    std::string name = sql::upper(call.typed.value_or("name", ""));
    bool is_known = false;
    for (const FunctionPage& page : function_pages()) {
        if (page.name != name) continue;
        if (call.wants_json()) {
            json::object described = page_json(page);
            described["schema"] = "tarn.function.describe/1";
            call.terminal.print_line(json::serialize(described));
        } else {
            if (is_known) call.terminal.print_line("");
            call.terminal.print_line(call.terminal.colored(page.usage, Color::Bold));
            call.terminal.print_line(fmt::format("  {}", page.text));
            if (!page.example.empty()) {
                call.terminal.print_line(fmt::format("  {}", page.example));
            }
        }
        is_known = true;
    }
    if (!is_known) refuse_unknown(name);
    return ExitOk;
}

}  // namespace

Command function_list_command() {
    return {.name = "function list",
            .summary = "list the built-in functions of SQL",
            .examples = {"tarn function list", "tarn function list --json"},
            .options = {{"--markdown", "", "print the page that docs/sql-functions.md is"}},
            .arguments = {},
            .run = list_functions};
}

Command function_describe_command() {
    return {.name = "function describe",
            .summary = "say what a built-in function of SQL takes and gives",
            .examples = {"tarn function describe date_format"},
            .options = {},
            .arguments = {{"name", "of the function, in any case"}},
            .run = describe_function};
}

}  // namespace tarn::cli
