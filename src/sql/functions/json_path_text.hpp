// The pieces of JSON paths that hold others: brackets and what stands in quotes.
#pragma once

#include <string_view>

namespace tarn::sql {

// Where the text goes on behind the bracket that closes the one at `begin`. Brackets in quotes do
// not count, nor those in /patterns/ where there may be some. Throws InvalidInput for no end.
size_t past_bracket(std::string_view text, size_t begin, bool may_have_patterns);

// The same for what is quoted; a backslash takes its meaning from the quote behind it.
size_t past_quoted(std::string_view text, size_t begin);

}  // namespace tarn::sql
