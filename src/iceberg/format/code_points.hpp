// Text by code points, which is how Iceberg counts and cuts it: a cut through the middle of one
// leaves bytes that other readers refuse.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tarn::iceberg {

inline constexpr char32_t CodePointMax = 0x10FFFF;
// UTF-16's own; no text has them.
inline constexpr char32_t SurrogateMin = 0xD800;
inline constexpr char32_t SurrogateMax = 0xDFFF;

// The code point that begins at `position`, which is moved behind it. Nothing at the end, and where
// the text is no UTF-8.
std::optional<char32_t> take_code_point(std::string_view text, size_t& position);

void append_code_point(std::string& text, char32_t code_point);

// So many from the beginning, or all there are. Nothing if these are no UTF-8.
std::optional<std::string_view> first_code_points(std::string_view text, int count);

}  // namespace tarn::iceberg
