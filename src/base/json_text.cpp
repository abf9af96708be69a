#include "base/json_text.hpp"

#include <array>
#include <cstdint>

namespace tarn {
namespace {

// The length of the UTF-8 sequence at the start of `text`; 0 when it is not one.
size_t utf8_length(std::string_view text) {
    auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
    auto is_tail = [&](size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
    uint8_t first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return is_tail(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        if (!is_tail(1) || !is_tail(2)) return 0;
        bool overlong = first == 0xE0 && byte(1) < 0xA0;
        bool surrogate = first == 0xED && byte(1) > 0x9F;
        return overlong || surrogate ? 0 : 3;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        if (!is_tail(1) || !is_tail(2) || !is_tail(3)) return 0;
        bool overlong = first == 0xF0 && byte(1) < 0x90;
        bool past_the_end = first == 0xF4 && byte(1) > 0x8F;
        return overlong || past_the_end ? 0 : 4;
    }
    return 0;
}

bool is_plain(char c) {
    return static_cast<uint8_t>(c) >= 0x20 && static_cast<uint8_t>(c) < 0x80 && c != '"' &&
           c != '\\';
}

void append_escaped(std::string& out, char c) {
    constexpr std::string_view hex = "0123456789abcdef";
    switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            out += "\\u00";
            out += hex[static_cast<uint8_t>(c) >> 4];
            out += hex[static_cast<uint8_t>(c) & 0xF];
    }
}

}  // namespace

void append_json_quoted(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        size_t plain = 0;
        while (plain < text.size() && is_plain(text[plain])) ++plain;
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) break;
        if (static_cast<uint8_t>(text[0]) < 0x80) {
            append_escaped(out, text[0]);
            text.remove_prefix(1);
        } else if (size_t length = utf8_length(text); length > 0) {
            out.append(text.substr(0, length));
            text.remove_prefix(length);
        } else {
            out += "\xEF\xBF\xBD";
            text.remove_prefix(1);
        }
    }
    out += '"';
}

std::string json_quoted(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 2);
    append_json_quoted(out, text);
    return out;
}

}  // namespace tarn
