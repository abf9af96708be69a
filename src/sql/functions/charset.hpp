// Texts in the character sets that Java always has.
#pragma once

#include <string>
#include <string_view>

namespace tarn::sql {

// Both throw InvalidInput for a character set that is not known. What a set does not have becomes a
// question mark there, and U+FFFD here.
std::string encoded_in(std::string_view charset, std::string_view text);
std::string decoded_from(std::string_view charset, std::string_view bytes);

}  // namespace tarn::sql
