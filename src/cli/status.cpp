#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/error.hpp"
#include "base/units.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/rest_client.hpp"

namespace tarn::cli {
namespace {

namespace json = boost::json;

std::string text_in(const json::value& object, std::string_view key) {
    return json::value_to<std::string>(object.at(key));
}

Color color_of(std::string_view state) {
    if (state == "ready") return Color::Green;
    return state == "failed" ? Color::Red : Color::Yellow;
}

int show(Call& call) {
    RestClient rest = RestClient::of_call(call);
    json::value status = rest.get("/api/v1/status");
    if (call.wants_json()) {
        call.terminal.print_line(json::serialize(status));
        return ExitOk;
    }
    std::chrono::milliseconds uptime(status.at("uptime_ms").as_int64());
    call.terminal.print_line(fmt::format("tarn {} at {}, up for {}", text_in(status, "version"),
                                         rest.url(), to_human_duration(uptime)));
    std::vector<std::vector<std::string>> rows;
    for (const json::value& part : status.at("parts").as_array()) {
        std::string state = text_in(part, "state");
        rows.push_back({text_in(part, "name"), call.terminal.colored(state, color_of(state)),
                        text_in(part, "address"), text_in(part, "since")});
    }
    call.terminal.table({"PART", "STATE", "ADDRESS", "SINCE"}, rows);
    return ExitOk;
}

}  // namespace

Command status_command() {
    return {.name = "status",
            .summary = "the parts of a running Tarn, their states and addresses",
            .examples = {"tarn status", "tarn status --json", "tarn status --at http://host:8080"},
            .options = {},
            .arguments = {},
            .run = show};
}

}  // namespace tarn::cli
