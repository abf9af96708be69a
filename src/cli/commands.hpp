// All commands, each made in the file of its name. To add one: write its file, name it here.
#pragma once

#include <vector>

#include "cli/command.hpp"

namespace tarn::cli {

Command bench_command();
Command completion_command();
Command config_show_command();
Command doctor_command();
Command down_command();
Command logs_command();
Command status_command();
Command up_command();
Command version_command();

// In the order in which help shows them.
const std::vector<Command>& all_commands();

// Runs the process: parses, calls the command, prints what went wrong. Gives the exit code.
int run(int count, char** words, char** environment);

}  // namespace tarn::cli
