// `tarn job`: the jobs of a running Tarn.
#include <fmt/format.h>

#include <boost/json.hpp>

#include <filesystem>
#include <thread>

#include "base/clock.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/job_text.hpp"
#include "cli/rest_client.hpp"
#include "cli/sql_source.hpp"

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

// "1970-01-01T00:01:00.000Z", or nothing.
std::string watermark_of(const json::object& of) {
    const json::value* time = of.if_contains("watermark_ms");
    if (!time) return "";
    return to_rfc3339(WallTime(std::chrono::milliseconds(json::value_to<int64_t>(*time))));
}

void show_operators(Call& call, const json::array& operators) {
    std::vector<std::vector<std::string>> rows;
    for (const json::value& each : operators) {
        const json::object& of = each.as_object();
        if (!of.contains("rows_in")) return;  // of an earlier start: nothing is known
        auto count = [&](std::string_view key) {
            return std::to_string(json::value_to<int64_t>(of.at(key)));
        };
        rows.push_back({json::value_to<std::string>(of.at("name")), count("rows_in"),
                        count("rows_out"), count("rows_refused"), count("busy_ms"),
                        count("state_bytes"), watermark_of(of)});
    }
    call.terminal.table(
        {"OPERATOR", "ROWS IN", "ROWS OUT", "LEFT OUT", "BUSY MS", "STATE BYTES", "WATERMARK"},
        rows);
}

int checkpoints(Call& call) {
    json::value job = RestClient::of_call(call).get(path_of(call));
    const json::array& epochs = job.at("epochs").as_array();
    if (call.wants_json()) {
        call.terminal.print_line(json::serialize(
            json::object{{"schema", "tarn.job.checkpoints/1"}, {"epochs", epochs}}));
        return ExitOk;
    }
    std::vector<std::vector<std::string>> rows;
    for (const json::value& epoch : epochs) {
        rows.push_back({std::to_string(epoch.at("number").as_int64()),
                        json::value_to<std::string>(epoch.at("at")),
                        std::to_string(epoch.at("took_ms").as_int64()),
                        std::to_string(epoch.at("stood_still_ms").as_int64()),
                        std::to_string(epoch.at("bytes").as_int64()),
                        json::value_to<std::string>(epoch.at("place"))});
    }
    call.terminal.table({"EPOCH", "AT", "TOOK MS", "STOOD STILL MS", "BYTES", "PLACE"}, rows);
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
    show_operators(call, job.at("operators").as_array());
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

// "GroupAggregate, Rank"
std::string names_in(const json::value& list) {
    std::string names;
    for (const json::value& name : list.as_array()) {
        names += (names.empty() ? "" : ", ") + json::value_to<std::string>(name);
    }
    return names;
}

int upgrade(Call& call) {
    sql::Source source = sql_source(call);
    bool only_looks = call.typed.has("--look");
    json::value done = RestClient::of_call(call).post(
        path_of(call) + "/upgrade",
        json::object{{"name", call.typed.value_or("job", "")},
                     {"sql", source.text()},
                     {"file", source.name()},
                     {"folder", std::filesystem::current_path().string()},
                     {"forget", call.typed.has("--forget")},
                     {"look", only_looks}});
    if (call.wants_json()) {
        call.terminal.print_line(json::serialize(done));
        return ExitOk;
    }
    std::string forgotten = names_in(done.at("forgotten"));
    std::string fresh = names_in(done.at("fresh"));
    if (done.at("is_same").as_bool()) call.terminal.note("the plan is the same");
    if (!forgotten.empty()) call.terminal.note("forgotten: what these remember: " + forgotten);
    if (!fresh.empty()) call.terminal.note("new, with nothing to remember yet: " + fresh);
    if (forgotten.empty() && fresh.empty()) call.terminal.note("all that is remembered is kept");
    if (!only_looks) call.terminal.note(job_line(done.at("job")));
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

Command job_checkpoints_command() {
    return {.name = "job checkpoints",
            .summary = "the last epochs of a job: when, how long, how large",
            .examples = {"tarn job checkpoints trades", "tarn job checkpoints trades --json"},
            .options = {},
            .arguments = {job_argument()},
            .run = checkpoints};
}

Command job_upgrade_command() {
    return {.name = "job upgrade",
            .summary = "have a job go on with another file of SQL",
            .examples = {"tarn job upgrade trades trades.sql --look",
                         "tarn job upgrade trades trades.sql"},
            .options = {{"--look", "", "say what would be kept, and change nothing"},
                        {"--forget", "", "drop what the new file does not go on with"}},
            .arguments = {job_argument(), sql_file_argument()},
            .run = upgrade};
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
