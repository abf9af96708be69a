// Regular expressions, Java's dialect.
#include "sql/functions/characters.hpp"
#include "sql/functions/pattern.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/functions/text_types.hpp"
#include "sql/functions/topics.hpp"

namespace tarn::sql {
namespace {

using Text = std::string_view;

// A pattern keeps its matches in itself, and a thread computes one call at a time.
PatternCache& thread_patterns() {
    thread_local PatternCache cache;
    return cache;
}

// Flink takes neither an empty pattern nor a faulty one for an error.
bool has_match(Text text, Text java) {
    Pattern* pattern = java.empty() ? nullptr : thread_patterns().find(java);
    return pattern && pattern->find(text);
}

std::optional<Text> extracted_group(Text text, Text java, int32_t group) {
    Pattern* pattern = thread_patterns().find(java);
    if (!pattern || group < 0 || group > pattern->group_count()) return std::nullopt;
    if (!pattern->find(text)) return std::nullopt;
    return pattern->group(group);
}

std::optional<Text> extracted(Text text, Text java) {
    return extracted_group(text, java, 0);
}

// What is put in means itself: $1 names no group here.
bool write_regex_replaced(std::string& out, Text text, Text java, Text by) {
    Pattern* pattern = thread_patterns().find(java);
    if (!pattern) return false;
    size_t copied = 0;
    for (size_t from = 0; from <= text.size() && pattern->find(text, from);) {
        out += text.substr(copied, pattern->begin() - copied);
        out += by;
        copied = pattern->end();
        from = pattern->end();
        // Behind an empty match the search goes on with the next character.
        if (pattern->begin() == pattern->end()) {
            from += from < text.size() ? bytes_of_character(text[from]) : 1;
        }
    }
    out += text.substr(copied);
    return true;
}

// Flink takes the result to be NULL only where an argument may be; a faulty pattern makes it NULL
// all the same.
std::optional<Signature> replacing(Arguments arguments) {
    auto signature = scalar(write_regex_replaced)(arguments);
    if (signature) signature->result = nullable_as(signature->result, arguments);
    return signature;
}

}  // namespace

std::vector<Function> regex_functions() {
    return {
        {"REGEXP", Topic::Text, "REGEXP(text, pattern)",
         "Whether some piece of the text matches the pattern. An empty or faulty one matches "
         "nothing.",
         "REGEXP('hello', 'l+o$') → TRUE", scalar(has_match)},
        {"REGEXP_EXTRACT", Topic::Text, "REGEXP_EXTRACT(text, pattern[, group])",
         "The first match, or one of its groups. NULL when there is none.",
         "REGEXP_EXTRACT('id=42;', 'id=(\\d+)', 1) → '42'",
         with_type(with_null(one_of({scalar(extracted), scalar(extracted_group)}), true),
                   [](Arguments) { return string_type(); })},
        {"REGEXP_REPLACE", Topic::Text, "REGEXP_REPLACE(text, pattern, by)",
         "The text with another in the place of each match. NULL for a faulty pattern.",
         "REGEXP_REPLACE('foobar', 'oo|ar', '-') → 'f-b-'", replacing},
    };
}

}  // namespace tarn::sql
