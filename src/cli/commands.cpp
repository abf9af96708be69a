#include "cli/commands.hpp"

#include "base/error.hpp"
#include "base/log.hpp"
#include "cli/command_line.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/settings.hpp"

namespace tarn::cli {
namespace {

int run_command(const ParsedCommand& parsed, Terminal& terminal, char** environment) {
    Config config = gather_config(parsed.typed, environment);
    logging::configure(logging::format_named(config.text("log.format")), config.text("log.level"));
    Call call{parsed.typed, config, terminal};
    return parsed.command->run(call);
}

}  // namespace

const std::vector<Command>& all_commands() {
    static const std::vector<Command> commands = {
        up_command(),          status_command(),     logs_command(),
        down_command(),        doctor_command(),     bench_command(),
        config_show_command(), completion_command(), version_command(),
    };
    return commands;
}

int run(int count, char** words, char** environment) {
    Terminal terminal;
    try {
        auto parsed = parse_command_line(all_commands(), {words + 1, words + count});
        if (auto* help = std::get_if<HelpRequest>(&parsed)) {
            terminal.print(help_on(help->topic, all_commands(), terminal));
            return ExitOk;
        }
        auto& command = std::get<ParsedCommand>(parsed);
        terminal = Terminal(command.typed.value_or("--color", "auto"));
        return run_command(command, terminal, environment);
    } catch (const Error& error) {
        terminal.error(error.what(), error.hint());
        return exit_code_of(error.code());
    } catch (const std::exception& error) {
        terminal.error(error.what(), "this is a fault of Tarn's own; please report it");
        return ExitFailed;
    }
}

}  // namespace tarn::cli
