#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <iostream>
#include <thread>

#include "base/error.hpp"
#include "base/units.hpp"
#include "cli/commands.hpp"
#include "cli/data_folder.hpp"
#include "cli/exit_code.hpp"

namespace tarn::cli {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// What the running process promises for its own stop, and some more for its last flush.
constexpr auto ExtraPatience = 20s;

void wait_until_gone(const fs::path& folder, pid_t pid, std::chrono::microseconds patience) {
    auto deadline = std::chrono::steady_clock::now() + patience;
    while (running_in(folder)) {
        if (std::chrono::steady_clock::now() > deadline) {
            throw Error(ErrorCode::Timeout, "process {} has not stopped within {}", pid,
                        to_human_duration(patience))
                .with_hint("look at `tarn logs --tail 20`; a second signal ends it at once");
        }
        std::this_thread::sleep_for(20ms);
    }
}

bool is_confirmed(Call& call, const fs::path& folder) {
    if (call.typed.has("--yes")) return true;
    if (!isatty(STDIN_FILENO)) {
        throw Error(ErrorCode::InvalidInput, "this would remove all data in {}", folder.string())
            .with_hint("say --yes when nobody is there to be asked");
    }
    call.terminal.note(fmt::format("Remove all data in {}? Type yes:", folder.string()));
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "yes";
}

// A folder that Tarn did not make is never removed, whatever --data says.
void remove_data(const fs::path& folder) {
    if (!fs::exists(folder)) return;
    if (!fs::exists(folder / "tarn.lock")) {
        throw Error(ErrorCode::Forbidden, "{} is not a data folder of Tarn", folder.string())
            .with_hint("nothing was removed");
    }
    fs::remove_all(folder);
}

int stop(Call& call) {
    fs::path folder = call.config.text("data.folder");
    bool removes_data = call.typed.has("--volumes");
    if (removes_data && !is_confirmed(call, folder)) {
        call.terminal.note("nothing was stopped or removed");
        return ExitFailed;
    }
    if (auto running = running_in(folder)) {
        kill(running->pid, SIGTERM);
        wait_until_gone(folder, running->pid,
                        call.config.duration("runtime.stop-grace") + ExtraPatience);
        call.terminal.note(
            fmt::format("stopped (pid {}); the data stays in {}", running->pid, folder.string()));
    } else {
        call.terminal.note(fmt::format("no Tarn runs in {}", folder.string()));
    }
    if (removes_data) {
        remove_data(folder);
        call.terminal.note(fmt::format("removed {}", folder.string()));
    }
    return ExitOk;
}

}  // namespace

Command down_command() {
    return {.name = "down",
            .summary = "stop the Tarn of this folder; its data stays",
            .examples = {"tarn down", "tarn down --volumes --yes"},
            .options = {{"--volumes", "", "remove all data as well, after asking", "-v"},
                        {"--yes", "", "do not ask", "-y"}},
            .arguments = {},
            .run = stop};
}

}  // namespace tarn::cli
