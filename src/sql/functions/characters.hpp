// Characters in UTF-8 text, counted as Flink counts them: most functions by code points, a few,
// that it hands to Java's strings, by units of UTF-16, of which the characters beyond U+FFFF have
// two. Texts are taken as they come: what is no UTF-8 gives some answer, and no crash.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace tarn::sql {

inline bool is_ascii(std::string_view text) {
    constexpr uint64_t HighBits = 0x8080808080808080;
    size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
        uint64_t word;
        std::memcpy(&word, text.data() + at, 8);
        if (word & HighBits) return false;
    }
    for (; at < text.size(); ++at) {
        if (static_cast<signed char>(text[at]) < 0) return false;
    }
    return true;
}

// Bytes 10xxxxxx go on with a character that has begun.
inline bool begins_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

// Of the character that begins with this byte.
inline size_t bytes_of_character(char first) {
    auto byte = static_cast<unsigned char>(first);
    return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

int32_t character_count(std::string_view text);

// Where the character of this number begins, from 0; the text's size when it has no more.
size_t place_of_character(std::string_view text, int64_t number);

// The characters from `begin` on, at most `count`.
std::string_view characters(std::string_view text, int64_t begin, int64_t count);

// Cuts the first character off a text that is not empty; U+FFFD for what is none.
char32_t take_character(std::string_view& text);
void append_character(std::string& out, char32_t character);

int32_t utf16_length(std::string_view text);

// The units of UTF-16 from `begin` to `end`. Half a character becomes a question mark, as when Java
// writes it.
void append_utf16(std::string& out, std::string_view text, int64_t begin, int64_t end);

// What a text is when Java reads these bytes: U+FFFD for each piece that is no character.
std::string_view sound_text(std::string_view bytes, std::string& room);

// Java's upper and lower case, by the rules that know no language.
void append_upper(std::string& out, std::string_view text);
void append_lower(std::string& out, std::string_view text);

}  // namespace tarn::sql
