// The commands about tables of Iceberg.
#pragma once

#include "cli/command.hpp"

namespace tarn::cli {

Command iceberg_lint_command();

}  // namespace tarn::cli
