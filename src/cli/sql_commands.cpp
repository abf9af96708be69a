// `tarn check` and `tarn fmt`: what is wrong in a file of SQL, and the same file well laid out.
#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/sql_source.hpp"
#include "sql/statements/checker.hpp"
#include "sql/stream/explain.hpp"
#include "sql/syntax/layout.hpp"
#include "sql/syntax/parser.hpp"

namespace tarn::cli {
namespace {

namespace json = boost::json;

json::object problem_json(const sql::Source& source, const sql::Problem& problem) {
    sql::Place place = source.place_of(problem.span.begin);
    return {{"file", source.name()},
            {"line", place.line},
            {"column", place.column},
            {"what", problem.what},
            {"hint", problem.hint}};
}

json::array problems_json(const sql::Source& source, const std::vector<sql::Problem>& problems) {
    json::array all;
    for (const sql::Problem& problem : problems) all.push_back(problem_json(source, problem));
    return all;
}

int check(Call& call) {
    sql::Source source = sql_source(call);
    sql::Parsed parsed = sql::parse(source);
    sql::Checked checked = sql::check(parsed);
    if (call.wants_json()) {
        json::object page = {{"schema", "tarn.check/1"},
                             {"statements", parsed.statements.size()},
                             {"problems", problems_json(source, checked.problems)},
                             {"notes", problems_json(source, checked.notes)}};
        call.terminal.print_line(json::serialize(page));
    } else {
        for (const sql::Problem& problem : checked.problems) {
            call.terminal.print_line(text_of(source, problem));
        }
        for (sql::Problem note : checked.notes) {
            note.what = "note: " + note.what;
            call.terminal.print_line(text_of(source, note));
        }
        call.terminal.note(fmt::format("{}: {} statements, {} problems, {} notes", source.name(),
                                       parsed.statements.size() + parsed.problems.size(),
                                       checked.problems.size(), checked.notes.size()));
    }
    return checked.problems.empty() ? ExitOk : ExitSqlError;
}

// The plans of what can be planned; what cannot is told as `tarn check` does.
int explain(Call& call) {
    sql::Source source = sql_source(call);
    json::array plans;
    auto show = [&](const sql::Planned& planned) {
        std::string text = sql::explanation(planned.plans, planned.operators);
        size_t line = source.place_of(planned.span.begin).line;
        if (call.wants_json()) {
            plans.push_back(json::object{{"line", line}, {"plan", text}});
        } else {
            call.terminal.print(fmt::format("-- {}:{}\n{}\n", source.name(), line, text));
        }
    };
    sql::Checked checked = sql::check(sql::parse(source), show);
    if (call.wants_json()) {
        json::object page = {{"schema", "tarn.explain/1"},
                             {"plans", std::move(plans)},
                             {"problems", problems_json(source, checked.problems)}};
        call.terminal.print_line(json::serialize(page));
    } else {
        for (const sql::Problem& problem : checked.problems) {
            call.terminal.print_line(text_of(source, problem));
        }
    }
    return checked.problems.empty() ? ExitOk : ExitSqlError;
}

std::string laid_out_or_throw(const sql::Source& source) {
    try {
        return laid_out(source);
    } catch (const sql::SqlError& error) {
        throw Error(ErrorCode::InvalidInput, "{}", text_of(source, error.problem()))
            .with_hint("tarn check lists all that is wrong");
    }
}

int lay_out(Call& call) {
    sql::Source source = sql_source(call);
    std::string better = laid_out_or_throw(source);
    bool is_good = better == source.text();
    if (call.typed.has("--check")) {
        call.terminal.note(
            fmt::format("{} {}", source.name(), is_good ? "is laid out well" : "would change"));
        return is_good ? ExitOk : ExitCheckFailed;
    }
    if (source.name() == "stdin" || call.typed.has("--stdout")) {
        call.terminal.print(better);
        return ExitOk;
    }
    if (is_good) return ExitOk;
    // Beside it first: a full disk leaves the old file whole.
    std::string beside = source.name() + ".tarn-fmt";
    std::ofstream file(beside, std::ios::binary);
    file << better;
    file.close();
    if (!file || std::rename(beside.c_str(), source.name().c_str()) != 0) {
        std::remove(beside.c_str());
        throw Error(ErrorCode::Unavailable, "cannot write {}", source.name())
            .with_hint("is it writable, and is there room on the disk?");
    }
    call.terminal.note(fmt::format("{} laid out", source.name()));
    return ExitOk;
}

}  // namespace

Command check_command() {
    return {.name = "check",
            .summary = "find what is wrong in a file of SQL, all of it at once",
            .examples = {"tarn check job.sql", "tarn check job.sql --json",
                         "echo 'SELECT 1' | tarn check -"},
            .options = {},
            .arguments = {sql_file_argument()},
            .run = check};
}

Command explain_command() {
    return {.name = "explain",
            .summary = "show how the queries and INSERTs of a file would run",
            .examples = {"tarn explain job.sql", "echo 'SELECT 1' | tarn explain -"},
            .options = {},
            .arguments = {sql_file_argument()},
            .run = explain};
}

Command fmt_command() {
    return {.name = "fmt",
            .summary = "lay out a file of SQL the way it is best read",
            .examples = {"tarn fmt job.sql", "tarn fmt job.sql --check",
                         "tarn fmt - < job.sql > tidy.sql"},
            .options = {{"--check", "", "change nothing, fail if something would change"},
                        {"--stdout", "", "print it and leave the file alone"}},
            .arguments = {sql_file_argument()},
            .run = lay_out};
}

}  // namespace tarn::cli
