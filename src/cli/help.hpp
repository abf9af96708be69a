// Help pages, made from the command descriptions: examples first, then options.
#pragma once

#include <span>
#include <string>

#include "cli/command.hpp"

namespace tarn::cli {

// What `tarn` alone prints: at most 24 lines.
std::string overview(std::span<const Command> commands, const Terminal& terminal);

// The page of a command, the commands of a noun, or those that mention a keyword. Throws NotFound.
std::string help_on(const std::string& topic, std::span<const Command> commands,
                    const Terminal& terminal);

}  // namespace tarn::cli
