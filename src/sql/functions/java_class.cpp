#include "sql/functions/java_class.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "sql/functions/characters.hpp"

namespace tarn::sql {
namespace {

constexpr int ClassNestingMax = 50;
constexpr std::string_view AnyCharacter = "(?s:.)";

struct NamedClass {
    std::string_view name;
    std::string_view items;
    std::string_view others;  // the items of the complement
};

constexpr auto NamedClasses = std::to_array<NamedClass>({
    {"Lower", "a-z", R"(\x{0}-\x{60}\x{7B}-\x{10FFFF})"},
    {"Upper", "A-Z", R"(\x{0}-\x{40}\x{5B}-\x{10FFFF})"},
    {"ASCII", R"(\x{0}-\x{7F})", R"(\x{80}-\x{10FFFF})"},
    {"Alpha", "a-zA-Z", R"(\x{0}-\x{40}\x{5B}-\x{60}\x{7B}-\x{10FFFF})"},
    {"Digit", "0-9", R"(\x{0}-\x{2F}\x{3A}-\x{10FFFF})"},
    {"Alnum", "a-zA-Z0-9", R"(\x{0}-\x{2F}\x{3A}-\x{40}\x{5B}-\x{60}\x{7B}-\x{10FFFF})"},
    {"Punct", R"(\x{21}-\x{2F}\x{3A}-\x{40}\x{5B}-\x{60}\x{7B}-\x{7E})",
     R"(\x{0}-\x{20}0-9A-Za-z\x{7F}-\x{10FFFF})"},
    {"Graph", R"(\x{21}-\x{7E})", R"(\x{0}-\x{20}\x{7F}-\x{10FFFF})"},
    {"Print", R"(\x{20}-\x{7E})", R"(\x{0}-\x{1F}\x{7F}-\x{10FFFF})"},
    {"Blank", R"(\x{20}\x{9})", R"(\x{0}-\x{8}\x{A}-\x{1F}\x{21}-\x{10FFFF})"},
    {"Cntrl", R"(\x{0}-\x{1F}\x{7F})", R"(\x{20}-\x{7E}\x{80}-\x{10FFFF})"},
    {"XDigit", "0-9a-fA-F", R"(\x{0}-\x{2F}\x{3A}-\x{40}G-\x{60}g-\x{10FFFF})"},
    {"Space", R"(\x{9}-\x{D}\x{20})", R"(\x{0}-\x{8}\x{E}-\x{1F}\x{21}-\x{10FFFF})"},
    {"javaLowerCase", R"(\p{Ll})", R"(\P{Ll})"},
    {"javaUpperCase", R"(\p{Lu})", R"(\P{Lu})"},
    {"javaAlphabetic", R"(\p{Alphabetic})", R"(\P{Alphabetic})"},
    {"javaLetter", R"(\p{L})", R"(\P{L})"},
    {"javaDigit", R"(\p{Nd})", R"(\P{Nd})"},
    {"javaLetterOrDigit", R"(\p{L}\p{Nd})", R"([^\p{L}\p{Nd}])"},
    {"InBasicLatin", R"(\x{0}-\x{7F})", R"(\x{80}-\x{10FFFF})"},
    {"InBASIC_LATIN", R"(\x{0}-\x{7F})", R"(\x{80}-\x{10FFFF})"},
    {"InGreek", R"(\x{370}-\x{3FF})", R"(\x{0}-\x{36F}\x{400}-\x{10FFFF})"},
    {"InCyrillic", R"(\x{400}-\x{4FF})", R"(\x{0}-\x{3FF}\x{500}-\x{10FFFF})"},
    {"InHebrew", R"(\x{590}-\x{5FF})", R"(\x{0}-\x{58F}\x{600}-\x{10FFFF})"},
    {"InArabic", R"(\x{600}-\x{6FF})", R"(\x{0}-\x{5FF}\x{700}-\x{10FFFF})"},
    {"InHiragana", R"(\x{3040}-\x{309F})", R"(\x{0}-\x{303F}\x{30A0}-\x{10FFFF})"},
    {"InKatakana", R"(\x{30A0}-\x{30FF})", R"(\x{0}-\x{309F}\x{3100}-\x{10FFFF})"},
});

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

char32_t taken_hex(PatternCursor& cursor, size_t digits_min, size_t digits_max) {
    char32_t value = 0;
    size_t digits = 0;
    for (; digits < digits_max && is_hex(cursor.peek()); ++digits, ++cursor.at) {
        char c = cursor.peek();
        int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
        value = value << 4 | static_cast<char32_t>(digit);
    }
    if (digits < digits_min) refuse_pattern("illegal hexadecimal escape", cursor.pattern);
    return value;
}

char32_t taken_utf16(PatternCursor& cursor) {
    char32_t first = taken_hex(cursor, 4, 4);
    bool is_pair = first >= 0xD800 && first < 0xDC00 && cursor.accept("\\u");
    if (!is_pair) return first;
    char32_t second = taken_hex(cursor, 4, 4);
    return 0x10000 + ((first & 0x3FF) << 10 | (second & 0x3FF));
}

char32_t taken_octal(PatternCursor& cursor) {
    char32_t value = 0;
    int digits = 0;
    for (; digits < 3 && cursor.peek() >= '0' && cursor.peek() <= '7'; ++digits) {
        auto digit = static_cast<char32_t>(cursor.peek() - '0');
        if (value * 8 + digit > 0377) break;
        value = value * 8 + digit;
        ++cursor.at;
    }
    if (digits == 0) refuse_pattern("illegal octal escape", cursor.pattern);
    return value;
}

// A class while it is read: what can stand in one pair of brackets, and what has to stand as an
// alternative of its own.
struct ClassParts {
    std::string items;
    std::vector<std::string> alternatives;

