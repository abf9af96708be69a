// SQL text to words, names, literals and signs. What cannot be one becomes a token too, so that the
// parser may report it where it stands and read on after it.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "sql/syntax/source.hpp"

namespace tarn::sql {

enum class TokenKind {
    Word,         // a keyword or an unquoted name
    QuotedName,   // `a name`
    Text,         // 'text'
    UnicodeText,  // U&'text with \0041', its escapes still in it
    Bytes,        // X'cafe', as its digits
    Number,       // 1, 1.5, .5, 1e-3
    Sign,         // an operator or a bracket; `/*+` and its end when they hold a hint
    Bad,          // its text says what is wrong
    End
};

struct Token {
    TokenKind kind = TokenKind::End;
    Span span = {};
    std::string text = {};  // without quotes
    std::string key = {};   // of a word in upper case, of a sign itself; else empty
};

struct Tokens {
    std::vector<Token> all;      // the last one is the End
    std::vector<Span> comments;  // what stands between them besides space
};

Tokens tokens_of(const Source& source);

bool is_one_of(std::string_view word, const auto& words) {
    return std::ranges::find(words, word) != std::ranges::end(words);
}

// Letters of ASCII in capitals, as keywords are compared.
std::string upper(std::string_view text);

// Whether unquoted text would be read as this one name.
bool is_plain_name(std::string_view text);

}  // namespace tarn::sql
