#include "columns/json_cursor.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"

namespace tarn::columns {
namespace {

constexpr size_t excerpt_bytes_max = 40;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Four hexadecimal digits at `at`; negative when they are not there.
int code_unit_at(std::string_view raw, size_t at) {
    if (at + 4 > raw.size()) return -1;
    int value = 0;
    for (size_t i = at; i < at + 4; ++i) {
        auto digit = hex_digit(raw[i]);
        if (!digit) return -1;
        value = value * 16 + *digit;
    }
    return value;
}

void append_utf8(std::string& out, uint32_t code_point) {
    auto continuation = [&](int shift) {
        out.push_back(static_cast<char>(0x80 | (code_point >> shift & 0x3F)));
    };
    if (code_point < 0x80) {
        out.push_back(static_cast<char>(code_point));
    } else if (code_point < 0x800) {
        out.push_back(static_cast<char>(0xC0 | code_point >> 6));
        continuation(0);
    } else if (code_point < 0x10000) {
        out.push_back(static_cast<char>(0xE0 | code_point >> 12));
        continuation(6);
        continuation(0);
    } else {
        out.push_back(static_cast<char>(0xF0 | code_point >> 18));
        continuation(12);
        continuation(6);
        continuation(0);
    }
}

// Reads what follows "\u"; gives how many bytes it took, 0 if it is wrong.
size_t append_escaped_code_point(std::string_view raw, size_t at, std::string& out) {
    int unit = code_unit_at(raw, at);
    if (unit < 0 || (unit >= 0xDC00 && unit < 0xE000)) return 0;
    if (unit < 0xD800 || unit >= 0xE000) {
        append_utf8(out, unit);
        return 4;
    }
    bool has_second = raw.substr(at + 4).starts_with("\\u");
    int low = has_second ? code_unit_at(raw, at + 6) : -1;
    if (low < 0xDC00 || low >= 0xE000) return 0;
    append_utf8(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
    return 10;
}

}  // namespace

bool JsonCursor::skip_value() {
    char open = peek();
    if (open == '"') {
        advance();
        return true;
    }
    if (open != '{' && open != '[') return skip_scalar();
    if (++depth_ > depth_max_) return fail(fmt::format("nested deeper than {} levels", depth_max_));
    char close = open == '{' ? '}' : ']';
    advance();
    if (!accept(close)) {
        for (;;) {
            if (open == '{') {
                if (!accept('"')) return fail_syntax("a key");
                if (!accept(':')) return fail_syntax("':'");
            }
            if (!skip_value()) return false;
            if (accept(close)) break;
            if (!accept(',')) return fail_syntax(open == '{' ? "',' or '}'" : "',' or ']'");
        }
    }
    --depth_;
    return true;
}

bool JsonCursor::skip_scalar() {
    if (is_at_end()) return fail_syntax("a value");
    Mark start = mark();
    std::string_view token = take_token();
    if (token == "true" || token == "false" || token == "null" || is_json_number(token))
        return true;
    go_back_to(start);
    return fail_syntax("a value");
}

std::string JsonCursor::compact_text(Mark mark) const {
    std::string text;
    JsonCursor walk(text_, mark, end_, depth_max_);
    while (walk.next_ < next_ && !walk.is_at_end()) text += walk.take_token();
    return text;
}

std::string JsonCursor::excerpt(Mark mark) const {
    std::string text;
    JsonCursor walk(text_, mark, end_, depth_max_);
    while (walk.next_ < next_ && !walk.is_at_end() && text.size() <= excerpt_bytes_max) {
        text += walk.take_token().substr(0, excerpt_bytes_max + 1);
    }
    if (text.size() <= excerpt_bytes_max) return text;
    size_t end = excerpt_bytes_max;
    auto is_continuation = [](char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; };
    while (end > 0 && is_continuation(text[end])) --end;
    return text.substr(0, end) + "...";
}

bool JsonCursor::fail(std::string reason) {
    reason_ = std::move(reason);
    return false;
}

bool JsonCursor::fail_syntax(std::string_view expected) {
    if (is_at_end()) return fail(fmt::format("it ends where {} should be", expected));
    JsonCursor look = *this;
    Mark here = look.mark();
    look.advance();
    return fail(fmt::format("expected {}, found '{}'", expected, look.excerpt(here)));
}

bool JsonCursor::fail_within(std::string_view field) {
    reason_.insert(0, has_path_ ? "." : ": ");
    reason_.insert(0, field);
    has_path_ = true;
    return false;
}

bool is_json_number(std::string_view token) {
    size_t at = 0;
    auto skip_digits = [&] {
        size_t begin = at;
        while (at < token.size() && is_digit(token[at])) ++at;
        return at > begin;
    };
    if (at < token.size() && token[at] == '-') ++at;
    size_t whole = at;
    if (!skip_digits()) return false;
    if (token[whole] == '0' && at > whole + 1) return false;
    if (at < token.size() && token[at] == '.') {
        ++at;
        if (!skip_digits()) return false;
    }
    if (at < token.size() && (token[at] == 'e' || token[at] == 'E')) {
        ++at;
        if (at < token.size() && (token[at] == '+' || token[at] == '-')) ++at;
        if (!skip_digits()) return false;
    }
    return at == token.size();
}

bool append_unescaped(std::string_view raw, std::string& out) {
    for (size_t at = 0; at < raw.size();) {
        size_t escape = raw.find('\\', at);
        out.append(raw.substr(at, escape - at));
        if (escape == std::string_view::npos) return true;
        if (escape + 1 == raw.size()) return false;
        at = escape + 2;
        switch (raw[escape + 1]) {
            case '"':
                out.push_back('"');
                break;
            case '\\':
                out.push_back('\\');
                break;
            case '/':
                out.push_back('/');
                break;
            case 'b':
                out.push_back('\b');
                break;
            case 'f':
                out.push_back('\f');
                break;
            case 'n':
                out.push_back('\n');
                break;
            case 'r':
                out.push_back('\r');
                break;
            case 't':
                out.push_back('\t');
                break;
            case 'u': {
                size_t taken = append_escaped_code_point(raw, at, out);
                if (taken == 0) return false;
                at += taken;
                break;
            }
            default:
                return false;
        }
    }
    return true;
}

}  // namespace tarn::columns
