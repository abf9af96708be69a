// The file of SQL that a command was given.
#pragma once

#include "cli/command.hpp"
#include "sql/syntax/source.hpp"

namespace tarn::cli {

Argument sql_file_argument();

// Throws NotFound when it cannot be read.
sql::Source sql_source(const Call& call);

}  // namespace tarn::cli
