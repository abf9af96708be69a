#include "kafka/client/properties.hpp"

#include <fstream>
#include <iterator>
#include <optional>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace tarn::kafka::client {
namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\f';
}

std::string_view without_blanks_before(std::string_view text) {
    while (!text.empty() && is_blank(text[0])) text.remove_prefix(1);
    return text;
}

// Takes the first line off; \n, \r and \r\n end one.
std::string_view take_line(std::string_view& text) {
    size_t end = std::min(text.find_first_of("\r\n"), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end);
    text.remove_prefix(text.starts_with("\r\n") ? 2 : text.empty() ? 0 : 1);
    return line;
}

// A backslash at the end that is no part of an escape before it.
bool goes_on(std::string_view line) {
    size_t last = line.find_last_not_of('\\');
    size_t backslashes = line.size() - (last == line.npos ? 0 : last + 1);
    return backslashes % 2 == 1;
}

void append_utf8(std::string& out, uint32_t code) {
    auto put = [&out](uint32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | code >> 6);
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3F));
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

// Java's strings are UTF-16. Half of a pair is a question mark, as Java writes it.
std::string to_utf8(const std::u16string& units) {
    std::string text;
    for (size_t at = 0; at < units.size(); ++at) {
        uint32_t unit = units[at];
        bool is_high = unit >= 0xD800 && unit < 0xDC00;
        bool is_low = unit >= 0xDC00 && unit < 0xE000;
        uint32_t next = is_high && at + 1 < units.size() ? units[at + 1] : 0;
        if (is_high && next >= 0xDC00 && next < 0xE000) {
            append_utf8(text, 0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00));
            ++at;
        } else {
            append_utf8(text, is_high || is_low ? '?' : unit);
        }
    }
    return text;
}

std::optional<char16_t> code_of(std::string_view digits) {
    if (digits.size() != 4) return std::nullopt;
    uint32_t code = 0;
    for (char c : digits) {
        auto digit = hex_digit(c);
        if (!digit) return std::nullopt;
        code = code << 4 | *digit;
    }
    return static_cast<char16_t>(code);
}

char16_t meaning_of_escape(char letter) {
    switch (letter) {
        case 't':
            return '\t';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 'f':
            return '\f';
        default:
            return static_cast<unsigned char>(letter);
    }
}

// Nothing when a \u escape has no four digits.
std::optional<std::string> unescaped(std::string_view written) {
    std::u16string units;
    for (size_t at = 0; at < written.size(); ++at) {
        if (written[at] != '\\') {
            units += static_cast<unsigned char>(written[at]);
            continue;
        }
        if (++at == written.size()) break;
        if (written[at] != 'u') {
            units += meaning_of_escape(written[at]);
            continue;
        }
        auto code = code_of(written.substr(at + 1, 4));
        if (!code) return std::nullopt;
        units += *code;
        at += 4;
    }
    return to_utf8(units);
}

// Where the name of a property ends: at the first separator that is not escaped.
size_t end_of_name(std::string_view line) {
    for (size_t at = 0; at < line.size(); ++at) {
        if (line[at] == '\\') {
            ++at;
        } else if (line[at] == '=' || line[at] == ':' || is_blank(line[at])) {
            return at;
        }
    }
    return line.size();
}

}  // namespace

Properties parse_properties(std::string_view text, std::string_view name) {
    Properties properties;
    int line_number = 0;
    while (!text.empty()) {
        std::string line(without_blanks_before(take_line(text)));
        int begins_at = ++line_number;
        if (line.empty() || line[0] == '#' || line[0] == '!') continue;
        while (goes_on(line)) {
            line.pop_back();
            if (text.empty()) break;
            line += without_blanks_before(take_line(text));
            ++line_number;
        }
        if (line.empty()) continue;

        size_t end = end_of_name(line);
        std::string_view value = without_blanks_before(std::string_view(line).substr(end));
        if (value.starts_with('=') || value.starts_with(':')) {
            value = without_blanks_before(value.substr(1));
        }
        auto key = unescaped(std::string_view(line).substr(0, end));
        auto meaning = unescaped(value);
        if (!key || !meaning) {
            throw Error(ErrorCode::InvalidInput, "{}:{}: \\u without four hexadecimal digits", name,
                        begins_at)
                .with_hint("a backslash itself is written \\\\");
        }
        properties[std::move(*key)] = std::move(*meaning);
    }
    return properties;
}

Properties read_properties(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw Error(ErrorCode::NotFound, "cannot read the properties file {}", path);
    std::string text(std::istreambuf_iterator<char>(file), {});
    return parse_properties(text, path);
}

std::string value_of(const Properties& properties, std::string_view name) {
    auto found = properties.find(name);
    return found == properties.end() ? "" : found->second;
}

}  // namespace tarn::kafka::client
