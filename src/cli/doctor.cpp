#include <fmt/format.h>

#include <boost/json.hpp>

#include "cli/checks.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"

namespace tarn::cli {
namespace {

std::string_view name_of(CheckState state) {
    switch (state) {
        case CheckState::Ok:
            return "OK";
        case CheckState::Warn:
            return "WARN";
        case CheckState::Fail:
            return "FAIL";
    }
    return "";
}

Color color_of(CheckState state) {
    switch (state) {
        case CheckState::Ok:
            return Color::Green;
        case CheckState::Warn:
            return Color::Yellow;
        case CheckState::Fail:
            return Color::Red;
    }
    return Color::Plain;
}

int examine(Call& call) {
    std::vector<Check> checks = check_ports(call.config);
    checks.push_back(check_folder(call.config));
    checks.push_back(check_disk_space(call.config));
    checks.push_back(check_open_files());
    checks.push_back(check_clock());
    checks.push_back(check_libraries());
    bool is_well = true;
    boost::json::array found;
    for (const Check& check : checks) {
        is_well = is_well && check.state != CheckState::Fail;
        if (call.wants_json()) {
            found.push_back({{"check", check.what},
                             {"state", name_of(check.state)},
                             {"found", check.found},
                             {"fix", check.fix}});
            continue;
        }
        call.terminal.print_line(
            fmt::format("{}  {:<11} {}",
                        call.terminal.colored(fmt::format("{:<4}", name_of(check.state)),
                                              color_of(check.state)),
                        check.what, check.found));
        if (!check.fix.empty()) call.terminal.print_line("      fix: " + check.fix);
    }
    if (call.wants_json()) {
        boost::json::object page = {{"schema", "tarn.doctor/1"}, {"checks", found}};
        call.terminal.print_line(boost::json::serialize(page));
    }
    return is_well ? ExitOk : ExitCheckFailed;
}

}  // namespace

Command doctor_command() {
    return {.name = "doctor",
            .summary = "check ports, disk, limits, clock and libraries",
            .examples = {"tarn doctor", "tarn doctor --json"},
            .options = {},
            .arguments = {},
            .run = examine};
}

}  // namespace tarn::cli
