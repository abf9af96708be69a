// Names, texts and numbers: the smallest pieces that the others are made of.
#include <charconv>

#include "base/bytes.hpp"
#include "sql/syntax/parser_steps.hpp"

namespace tarn::sql {
namespace {

void append_utf8(std::string& out, uint32_t code) {
    auto put = [&out](uint32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) return put(code);
    if (code < 0x800) {
        put(0xC0 | (code >> 6));
    } else {
        put(0xE0 | (code >> 12));
        put(0x80 | ((code >> 6) & 0x3F));
    }
    put(0x80 | (code & 0x3F));
}

}  // namespace

Identifier Parser::identifier() {
    if (!at_name()) {
        wants("a name");
        fail();
    }
    return any_word();
}

// Also one that is reserved, where nothing but a name can stand.
Identifier Parser::any_word() {
    Token token = take_name();
    return {std::move(token.text), token.span};
}

std::vector<Identifier> Parser::identifiers_in_brackets() {
    return list_in_brackets([this] { return identifier(); });
}

Name Parser::name() {
    Name parts;
    do parts.push_back(identifier());
    while (accept("."));
    return parts;
}

Token Parser::text_token() {
    wants("a text in '…'");
    if (peek().kind != TokenKind::Text && peek().kind != TokenKind::UnicodeText) fail();
    return take();
}

std::string Parser::text() {
    Token token = text_token();
    return token.kind == TokenKind::Text ? token.text : decoded_text(token);
}

// U&'d\0061t\+000061' UESCAPE '\'
std::string Parser::decoded_text(const Token& token) {
    char escape = '\\';
    if (accept("UESCAPE")) {
        Token chosen = text_token();
        if (chosen.text.size() != 1) fail(chosen.span, "an escape is one character");
        escape = chosen.text.front();
    }
    std::string_view raw = token.text;
    std::string out;
    for (size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != escape) {
            out += raw[i];
        } else if (i + 1 < raw.size() && raw[i + 1] == escape) {
            out += raw[++i];
        } else {
            constexpr size_t Digits = 4;
            uint32_t code = 0;
            for (size_t digit = 0; digit < Digits; ++digit) {
                auto value = ++i < raw.size() ? hex_digit(raw[i]) : std::nullopt;
                if (!value) fail(token.span, "an escape has four hexadecimal digits: \\00e9");
                code = code << 4 | *value;
            }
            bool is_surrogate = code >= 0xD800 && code < 0xE000;
            if (is_surrogate) fail(token.span, "an escape cannot be half a character");
            append_utf8(out, code);
        }
    }
    return out;
}

int Parser::integer() {
    wants("a whole number");
    int value = 0;
    const Token& token = peek();
    if (token.kind != TokenKind::Number) fail();
    const char* end = token.text.data() + token.text.size();
    auto [stopped, error] = std::from_chars(token.text.data(), end, value);
    if (stopped != end || error != std::errc()) {
        fail(token.span, "a whole number was expected, one that fits in an INT");
    }
    take();
    return value;
}

}  // namespace tarn::sql
