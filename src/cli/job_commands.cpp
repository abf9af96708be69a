// `tarn job`: the jobs of a running Tarn.
#include <fmt/format.h>

#include <boost/json.hpp>

#include <thread>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/job_text.hpp"
#include "cli/rest_client.hpp"

namespace tarn::cli {
namespace {

namespace json = boost::json;

Color color_of_job(std::string_view state) {
    if (state == "RUNNING" || state == "FINISHED") return Color::Green;
    return state == "FAILED" ? Color::Red : Color::Yellow;
}

std::string path_of(const Call& call) {
    return "/api/v1/jobs/" + call.typed.value_or("job", "");
}

int list(Call& call) {
    json::value page = RestClient::of_call(call).get("/api/v1/jobs");
    const json::array& jobs = page.at("jobs").as_array();
    if (call.wants_json()) {
        call.terminal.print_line(json::serialize(page));
    } else if (jobs.empty()) {
        call.terminal.note("there are no jobs yet; `tarn run job.sql` makes one");
    } else {
        std::vector<std::vector<std::string>> rows;
        for (const json::value& job : jobs) {
            std::string state = job_state(job);
            rows.push_back({job_name(job), call.terminal.colored(state, color_of_job(state)),
                            std::to_string(job.at("epoch").as_int64()),
                            std::to_string(job.at("rows_read").as_int64()), job_id(job)});
        }
        call.terminal.table({"NAME", "STATE", "EPOCH", "ROWS READ", "ID"}, rows);
    }
    return ExitOk;
}

int describe(Call& call) {
    json::value job = RestClient::of_call(call).get(path_of(call));
    if (call.wants_json()) {
        call.terminal.print_line(json::serialize(job));
        return ExitOk;
    }
    auto text = [&](std::string_view key) { return json::value_to<std::string>(job.at(key)); };
    call.terminal.print_line(job_line(job));
    call.terminal.print_line(fmt::format("  id       {}", job_id(job)));
    call.terminal.print_line(fmt::format("  created  {}", text("created")));
    call.terminal.print_line(fmt::format("  since    {}", text("since")));
    call.terminal.print_line(fmt::format("  file     {}", text("file")));
    for (const json::value& failure : job.at("failures").as_array()) {
        call.terminal.print_line(fmt::format("  failed   {}  {}",
                                             json::value_to<std::string>(failure.at("at")),
                                             json::value_to<std::string>(failure.at("message"))));
    }
    return ExitOk;
}

// Asks for its end and waits until it has ended.
int end(Call& call, std::string_view how) {
    constexpr std::chrono::milliseconds Pause(50);
    RestClient rest = RestClient::of_call(call);
    json::value job = rest.post(fmt::format("{}/{}", path_of(call), how), nullptr);
    while (!is_over(job)) {
        std::this_thread::sleep_for(Pause);
        job = rest.get("/api/v1/jobs/" + job_id(job));
    }
    if (call.wants_json()) {
        call.terminal.print_line(json::serialize(job));
    } else {
        call.terminal.note(job_line(job));
    }
    return ExitOk;
}

Argument job_argument() {
    return {"job", "its name or id"};
}

}  // namespace

Command job_list_command() {
    return {.name = "job list",
            .summary = "the jobs, the newest first",
            .examples = {"tarn job list", "tarn job list --json"},
            .options = {},
            .arguments = {},
            .run = list};
}

Command job_describe_command() {
    return {.name = "job describe",
            .summary = "how far a job is, and what has failed",
            .examples = {"tarn job describe trades"},
            .options = {},
            .arguments = {job_argument()},
            .run = describe};
}

Command job_stop_command() {
    return {.name = "job stop",
            .summary = "end a job after an epoch",
            .examples = {"tarn job stop trades"},
            .options = {},
            .arguments = {job_argument()},
            .run = [](Call& call) { return end(call, "stop"); }};
}

Command job_cancel_command() {
    return {.name = "job cancel",
            .summary = "end a job at once",
            .examples = {"tarn job cancel trades"},
            .options = {},
            .arguments = {job_argument()},
            .run = [](Call& call) { return end(call, "cancel"); }};
}

}  // namespace tarn::cli
