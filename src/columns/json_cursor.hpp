// A walk over the tokens of one JSON record. It checks the grammar as it goes and never leaves the
// record. A failed step leaves a reason, and the caller gives the record up; nothing throws.
//
// The small steps are inline because they are taken some twenty times a record, millions of times a
// second.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace tarn::columns {

class JsonCursor {
public:
    // `positions` are JsonIndex's; the record ends at text[end]. Brackets nest `depth_max` deep.
    JsonCursor(const char* text, const uint32_t* positions, uint32_t end, int depth_max)
        : text_(text), next_(positions), end_(end), depth_max_(depth_max) {}

    bool is_at_end() const { return *next_ >= end_; }
    // The first byte of the next token; zero at the end of the record. (A zero byte inside it is a
    // token that fits nowhere, so only is_at_end() need tell the two apart.)
    char peek() const { return *next_ < end_ ? text_[*next_] : '\0'; }
    // Only after peek() gave a token.
    void advance() { ++next_; }
    bool accept(char token) {
        if (peek() != token) return false;
        advance();
        return true;
    }

    // The raw text of the token: of a string without the quotes and with its escapes, of a number
    // or word all of it. Only after peek() gave a token.
    std::string_view take_string() {
        std::string_view token = take_token();
        return token.substr(1, token.size() - 2);
    }
    // The first byte after the quote of a string that peek() gave.
    const char* string_begin() const { return text_ + *next_ + 1; }
    std::string_view take_token() {
        const char* begin = text_ + *next_;
        ++next_;
        const char* end = text_ + (*next_ < end_ ? *next_ : end_);
        while (is_space(end[-1])) --end;
        return {begin, static_cast<size_t>(end - begin)};
    }

    // Passes over one value of any kind and checks its grammar.
    bool skip_value();

    // A place to come back to, or to take text from.
    using Mark = const uint32_t*;
    Mark mark() const { return next_; }
    void go_back_to(Mark mark) { next_ = mark; }
    // The tokens since `mark` without the white space between them, 40 bytes of them or all.
    std::string compact_text(Mark mark) const;
    std::string excerpt(Mark mark) const;

    // Always false, so that a step can end with `return in.fail(...)`.
    bool fail(std::string reason);
    // The same for what breaks JSON's grammar; names the place.
    bool fail_syntax(std::string_view expected);
    // Puts the name of the field around the reason.
    bool fail_within(std::string_view field);
    std::string take_reason() { return std::move(reason_); }

    // Cells that were made null because their value was wrong.
    void count_nulled_cell() { ++nulled_cells_; }
    int64_t nulled_cells() const { return nulled_cells_; }

    static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

private:
    bool skip_scalar();

    const char* text_;
    const uint32_t* next_;
    uint32_t end_;
    int depth_max_;
    int depth_ = 0;
    bool has_path_ = false;
    int64_t nulled_cells_ = 0;
    std::string reason_;
};

// Whether a token is a JSON number, and nothing else.
bool is_json_number(std::string_view token);

// Adds the meaning of a raw string to `out`. False for an unknown escape or half a surrogate pair.
bool append_unescaped(std::string_view raw, std::string& out);

}  // namespace tarn::columns
