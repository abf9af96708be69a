// Every setting of the process, declared in one table, and the way their values are gathered for a
// command: built-in default < profile < tarn.toml < TARN_* < option.
#pragma once

#include <string>
#include <vector>

#include "base/config.hpp"
#include "cli/command.hpp"

namespace tarn::cli {

std::vector<Setting> all_settings();

// Reads ./tarn.toml, or the user's own (XDG_CONFIG_HOME/tarn/tarn.toml), or what --config names.
Config gather_config(const Typed& typed, char** environment);

}  // namespace tarn::cli
