#include "sql/functions/scalar.hpp"
#include "sql/functions/topics.hpp"

namespace tarn::sql {
namespace {

// Bytes 10xxxxxx go on with a character that has begun.
bool begins_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

int32_t character_count(std::string_view text) {
    return static_cast<int32_t>(std::ranges::count_if(text, begins_character));
}

std::string repeated(std::string_view text, int32_t count) {
    std::string out;
    for (int32_t i = 0; i < count; ++i) out += text;
    return out;
}

}  // namespace

std::vector<Function> text_functions() {
    return {
        {"CHAR_LENGTH", Topic::Text, "CHAR_LENGTH(text)", "The number of characters.",
         "CHAR_LENGTH('Tarn') → 4", scalar(character_count)},
        {"REPEAT", Topic::Text, "REPEAT(text, count)", "The text, as often as the count says.",
         "REPEAT('ab', 2) → 'abab'", scalar(repeated)},
    };
}

}  // namespace tarn::sql
