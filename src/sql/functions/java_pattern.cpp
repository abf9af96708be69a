#include "sql/functions/java_pattern.hpp"

#include <vector>

#include "sql/functions/java_class.hpp"

namespace tarn::sql {
namespace {

// All but what ends a line in Java.
constexpr std::string_view DotItems = R"([^\n\r\x{85}\x{2028}\x{2029}])";

struct Flags {
    bool is_caseless = false;
    bool is_unicode_caseless = false;
    bool takes_newlines = false;
    bool has_unix_lines = false;
    bool has_comments = false;
};

class Translator {
public:
    explicit Translator(std::string_view java) : cursor_{java} {}

    TranslatedPattern translated() {
        while (!cursor_.is_done()) piece();
        return std::move(out_);
    }

private:
    void piece() {
        char next = cursor_.peek();
        if (flags_.has_comments && skip_comment()) return;
        ++cursor_.at;
        switch (next) {
            case '\\':
                return escape();
            case '[':
                return void(out_.text += translated_class(cursor_));
            case '(':
                return open();
            case ')':
                return close();
            case '.':
                return dot();
            case '{':
                return bounds();
            case '*':
            case '+':
            case '?':
            case '|':
            case '^':
            case '$':
                return void(out_.text += next);
            default:
                --cursor_.at;
                return literal(cursor_.take_character());
        }
    }

    bool skip_comment() {
        char next = cursor_.peek();
        if (next == '#') {
            while (!cursor_.is_done() && cursor_.peek() != '\n') ++cursor_.at;
            return true;
        }
        bool is_blank = next == ' ' || (next >= '\t' && next <= '\r');
        cursor_.at += is_blank;
        return is_blank;
    }

    // Java's (?i) knows ASCII only, unless (?u) stands with it.
    void literal(char32_t character) {
        bool is_exact = character >= 0x80 && flags_.is_caseless && !flags_.is_unicode_caseless;
        if (is_exact) out_.text += "(?-i:";
        append_literal(out_.text, character);
        if (is_exact) out_.text += ')';
    }

    void dot() {
        out_.text += flags_.takes_newlines ? "(?s:.)" : flags_.has_unix_lines ? "[^\\n]" : DotItems;
    }

    // A brace that begins no count is refused by Java, and plain text to PCRE2.
    void bounds() {
        size_t begin = cursor_.at;
        auto digits = [&] {
            size_t first = cursor_.at;
            while (cursor_.peek() >= '0' && cursor_.peek() <= '9') ++cursor_.at;
            return cursor_.at > first;
        };
        bool is_sound = digits();
        if (is_sound && cursor_.accept(",")) digits();
        if (!is_sound || !cursor_.accept("}")) {
            refuse_pattern("illegal repetition", cursor_.pattern);
        }
        out_.text += '{';
        out_.text += cursor_.pattern.substr(begin, cursor_.at - begin);
    }

    // --- groups

    void open() {
        outer_flags_.push_back(flags_);
        if (!cursor_.accept("?")) {
            if (cursor_.peek() == '*') refuse_pattern("dangling *", cursor_.pattern);
            ++groups_;
            out_.text += '(';
            return;
        }
        for (std::string_view kind : {":", "=", "!", ">", "<=", "<!"}) {
            if (cursor_.accept(kind)) {
                out_.text += "(?";
                out_.text += kind;
                return;
            }
        }
        cursor_.accept("<") ? named_group() : inline_flags();
    }

    void named_group() {
        ++groups_;
        size_t end = cursor_.pattern.find('>', cursor_.at);
        if (end == std::string_view::npos) refuse_pattern("unclosed name", cursor_.pattern);
        std::string_view name = cursor_.pattern.substr(cursor_.at, end - cursor_.at);
        for (char c : name) {
            bool is_sound =
                (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!is_sound) refuse_pattern("illegal name of a group", cursor_.pattern);
        }
        out_.text += "(?<";
        out_.text += name;
        out_.text += '>';
        cursor_.at = end + 1;
    }

