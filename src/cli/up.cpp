#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/units.hpp"
#include "cli/build_info.hpp"
#include "cli/commands.hpp"
#include "cli/detach.hpp"
#include "cli/exit_code.hpp"
#include "cli/process.hpp"
#include "runtime/limits.hpp"
#include "runtime/stop_signal.hpp"

namespace tarn::cli {
namespace {

std::string as_json(const Faces& faces) {
    boost::json::object object;
    for (const auto& [face, address] : faces) object[face] = address;
    return boost::json::serialize(object) + "\n";
}

void say_ready(Call& call, const Process& process, std::chrono::microseconds took) {
    if (call.wants_json()) return call.terminal.print(as_json(process.faces()));
    call.terminal.note(fmt::format("tarn {}  data in {}  ready in {}\n", version(),
                                   process.data_folder().string(), to_human_duration(took)));
    for (const auto& [face, address] : process.faces()) {
        call.terminal.note(fmt::format("  {:<10} {}", face, address));
    }
    call.terminal.note("\nCtrl+C stops it in order, a second one at once");
}

// Runs until a signal asks it to stop. `when_ready` is told once every part answers.
void run_until_stopped(Call& call, const std::function<void(const Process&)>& when_ready) {
    auto limit = runtime::raise_open_files();
    if (auto complaint = runtime::complaint_about(limit)) TARN_LOG_WARN("{}", *complaint);

    asio::io_context loop(1);
    runtime::StopSignal stop(loop.get_executor(), [&](int) { loop.stop(); });
    Process process(call.config);
    if (call.typed.has("--ready-file")) {
        write_whole(call.typed.value_or("--ready-file", ""), as_json(process.faces()));
    }
    when_ready(process);
    loop.run();
}

int start(Call& call) {
    SystemClock clock;
    Ticks began = clock.ticks();
    auto took = [&] {
        return std::chrono::duration_cast<std::chrono::microseconds>(clock.ticks() - began);
    };
    if (!call.typed.has("--detach")) {
        run_until_stopped(call, [&](const Process& process) { say_ready(call, process, took()); });
        return ExitOk;
    }
    return detach([&](const std::function<void()>& started) {
        run_until_stopped(call, [&](const Process& process) {
            say_ready(call, process, took());
            started();
        });
    });
}

}  // namespace

Command up_command() {
    return {
        .name = "up",
        .summary = "start Tarn; Ctrl+C or `tarn down` stops it",
        .examples = {"tarn up", "tarn up --detach", "tarn up --data /srv/tarn --profile team",
                     "tarn up --ports auto --ready-file ready.json"},
        .options = {{"--detach", "", "return once it is ready and leave it running"},
                    {"--ports", "HOW", "'auto' binds free ports", {}, {"fixed", "auto"}},
                    {"--ready-file", "FILE", "write the addresses as JSON once all parts answer"}},
        .arguments = {},
        .run = start};
}

}  // namespace tarn::cli
