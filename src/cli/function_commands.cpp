// `tarn function list` and `describe`: the built-in functions of SQL.
#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "base/suggest.hpp"
#include "cli/catalog_words.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "sql/functions/reference.hpp"
#include "sql/syntax/lexer.hpp"

namespace tarn::cli {
namespace {

namespace json = boost::json;

json::object function_page(const sql::Function& function) {
    return {{"name", function.name},       {"topic", sql::name_of(function.topic)},
            {"usage", function.usage},     {"text", function.text},
            {"example", function.example}, {"deterministic", function.is_deterministic}};
}

int list_functions(Call& call) {
    if (call.typed.has("--markdown")) {
        call.terminal.print(sql::reference_page());
        return ExitOk;
    }
    json::array functions;
    TableRows rows;
    for (const sql::Function& function : sql::all_functions()) {
        functions.push_back(function_page(function));
        rows.push_back({std::string(function.usage), std::string(sql::name_of(function.topic)),
                        std::string(function.example)});
    }
    return show_list(call, {{"schema", "tarn.function.list/1"}}, "functions", std::move(functions),
                     {"CALL", "TOPIC", "EXAMPLE"}, rows, "there are no functions");
}

[[noreturn]] void refuse_unknown(const std::string& name) {
    std::vector<std::string> known;
    for (const sql::Function& function : sql::all_functions()) known.emplace_back(function.name);
    throw Error(ErrorCode::NotFound, "there is no function {}", name)
        .with_hint(nearest_name(name, known) ? name_hint(name, known)
                                             : "tarn function list shows them all");
}

int describe_function(Call& call) {
    std::string name = sql::upper(call.typed.value_or("name", ""));
    bool is_known = false;
    for (const sql::Function& function : sql::all_functions()) {
        if (function.name != name) continue;
        if (call.wants_json()) {
            json::object page = function_page(function);
            page["schema"] = "tarn.function.describe/1";
            call.terminal.print_line(json::serialize(page));
        } else {
            if (is_known) call.terminal.print_line("");
            call.terminal.print_line(call.terminal.colored(function.usage, Color::Bold));
            call.terminal.print_line(fmt::format("  {}", function.text));
            if (!function.example.empty()) {
                call.terminal.print_line(fmt::format("  {}", function.example));
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