    std::string text() const {
        if (alternatives.empty()) return "[" + items + "]";
        std::string out = "(?:";
        if (!items.empty()) out += "[" + items + "]|";
        for (const std::string& alternative : alternatives) out += alternative + "|";
        out.back() = ')';
        return out;
    }
    bool is_empty() const { return items.empty() && alternatives.empty(); }
};

class ClassReader {
public:
    explicit ClassReader(PatternCursor& cursor) : cursor_(cursor) {}

    // What stands between brackets, the first of which is read already.
    ClassParts read(int depth) {
        if (depth > ClassNestingMax) refuse_pattern("classes nested too deep", cursor_.pattern);
        bool is_negated = cursor_.accept("^");
        std::vector<ClassParts> intersected(1);
        for (bool is_first = true;; is_first = false) {
            if (cursor_.is_done()) refuse_pattern("unclosed character class", cursor_.pattern);
            bool is_within = !intersected.front().is_empty() || intersected.size() > 1;
            if (cursor_.peek() == ']' && is_within && !is_first) break;
            if (cursor_.accept("&&")) {
                while (cursor_.accept("&")) {
                }
                if (intersected.back().is_empty() && intersected.size() > 1) continue;
                intersected.emplace_back();
            } else if (cursor_.accept("[")) {
                add(intersected.back(), read(depth + 1));
            } else {
                item(intersected.back());
            }
        }
        ++cursor_.at;
        if (intersected.back().is_empty()) intersected.pop_back();
        return combined(std::move(intersected), is_negated);
    }

private:
    static void add(ClassParts& parts, ClassParts nested) {
        parts.items += nested.items;
        for (std::string& each : nested.alternatives) parts.alternatives.push_back(std::move(each));
    }

    static ClassParts combined(std::vector<ClassParts> intersected, bool is_negated) {
        if (intersected.size() == 1) {
            ClassParts& only = intersected.front();
            if (!is_negated) return std::move(only);
            std::string text = only.alternatives.empty()
                                   ? "[^" + only.items + "]"
                                   : fmt::format("(?:(?!{}){})", only.text(), AnyCharacter);
            return {{}, {std::move(text)}};
        }
        std::string all;
        for (size_t i = 0; i + 1 < intersected.size(); ++i) {
            all += "(?=" + intersected[i].text() + ")";
        }
        all = "(?:" + all + intersected.back().text() + ")";
        if (is_negated) all = fmt::format("(?:(?!{}){})", all, AnyCharacter);
        return {{}, {std::move(all)}};
    }

    void item(ClassParts& parts) {
        std::optional<char32_t> first = character(parts);
        if (!first) return;
        bool is_range = cursor_.peek() == '-' && cursor_.peek(1) != ']' && cursor_.peek(1) != '[';
        if (!is_range) return append_literal(parts.items, *first);
        ++cursor_.at;
        ClassParts ignored;
        std::optional<char32_t> last = character(ignored);
        if (!last || *last < *first) {
            refuse_pattern("illegal character range", cursor_.pattern);
        }
        append_literal(parts.items, *first);
        parts.items += '-';
        append_literal(parts.items, *last);
    }

    // Nothing for what is a class of its own, which is added to the parts.
    std::optional<char32_t> character(ClassParts& parts) {
        if (cursor_.is_done()) refuse_pattern("unclosed character class", cursor_.pattern);
        if (is_quoted_) return quoted(parts);
        if (cursor_.peek() != '\\') return cursor_.take_character();
        ++cursor_.at;
        if (auto escaped = escaped_character(cursor_)) return escaped;
        char letter = cursor_.peek();
        ++cursor_.at;
        if (letter == 'Q') {
            is_quoted_ = true;
            return quoted(parts);
        }
        if (letter == 'p' || letter == 'P') {
            std::string items = property_items(cursor_, letter == 'P');
            if (items.starts_with('[')) {
                parts.alternatives.push_back(std::move(items));
            } else {
                parts.items += items;
            }
        } else if (std::string_view("dDwWsShHvV").find(letter) != std::string_view::npos) {
            parts.items += {'\\', letter};
        } else {
            refuse_pattern("illegal escape in a character class", cursor_.pattern);
        }
        return std::nullopt;
    }

