// Where a parser stands among the tokens. It remembers what was looked for at this place, so that
// an error can say what was expected, and which of it the reader may have meant.
#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/syntax/lexer.hpp"

namespace tarn::sql {

class TokenCursor {
public:
    explicit TokenCursor(const Source& source) : source_(source), tokens_(tokens_of(source)) {}

    const Source& source() const { return source_; }
    const Token& peek(size_t ahead = 0) const;
    const Token& last() const;  // the one before
    bool at_end() const { return peek().kind == TokenKind::End; }
    Token take();

    // Words in upper case, or signs; always literals.
    bool at(std::string_view key);
    bool at_all(std::initializer_list<std::string_view> keys);
    bool accept(std::string_view key);
    bool accept_all(std::initializer_list<std::string_view> keys);
    void expect(std::string_view key);
    void expect_all(std::initializer_list<std::string_view> keys);
    // The one of them that stands here.
    std::string expect_one_of(std::initializer_list<std::string_view> keys);
    std::optional<std::string> accept_one_of(std::initializer_list<std::string_view> keys);
    // What an error says was expected here, instead of all the words and signs: "an expression".
    // The first one counts.
    void wants(std::string_view what);
    // A word that is not reserved, or a quoted name.
    bool at_name();
    Token take_name();

    // "expected …, found …" of what was looked for here.
    [[noreturn]] void fail() const;
    [[noreturn]] void fail(Span span, std::string what, std::string hint = {}) const;

    // From `begin` to the end of the token before.
    Span since(uint32_t begin) const { return {begin, last().span.end}; }
    uint32_t begin() const { return peek().span.begin; }

    // To behind the next semicolon, or to the end.
    void skip_statement();

    const Tokens& tokens() const { return tokens_; }
    // Which of the tokens taken so far are names; the other words among them are keywords.
    const std::vector<bool>& names() const { return names_; }

private:
    // One word or several in a row. Their texts are literals of the parser's.
    using Keys = std::array<std::string_view, 5>;

    void forget_expected();
    std::vector<std::string> looked_for() const;
    std::string expected() const;
    std::string found() const;
    std::string hint() const;
    const Token* open_bracket() const;
    std::optional<std::string> nearest_expected(const Token& token) const;

    const Source& source_;
    Tokens tokens_;
    size_t at_ = 0;
    std::vector<bool> names_ = std::vector<bool>(tokens_.all.size());
    // Here:
    std::vector<Keys> looked_for_;
    std::string wanted_;
    bool takes_name_ = false;
};

}  // namespace tarn::sql
