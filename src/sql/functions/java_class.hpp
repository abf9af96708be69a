// Character classes of Java's patterns: [a-z&&[^b]], \p{Alpha}.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace tarn::sql {

// What Java takes and Tarn does not.
class UnsupportedPattern : public Error {
public:
    UnsupportedPattern(std::string_view what, std::string_view pattern)
        : Error(ErrorCode::InvalidInput, "Tarn does not support {} in the pattern {}", what,
                pattern) {}
};

[[noreturn]] void refuse_pattern(std::string_view what, std::string_view pattern);

// Walks over a pattern; what it reads may be left of its end.
struct PatternCursor {
    std::string_view pattern;
    size_t at = 0;

    bool is_done() const { return at >= pattern.size(); }
    char peek(size_t ahead = 0) const {
        return at + ahead < pattern.size() ? pattern[at + ahead] : '\0';
    }
    bool accept(std::string_view text);
    char32_t take_character();
};

// Of \x41, \u0041, \0101, \cA, \t and of \ before what is no letter; the cursor stands behind the
// backslash. Nothing for other letters, which mean more than a character.
std::optional<char32_t> escaped_character(PatternCursor& cursor);

// What stands in the brackets of a class of PCRE2 for \p{…} or \P{…}; the cursor stands behind
// the p.
std::string property_items(PatternCursor& cursor, bool is_negated);

// A character that means itself, within a class or outside.
void append_literal(std::string& out, char32_t character);

// A whole class; the cursor stands behind its first bracket.
std::string translated_class(PatternCursor& cursor);

}  // namespace tarn::sql
