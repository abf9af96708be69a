// Which words cannot be names unless they stand in `quotes`. All take a word in upper case.
#pragma once

#include <string_view>

namespace tarn::sql {

bool is_reserved(std::string_view word);
// Reserved, but a function may be called by it: COUNT(*).
bool is_reserved_function(std::string_view word);
// Reserved, and a value by itself: CURRENT_DATE.
bool is_variable(std::string_view word);

}  // namespace tarn::sql
