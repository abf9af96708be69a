// Writing JSON text by hand, for the few places below `columns` and `http` that need it.
#pragma once

#include <string>
#include <string_view>

namespace tarn {

// `text` as a JSON string, quotes included. Control characters are escaped; bytes that are not
// UTF-8 become U+FFFD, so the result is always valid JSON.
std::string json_quoted(std::string_view text);

// The same, added to the end of `out`.
void append_json_quoted(std::string& out, std::string_view text);

}  // namespace tarn
