// SQL the way it is best read: a clause a line, lists and conditions an item a line where they are
// long, keywords in capitals. Words, comments and their order stay as they are.
#pragma once

#include <string>

#include "sql/syntax/source.hpp"

namespace tarn::sql {

// Throws SqlError for the first thing that cannot be read.
std::string laid_out(const Source& source);

}  // namespace tarn::sql
