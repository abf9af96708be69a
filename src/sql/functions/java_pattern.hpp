// Regular expressions of Java, as Flink's functions take them, in the words of PCRE2. What differs
// is translated: classes in classes and their intersections, \p{Alpha}, \0141, \u0061, what a dot
// leaves out. What Java refuses is refused, also where PCRE2 would give it a meaning.
#pragma once

#include <string>
#include <string_view>

namespace tarn::sql {

struct TranslatedPattern {
    std::string text;
    bool has_unicode_classes = false;  // \w, \d and the like mean all of Unicode: (?U)
};

// Throws InvalidInput for what is no pattern of Java's, and for what PCRE2 has no words for.
TranslatedPattern translated_pattern(std::string_view java);

}  // namespace tarn::sql
