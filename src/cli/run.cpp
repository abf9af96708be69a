// `tarn run`: a file of SQL, in the Tarn that runs over this data folder, or here when none does.
#include <fmt/format.h>

#include <boost/json.hpp>

#include <filesystem>
#include <thread>

#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/interrupt.hpp"
#include "cli/job_text.hpp"
#include "cli/process.hpp"
#include "cli/rest_client.hpp"
#include "cli/sql_source.hpp"
#include "jobs/job_counts.hpp"
#include "jobs/shown_rows.hpp"
#include "jobs/sql_file.hpp"

namespace tarn::cli {
namespace {

namespace json = boost::json;

std::string name_of_job_in(const sql::Source& source) {
    std::string name = std::filesystem::path(source.name()).stem().string();
    return name.empty() || name == "-" ? "job" : name;
}

template <typename Node>
bool has(const std::vector<sql::Statement>& statements) {
    return std::ranges::any_of(statements, [](const sql::Statement& statement) {
        if (const auto* execute = std::get_if<sql::Execute>(&statement.node)) {
            return std::holds_alternative<Node>(execute->statement->node);
        }
        return std::holds_alternative<Node>(statement.node);
    });
}

bool makes_a_job(const sql::Parsed& parsed) {
    return has<sql::Insert>(parsed.statements) || has<sql::StatementSet>(parsed.statements);
}

// --- in a running Tarn

// Waits for its end and tells of it, or leaves it running after Ctrl+C.
int watch_job(Call& call, const RestClient& rest, const std::string& job, const Interrupt& ended) {
    constexpr std::chrono::milliseconds Pause(200);
    std::string told = "RUNNING";
    while (true) {
        json::value status = rest.get("/api/v1/jobs/" + job);
        std::string state = job_state(status);
        if (state != told) call.terminal.note(job_line(status));
        told = state;
        if (is_over(status)) return state == "FAILED" ? ExitFailed : ExitOk;
        if (ended.is_asked()) {
            call.terminal.note(fmt::format("job {} goes on; `tarn job stop {}` ends it",
                                           job_name(status), job_name(status)));
            return ExitOk;
        }
        std::this_thread::sleep_for(Pause);
    }
}

int show_queries(Call& call, const RestClient& rest, const json::object& file,
                 const Interrupt& ended) {
    std::optional<Error> failure;
    rest.post_for_events("/api/v1/queries", file, [&](const http::ServerSentEvent& event) {
        if (event.event == "rows") call.terminal.print(event.data);
        if (event.event == "failed") {
            json::value page = json::parse(event.data);
            failure = failure_in(page, static_cast<int>(page.at("status").as_int64()));
        }
        return !ended.is_asked();
    });
    if (failure) throw std::move(*failure);
    return ended.is_asked() ? ExitInterrupted : ExitOk;
}

int run_there(Call& call, const sql::Source& source, const sql::Parsed& parsed) {
    RestClient rest = RestClient::of_call(call);
    Interrupt ended;
    json::object file = {{"name", name_of_job_in(source)},
                         {"sql", source.text()},
                         {"file", source.name()},
                         {"folder", std::filesystem::current_path().string()}};
    if (has<sql::QueryPtr>(parsed.statements)) {
        int code = show_queries(call, rest, file, ended);
        if (code != ExitOk) return code;
    }
    if (!makes_a_job(parsed)) return ExitOk;
    json::value job = rest.post("/api/v1/jobs", file);
    call.terminal.note(job_line(job));
    if (call.typed.has("--detach")) return ExitOk;
    return watch_job(call, rest, job_id(job), ended);
}

// --- here

void run_job(Call& call, const jobs::JobPlan& plan, const JobsPart& here, const Interrupt& ended) {
    jobs::OpenedJob job(plan, here.folder(), here.surroundings());
    size_t inserts = plan.inserts.size();
    call.terminal.note(fmt::format(
        "job {} with {} INSERT{} {}", plan.name, inserts, inserts == 1 ? "" : "s",
        job->epoch() == 0 ? "begins" : fmt::format("goes on after epoch {}", job->epoch())));
    job->run([&] { return ended.is_asked() ? engine::Wish::EndWithEpoch : engine::Wish::GoOn; });
    call.terminal.note(fmt::format("job {} {} after epoch {}: {}", plan.name,
                                   job->is_finished() ? "is finished" : "has stopped", job->epoch(),
                                   jobs::text_of(job->counts())));
}

int run_here(Call& call, const sql::Source& source, const sql::Parsed& parsed) {
    if (call.typed.has("--detach")) {
        throw Error(ErrorCode::Unavailable, "no Tarn runs over {}, so the job would end with this",
                    call.config.text("data.folder"))
            .with_hint("start one with `tarn up --detach`, or leave --detach away");
    }
    // Starting and stopping is no news for who only wants to see a query.
    if (call.config.value("log.level").layer == Layer::Default) {
        logging::configure(logging::format_named(call.config.text("log.format")), "warn");
    }
    Process process(call.config, OpenTo::Nobody);
    Interrupt ended;
    auto open_result = [&](const std::vector<sql::PlanColumn>& columns) {
        return std::make_unique<jobs::ShownRows>(
            columns, [&](const std::string& lines) { call.terminal.print(lines); });
    };
    jobs::SqlFile file(name_of_job_in(source), process.jobs().surroundings(), open_result);
    auto plan = file.read(parsed, [&] { return ended.is_asked(); });
    if (plan) run_job(call, *plan, process.jobs(), ended);
    return ExitOk;
}

int run_file(Call& call) {
    sql::Source source = sql_source(call);
    sql::Parsed parsed = sql::parse(source);
    bool is_elsewhere =
        call.typed.has("--at") || running_in(call.config.text("data.folder")).has_value();
    try {
        if (!parsed.problems.empty()) throw sql::SqlError(parsed.problems.front());
        return is_elsewhere ? run_there(call, source, parsed) : run_here(call, source, parsed);
    } catch (const sql::SqlError& error) {
        call.terminal.print_line(text_of(source, error.problem()));
        return ExitSqlError;
    }
}

}  // namespace

Command run_file_command() {
    return {.name = "run",
            .summary = "run a file of SQL until it has ended, or Ctrl+C",
            .examples = {"tarn run job.sql", "echo 'SELECT 1' | tarn run -",
                         "tarn run job.sql --detach"},
            .options = {{"--detach", "", "return once the job runs in the Tarn that is up"}},
            .arguments = {sql_file_argument()},
            .run = run_file};
}

}  // namespace tarn::cli
