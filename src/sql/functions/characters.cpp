#include "sql/functions/characters.hpp"

#include <algorithm>

namespace tarn::sql {
namespace {

constexpr char32_t Replacement = 0xFFFD;

struct Decoded {
    char32_t character;
    size_t bytes;
};

// An unsound piece is as long as what could still have become a character.
Decoded decoded(std::string_view text) {
    auto byte = [&](size_t at) -> uint32_t {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
    };
    auto goes_on = [&](size_t at) { return (byte(at) & 0xC0) == 0x80; };
    uint32_t first = byte(0);
    if (first < 0x80) return {first, 1};
    if (first < 0xC2 || first > 0xF4) return {Replacement, 1};
    if (first < 0xE0) {
        if (!goes_on(1)) return {Replacement, 1};
        return {(first & 0x1F) << 6 | (byte(1) & 0x3F), 2};
    }
    uint32_t second = byte(1);
    bool is_second_sound = goes_on(1) && !(first == 0xE0 && second < 0xA0) &&
                           !(first == 0xED && second >= 0xA0) &&
                           !(first == 0xF0 && second < 0x90) && !(first == 0xF4 && second >= 0x90);
    if (!is_second_sound) return {Replacement, 1};
    if (!goes_on(2)) return {Replacement, 2};
    if (first < 0xF0) {
        return {(first & 0x0F) << 12 | (second & 0x3F) << 6 | (byte(2) & 0x3F), 3};
    }
    if (!goes_on(3)) return {Replacement, 3};
    return {(first & 0x07) << 18 | (second & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F),
            4};
}

bool is_sound(std::string_view bytes) {
    if (is_ascii(bytes)) return true;
    for (size_t at = 0; at < bytes.size();) {
        Decoded next = decoded(bytes.substr(at));
        if (next.character == Replacement && next.bytes != 3) return false;
        if (next.character == Replacement && bytes.substr(at, 3) != "\xEF\xBF\xBD") return false;
        at += next.bytes;
    }
    return true;
}

}  // namespace

int32_t character_count(std::string_view text) {
    if (is_ascii(text)) return static_cast<int32_t>(text.size());
    return static_cast<int32_t>(std::ranges::count_if(text, begins_character));
}

size_t place_of_character(std::string_view text, int64_t number) {
    size_t at = 0;
    for (; number > 0 && at < text.size(); --number) at += bytes_of_character(text[at]);
    return std::min(at, text.size());
}

std::string_view characters(std::string_view text, int64_t begin, int64_t count) {
    if (is_ascii(text)) {
        auto size = static_cast<int64_t>(text.size());
        if (begin >= size) return {};
        return text.substr(static_cast<size_t>(begin),
                           static_cast<size_t>(std::min(count, size - begin)));
    }
    text.remove_prefix(place_of_character(text, begin));
    return text.substr(0, place_of_character(text, count));
}

char32_t take_character(std::string_view& text) {
    Decoded next = decoded(text);
    text.remove_prefix(next.bytes);
    return next.character;
}

void append_character(std::string& out, char32_t character) {
    auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
    if (character < 0x80) {
        put(character);
    } else if (character < 0x800) {
        put(0xC0 | character >> 6);
        put(0x80 | (character & 0x3F));
    } else if (character < 0x10000) {
        put(0xE0 | character >> 12);
        put(0x80 | (character >> 6 & 0x3F));
        put(0x80 | (character & 0x3F));
    } else {
        put(0xF0 | character >> 18);
        put(0x80 | (character >> 12 & 0x3F));
        put(0x80 | (character >> 6 & 0x3F));
        put(0x80 | (character & 0x3F));
    }
}

int32_t utf16_length(std::string_view text) {
    if (is_ascii(text)) return static_cast<int32_t>(text.size());
    int32_t length = 0;
    for (char byte : text) {
        length += begins_character(byte) + (static_cast<unsigned char>(byte) >= 0xF0);
    }
    return length;
}

void append_utf16(std::string& out, std::string_view text, int64_t begin, int64_t end) {
    if (is_ascii(text)) {
        auto size = static_cast<int64_t>(text.size());
        begin = std::min(begin, size);
        end = std::min(end, size);
        if (begin < end) {
            out.append(text, static_cast<size_t>(begin), static_cast<size_t>(end - begin));
        }
        return;
    }
    int64_t unit = 0;
    while (!text.empty() && unit < end) {
        std::string_view rest = text;
        int64_t units = take_character(rest) > 0xFFFF ? 2 : 1;
        std::string_view character = text.substr(0, text.size() - rest.size());
        if (unit >= begin && unit + units <= end) {
            out += character;
        } else if (unit + units > begin) {
            out += '?';
        }
        unit += units;
        text = rest;
    }
}

std::string_view sound_text(std::string_view bytes, std::string& room) {
    if (is_sound(bytes)) return bytes;
    room.clear();
    while (!bytes.empty()) append_character(room, take_character(bytes));
    return room;
}

}  // namespace tarn::sql
