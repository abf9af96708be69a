#include "sql/functions/json_path_text.hpp"

#include "base/error.hpp"

namespace tarn::sql {

size_t past_bracket(std::string_view text, size_t begin, bool may_have_patterns) {
    char open = text[begin];
    char close = open == '(' ? ')' : open == '[' ? ']' : '}';
    int inside = 0;
    for (size_t at = begin; at < text.size();) {
        char c = text[at];
        bool is_quote = c == '\'' || c == '"' || (c == '/' && may_have_patterns);
        at = is_quote ? past_quoted(text, at) : at + 1;
        if (c == open) ++inside;
        if (c == close && --inside == 0) return at;
    }
    throw Error(ErrorCode::InvalidInput, "the JSON path '{}' is wrong: {} is missing", text, close);
}

size_t past_quoted(std::string_view text, size_t begin) {
    for (size_t at = begin + 1; at < text.size(); ++at) {
        if (text[at] == text[begin]) return at + 1;
        if (text[at] == '\\') ++at;
    }
    throw Error(ErrorCode::InvalidInput, "the JSON path '{}' is wrong: {} is not closed", text,
                text[begin]);
}

}  // namespace tarn::sql