    // (?i) up to the end of the group, (?i:…) for one of its own.
    void inline_flags() {
        std::string on;
        std::string off;
        bool is_on = true;
        while (cursor_.peek() != ')' && cursor_.peek() != ':') {
            char flag = cursor_.peek();
            ++cursor_.at;
            switch (flag) {
                case '-':
                    is_on = false;
                    break;
                case 'i':
                    flags_.is_caseless = is_on;
                    break;
                case 'u':
                    flags_.is_unicode_caseless = is_on;
                    break;
                case 's':
                    flags_.takes_newlines = is_on;
                    break;
                case 'd':
                    flags_.has_unix_lines = is_on;
                    break;
                case 'x':
                    flags_.has_comments = is_on;
                    break;
                case 'U':
                    out_.has_unicode_classes = true;
                    break;
                case 'm':
                    break;
                default:
                    refuse_pattern("an unknown kind of group", cursor_.pattern);
            }
            if (flag == 'i' || flag == 'm') (is_on ? on : off) += flag;
        }
        out_.text += "(?" + on + (off.empty() ? "" : "-" + off);
        if (cursor_.accept(")")) {
            out_.text += ')';
            outer_flags_.pop_back();
        } else {
            cursor_.accept(":");
            out_.text += ':';
        }
    }

    void close() {
        out_.text += ')';
        if (outer_flags_.empty()) refuse_pattern("unmatched closing )", cursor_.pattern);
        flags_ = outer_flags_.back();
        outer_flags_.pop_back();
    }

    // --- what begins with a backslash

    void escape() {
        char letter = cursor_.peek();
        if (auto character = escaped_character(cursor_)) return literal(*character);
        if (letter >= '1' && letter <= '9') return back_reference();
        ++cursor_.at;
        switch (letter) {
            case 'Q':
                return quotation();
            case 'p':
            case 'P':
                return property(letter == 'P');
            case 'k':
                return named_reference();
            case 'b':
                if (cursor_.peek() == '{') {
                    throw UnsupportedPattern("\\b{g}", cursor_.pattern);
                }
                break;
            default: {
                constexpr std::string_view SameLetters = "dDwWsShHvVBAGZzRX";
                if (SameLetters.find(letter) == std::string_view::npos) {
                    refuse_pattern("illegal or unsupported escape", cursor_.pattern);
                }
            }
        }
        out_.text += {'\\', letter};
    }

    // As many digits as still name a group that has begun; the rest is text.
    void back_reference() {
        int number = cursor_.peek() - '0';
        ++cursor_.at;
        while (cursor_.peek() >= '0' && cursor_.peek() <= '9' &&
               number * 10 + cursor_.peek() - '0' <= groups_) {
            number = number * 10 + cursor_.peek() - '0';
            ++cursor_.at;
        }
        // A group that is not there matches nothing.
        out_.text += number > groups_ ? "(?!)" : "\\g{" + std::to_string(number) + "}";
    }

    void named_reference() {
        size_t end = cursor_.pattern.find('>', cursor_.at);
        if (!cursor_.accept("<") || end == std::string_view::npos) {
            refuse_pattern("\\k without a name", cursor_.pattern);
        }
        out_.text += "\\k<";
        out_.text += cursor_.pattern.substr(cursor_.at, end + 1 - cursor_.at);
        cursor_.at = end + 1;
    }

    void property(bool is_negated) {
        std::string items = property_items(cursor_, is_negated);
        out_.text += items.starts_with('[') ? items : "[" + items + "]";
    }

    void quotation() {
        while (!cursor_.is_done() && !cursor_.accept("\\E")) literal(cursor_.take_character());
    }

    PatternCursor cursor_;
    TranslatedPattern out_;
    Flags flags_;
    std::vector<Flags> outer_flags_;
    int groups_ = 0;
};

}  // namespace

TranslatedPattern translated_pattern(std::string_view java) {
    return Translator(java).translated();
}

}  // namespace tarn::sql
