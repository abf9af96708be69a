// From the words of a command line to the command and what was typed for it. Knows CLI11; nobody
// else does.
#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "cli/command.hpp"

namespace tarn::cli {

struct ParsedCommand {
    const Command* command;
    Typed typed;
};

// Nothing to run: print this. An empty topic is `tarn` alone or `tarn --help`.
struct HelpRequest {
    std::string topic;
};

// Throws InvalidInput, with the nearest name as hint, for what fits no command.
std::variant<ParsedCommand, HelpRequest> parse_command_line(std::span<const Command> commands,
                                                            const std::vector<std::string>& words);

}  // namespace tarn::cli