    std::optional<char32_t> quoted(ClassParts&) {
        if (cursor_.accept("\\E")) {
            is_quoted_ = false;
            return std::nullopt;
        }
        if (cursor_.is_done()) refuse_pattern("unclosed character class", cursor_.pattern);
        return cursor_.take_character();
    }

    PatternCursor& cursor_;
    bool is_quoted_ = false;
};

std::string taken_property_name(PatternCursor& cursor) {
    if (cursor.is_done()) refuse_pattern("\\p without a name", cursor.pattern);
    if (!cursor.accept("{")) return std::string(1, cursor.pattern[cursor.at++]);
    size_t end = cursor.pattern.find('}', cursor.at);
    if (end == std::string_view::npos || end == cursor.at) {
        refuse_pattern("\\p without a name", cursor.pattern);
    }
    std::string name(cursor.pattern.substr(cursor.at, end - cursor.at));
    cursor.at = end + 1;
    return name;
}

}  // namespace

void refuse_pattern(std::string_view what, std::string_view pattern) {
    throw Error(ErrorCode::InvalidInput, "{} in the pattern {}", what, pattern);
}

bool PatternCursor::accept(std::string_view text) {
    if (!pattern.substr(std::min(at, pattern.size())).starts_with(text)) return false;
    at += text.size();
    return true;
}

char32_t PatternCursor::take_character() {
    std::string_view rest = pattern.substr(at);
    char32_t character = sql::take_character(rest);
    at = pattern.size() - rest.size();
    return character;
}

std::optional<char32_t> escaped_character(PatternCursor& cursor) {
    char next = cursor.peek();
    if (cursor.is_done()) refuse_pattern("a lonely backslash", cursor.pattern);
    if (!is_letter(next) && !(next >= '0' && next <= '9')) return cursor.take_character();
    auto one = [&](char32_t character) {
        ++cursor.at;
        return character;
    };
    switch (next) {
        case 't':
            return one('\t');
        case 'n':
            return one('\n');
        case 'r':
            return one('\r');
        case 'f':
            return one('\f');
        case 'a':
            return one('\a');
        case 'e':
            return one(0x1B);
        case '0':
            ++cursor.at;
            return taken_octal(cursor);
        case 'u':
            ++cursor.at;
            return taken_utf16(cursor);
        case 'x': {
            ++cursor.at;
            if (!cursor.accept("{")) return taken_hex(cursor, 2, 2);
            char32_t value = taken_hex(cursor, 1, 6);
            if (!cursor.accept("}") || value > 0x10FFFF) {
                refuse_pattern("illegal hexadecimal escape", cursor.pattern);
            }
            return value;
        }
        case 'c':
            ++cursor.at;
            if (cursor.is_done()) refuse_pattern("illegal control escape", cursor.pattern);
            return cursor.take_character() ^ 64;
        default:
            return std::nullopt;
    }
}

std::string property_items(PatternCursor& cursor, bool is_negated) {
    std::string name = taken_property_name(cursor);
    for (std::string_view prefix : {"block=", "blk="}) {
        if (name.starts_with(prefix)) name = "In" + name.substr(prefix.size());
    }
    auto found = std::ranges::find(NamedClasses, name, &NamedClass::name);
    if (found != NamedClasses.end()) {
        return std::string(is_negated ? found->others : found->items);
    }
    if (name.starts_with("In")) {
        throw UnsupportedPattern("the block " + name, cursor.pattern);
    }
    for (std::string_view prefix : {"Is", "script=", "sc=", "general_category=", "gc="}) {
        if (name.starts_with(prefix)) name.erase(0, prefix.size());
    }
    bool is_plain =
        std::ranges::all_of(name, [](char c) { return is_letter(c) || c == '_' || c == ' '; });
    if (!is_plain || name.empty()) refuse_pattern("an unknown property", cursor.pattern);
    return fmt::format("\\{}{{{}}}", is_negated ? 'P' : 'p', name);
}

void append_literal(std::string& out, char32_t character) {
    bool is_plain = character < 0x80 && (is_letter(static_cast<char>(character)) ||
                                         (character >= '0' && character <= '9'));
    if (is_plain) {
        out += static_cast<char>(character);
    } else {
        fmt::format_to(std::back_inserter(out), "\\x{{{:X}}}", static_cast<uint32_t>(character));
    }
}

std::string translated_class(PatternCursor& cursor) {
    return ClassReader(cursor).read(0).text();
}

}  // namespace tarn::sql
