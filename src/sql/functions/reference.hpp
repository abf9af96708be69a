// The reference of the built-in functions, docs/sql-functions.md, made from the registry.
#pragma once

#include <string>
#include <string_view>

#include "sql/functions/function.hpp"

namespace tarn::sql {

// "Text", "Times", …
std::string_view name_of(Topic topic);

std::string reference_page();

}  // namespace tarn::sql
