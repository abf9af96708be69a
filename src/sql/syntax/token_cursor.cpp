#include "sql/syntax/token_cursor.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "base/suggest.hpp"
#include "sql/syntax/reserved_words.hpp"

namespace tarn::sql {
namespace {

// Reserved, but nobody's columns: where one of these is wrong, something before it is missing.
constexpr auto WordsOfStructure = std::to_array<std::string_view>(
    {"ALTER", "AND",    "AS",    "BEGIN",  "BETWEEN", "BY",   "CASE",  "CAST",   "CREATE",
     "DROP",  "ELSE",   "END",   "EXCEPT", "EXISTS",  "FROM", "GROUP", "HAVING", "IN",
     "INTO",  "INSERT", "IS",    "JOIN",   "LIKE",    "NOT",  "ON",    "OR",     "ORDER",
     "OVER",  "SELECT", "TABLE", "THEN",   "UNION",   "WHEN", "WHERE", "WITH",   "VALUES"});

// What people write who come from elsewhere, and what it is called here.
struct OtherName {
    std::string_view theirs;
    std::string_view ours;
};
constexpr auto OtherNames = std::to_array<OtherName>({
    {"MINUS", "EXCEPT"},
    {"SCHEMA", "DATABASE"},
    {"SCHEMAS", "DATABASES"},
    {"UPSERT", "INSERT"},
});

std::string_view first_word(std::string_view words) {
    return words.substr(0, words.find(' '));
}

}  // namespace

const Token& TokenCursor::peek(size_t ahead) const {
    return tokens_.all[std::min(at_ + ahead, tokens_.all.size() - 1)];
}

const Token& TokenCursor::last() const {
    return tokens_.all[at_ == 0 ? 0 : at_ - 1];
}

Token TokenCursor::take() {
    if (peek().kind == TokenKind::Bad) fail();
    Token token = peek();
    forget_expected();
    if (!at_end()) ++at_;
    return token;
}

bool TokenCursor::at(std::string_view key) {
    looked_for_.push_back({key});
    return peek().key == key;
}

bool TokenCursor::at_all(std::initializer_list<std::string_view> keys) {
    TARN_ASSERT(keys.size() <= Keys().size());
    std::ranges::copy(keys, looked_for_.emplace_back().begin());
    size_t ahead = 0;
    return std::ranges::all_of(keys,
                               [&](std::string_view key) { return peek(ahead++).key == key; });
}

bool TokenCursor::accept(std::string_view key) {
    if (!at(key)) return false;
    take();
    return true;
}

bool TokenCursor::accept_all(std::initializer_list<std::string_view> keys) {
    if (!at_all(keys)) return false;
    for (size_t i = 0; i < keys.size(); ++i) take();
    return true;
}

void TokenCursor::expect(std::string_view key) {
    if (!accept(key)) fail();
}

void TokenCursor::expect_all(std::initializer_list<std::string_view> keys) {
    for (std::string_view key : keys) expect(key);
}

std::string TokenCursor::expect_one_of(std::initializer_list<std::string_view> keys) {
    auto found = accept_one_of(keys);
    if (!found) fail();
    return *found;
}

std::optional<std::string> TokenCursor::accept_one_of(
    std::initializer_list<std::string_view> keys) {
    for (std::string_view key : keys) {
        if (accept(key)) return std::string(key);
    }
    return std::nullopt;
}

void TokenCursor::wants(std::string_view what) {
    if (wanted_.empty()) wanted_ = what;
}

bool TokenCursor::at_name() {
    takes_name_ = true;
    const Token& token = peek();
    return token.kind == TokenKind::QuotedName ||
           (token.kind == TokenKind::Word && !is_reserved(token.key));
}

Token TokenCursor::take_name() {
    names_[at_] = true;
    return take();
}

void TokenCursor::forget_expected() {
    looked_for_.clear();
    wanted_.clear();
    takes_name_ = false;
}

void TokenCursor::skip_statement() {
    while (!at_end() && peek().key != ";") ++at_;
    if (!at_end()) ++at_;
    forget_expected();
}

// --- errors

void TokenCursor::fail() const {
    const Token& token = peek();
    if (token.kind == TokenKind::Bad) fail(token.span, token.text);
    std::string wrong = expected().empty()
                            ? fmt::format("{} was not expected here", found())
                            : fmt::format("expected {}, found {}", expected(), found());
    std::string help = hint();
    // SELECT a FORM t: the slip was taken for a name before anybody missed the word.
    auto meant = help.empty() && at_ > 0 ? nearest_expected(last()) : std::nullopt;
    if (meant) {
        fail(last().span, fmt::format("'{}' was read as a name, then {}", last().text, wrong),
             fmt::format("did you mean {}?", *meant));
    }
    // What is missing at the end is missing behind the last word, not on some empty line.
    if (at_end() && at_ > 0) fail({last().span.end, last().span.end}, std::move(wrong), help);
    fail(token.span, std::move(wrong), std::move(help));
}

void TokenCursor::fail(Span span, std::string what, std::string hint) const {
    throw SqlError({span, std::move(what), std::move(hint)});
}

std::vector<std::string> TokenCursor::looked_for() const {
    std::vector<std::string> all;
    for (const Keys& keys : looked_for_) {
        auto end = std::ranges::find(keys, std::string_view());
        std::string words = fmt::format("{}", fmt::join(keys.begin(), end, " "));
        if (std::ranges::find(all, words) == all.end()) all.push_back(std::move(words));
    }
    return all;
}

// Empty when nearly everything is: that helps nobody.
std::string TokenCursor::expected() const {
    constexpr size_t ListedMax = 8;
    if (!wanted_.empty()) return wanted_;
    // A point or a semicolon may follow nearly anything.
    std::vector<std::string> all;
    std::ranges::copy_if(looked_for(), std::back_inserter(all),
                         [](const std::string& key) { return key != "." && key != ";"; });
    if (all.empty() || all.size() > ListedMax) return "";
    std::string last = std::move(all.back());
    all.pop_back();
    return all.empty() ? last : fmt::format("{} or {}", fmt::join(all, ", "), last);
}

std::string TokenCursor::found() const {
    const Token& token = peek();
    if (token.kind == TokenKind::End) return "the end of the text";
    if (token.kind == TokenKind::Text) return std::string(source_.text(token.span));
    return fmt::format("'{}'", source_.text(token.span));
}

std::string TokenCursor::hint() const {
    const Token& token = peek();
    if (auto open = open_bracket(); open && (at_end() || token.key == ";")) {
        Place place = source_.place_of(open->span.begin);
        return fmt::format("the {} of line {}, column {} is still open", open->key, place.line,
                           place.column);
    }
    for (const std::string& expected : looked_for()) {
        bool is_begun = first_word(expected) == token.key && expected != token.key;
        if (is_begun) return fmt::format("it is written {}", expected);
    }
    if (auto meant = nearest_expected(token)) return fmt::format("did you mean {}?", *meant);
    for (const OtherName& other : OtherNames) {
        if (token.key == other.theirs) return fmt::format("it is called {} here", other.ours);
    }
    if (token.key == "=" && last().key == "=") return "two values are compared with one =";
    bool is_of_structure = std::ranges::find(WordsOfStructure, token.key) != WordsOfStructure.end();
    if (takes_name_ && is_reserved(token.key) && !is_of_structure) {
        return fmt::format("{} is a reserved word; as a name it is written `{}`", token.key,
                           token.text);
    }
    return "";
}

// The innermost one of this statement.
const Token* TokenCursor::open_bracket() const {
    int closed = 0;
    for (size_t i = at_; i > 0; --i) {
        const Token& token = tokens_.all[i - 1];
        if (token.key == ";") return nullptr;
        if (token.key == ")" || token.key == "]") ++closed;
        if ((token.key == "(" || token.key == "[") && --closed < 0) return &token;
    }
    return nullptr;
}

// A word with a slip or two in it. People get the first letter right, and reserved words are none.
std::optional<std::string> TokenCursor::nearest_expected(const Token& token) const {
    constexpr size_t Short = 3;
    bool may_be_slip =
        token.kind == TokenKind::Word && token.key.size() >= Short && !is_reserved(token.key);
    if (!may_be_slip) return std::nullopt;
    std::vector<std::string> words;
    for (const std::string& expected : looked_for()) {
        bool is_alike =
            expected.front() == token.key.front() && first_word(expected).size() >= Short;
        if (is_alike) words.emplace_back(first_word(expected));
    }
    auto nearest = nearest_name(token.key, words);
    return nearest == token.key ? std::nullopt : nearest;
}

}  // namespace tarn::sql
