// One option of WITH (…): what its value must be and what it is for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tarn::sql {

enum class OptionKind {
    Text,
    SomeText,  // a text that is not empty
    Integer,
    Natural,   // 0 or more
    Positive,  // 1 or more
    Number,
    Share,  // from 0 to 1
    Boolean,
    Duration,  // 10s, 5 min; a bare number is milliseconds
    Size,      // 64mb, 1 gb, in steps of 1024; a bare number is bytes
    Offsets,   // partition:0,offset:42;partition:1,offset:300
    Columns,   // physical columns with ; between them
    Choice
};

struct OptionRule {
    std::string_view key;  // a # in it stands for a column: fields.#.min
    OptionKind kind = OptionKind::Text;
    std::string_view text;
    std::string_view fallback = {};  // what holds when nothing is said
    std::vector<std::string_view> choices = {};
    bool is_required = false;
};

// Whether the value is of the option's kind. Columns are for those who know the table.
bool fits(const OptionRule& rule, std::string_view value);

// "a whole number above 0", "one of ALL, EXCEPT_KEY"
std::string wanted_text(const OptionRule& rule);

// The choice that was likely meant.
std::optional<std::string> likely_choice(const OptionRule& rule, std::string_view value);

bool is_equal_ignoring_case(std::string_view left, std::string_view right);

}  // namespace tarn::sql
