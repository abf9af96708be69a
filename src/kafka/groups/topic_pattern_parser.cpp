#include "kafka/groups/topic_pattern_parser.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <span>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace tarn::kafka {
namespace {

using Characters = TopicPattern::Characters;
using Place = TopicPattern::Place;
using Kind = PatternNode::Kind;

// RE2's own bounds.
constexpr int RepeatMax = 1000;
constexpr int DepthMax = 250;
constexpr size_t PatternBytesMax = 10'000;
constexpr char32_t CharacterMax = 0x10FFFF;

template <typename Claim>
Characters those(Claim claim) {
    Characters found;
    for (size_t i = 0; i < found.size(); ++i) found[i] = claim(static_cast<int>(i));
    return found;
}

bool is_word(int c) {
    return std::isalnum(c) || c == '_';
}
bool is_space(int c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

struct NamedCharacters {
    std::string_view name;
    bool (*claim)(int);
};

constexpr NamedCharacters Posix[] = {
    {"alnum", [](int c) { return std::isalnum(c) != 0; }},
    {"alpha", [](int c) { return std::isalpha(c) != 0; }},
    {"ascii", [](int) { return true; }},
    {"blank", [](int c) { return c == ' ' || c == '\t'; }},
    {"cntrl", [](int c) { return std::iscntrl(c) != 0; }},
    {"digit", [](int c) { return std::isdigit(c) != 0; }},
    {"graph", [](int c) { return std::isgraph(c) != 0; }},
    {"lower", [](int c) { return std::islower(c) != 0; }},
    {"print", [](int c) { return std::isprint(c) != 0; }},
    {"punct", [](int c) { return std::ispunct(c) != 0; }},
    {"space", [](int c) { return std::isspace(c) != 0; }},
    {"upper", [](int c) { return std::isupper(c) != 0; }},
    {"word", is_word},
    {"xdigit", [](int c) { return std::isxdigit(c) != 0; }},
};

// Those of Unicode's classes that a name of a topic can have a character of.
constexpr NamedCharacters Unicode[] = {
    {"Any", [](int) { return true; }},
    {"L", [](int c) { return std::isalpha(c) != 0; }},
    {"Latin", [](int c) { return std::isalpha(c) != 0; }},
    {"Ll", [](int c) { return std::islower(c) != 0; }},
    {"Lu", [](int c) { return std::isupper(c) != 0; }},
    {"N", [](int c) { return std::isdigit(c) != 0; }},
    {"Nd", [](int c) { return std::isdigit(c) != 0; }},
    {"P", [](int c) { return c == '_' || c == '-' || c == '.'; }},
    {"Pc", [](int c) { return c == '_'; }},
    {"Pd", [](int c) { return c == '-'; }},
    {"Po", [](int c) { return c == '.'; }},
};

std::optional<Characters> find_named(std::span<const NamedCharacters> list, std::string_view name) {
    auto found = std::ranges::find(list, name, &NamedCharacters::name);
    if (found == list.end()) return std::nullopt;
    return those(found->claim);
}

Characters with_other_case(const Characters& characters) {
    Characters both = characters;
    for (int c = 'a'; c <= 'z'; ++c) {
        auto lower = static_cast<size_t>(c);
        auto upper = static_cast<size_t>(std::toupper(c));
        both[lower] = both[upper] = characters[lower] || characters[upper];
    }
    return both;
}

// What (?i) and the like switch, from where they stand to the end of their group.
struct Flags {
    bool ignores_case = false;
    bool dot_takes_newline = false;
};

class Parser {
public:
    explicit Parser(std::string_view pattern) : pattern_(pattern) {}

    PatternNode whole() {
        if (pattern_.size() > PatternBytesMax) fail("is too long");
        Flags flags;
        PatternNode root = choice(flags);
        if (!is_at_end()) fail("has a ) without its (");
        return root;
    }

private:
    PatternNode choice(Flags flags) {
        if (++depth_ > DepthMax) fail("is nested too deeply");
        PatternNode node{.kind = Kind::Choice};
        do {
            node.children.push_back(sequence(flags));
        } while (take_if('|'));
        --depth_;
        if (node.children.size() == 1) return std::move(node.children[0]);
        return node;
    }

    PatternNode sequence(Flags& flags) {
        PatternNode node{.kind = Kind::Sequence};
        while (!is_at_end() && peek() != '|' && peek() != ')') {
            if (take_if("\\Q")) {
                quoted(flags, node);
            } else if (auto next = atom(flags)) {
                node.children.push_back(repeated(std::move(*next)));
            }
        }
        return node;
    }

    // Literally up to \E or the end; only the last character can be repeated.
    void quoted(const Flags& flags, PatternNode& node) {
        bool has_some = false;
        while (!is_at_end() && !take_if("\\E")) {
            node.children.push_back(literal(flags, character()));
            has_some = true;
        }
        if (!has_some) return;
        PatternNode last = std::move(node.children.back());
        node.children.back() = repeated(std::move(last));
    }

    // Nothing where there are only flags.
    std::optional<PatternNode> atom(Flags& flags) {
        switch (peek()) {
            case '(':
                return group(flags);
            case '[':
                return take_node(bracketed(flags));
            case '.': {
                ++at_;
                return take_node(
                    those([&](int c) { return flags.dot_takes_newline || c != '\n'; }));
            }
            case '^':
                ++at_;
                return PatternNode{.kind = Kind::Check, .place = Place::Begin};
            case '$':
                ++at_;
                return PatternNode{.kind = Kind::Check, .place = Place::End};
            case '*':
            case '+':
            case '?':
                fail("repeats nothing");
            case '\\':
                return escaped(flags);
            default:
                return literal(flags, character());
        }
    }

    std::optional<PatternNode> group(Flags& flags) {
        ++at_;
        Flags inside = flags;
        if (take_if("?P<") || take_if("?<")) {
            if (take_if('=') || take_if('!')) fail("looks behind, which RE2 does not");
            group_name();
        } else if (take_if('?')) {
            bool is_group = switched(inside);
            if (!is_group) {
                flags = inside;
                return std::nullopt;
            }
        }
        PatternNode node = choice(inside);
        if (!take_if(')')) fail("has a ( without its )");
        return node;
    }

    void group_name() {
        size_t begin = at_;
        while (!is_at_end() && is_word(static_cast<unsigned char>(peek()))) ++at_;
        if (at_ == begin || !take_if('>')) fail("has a group whose name is none");
    }

    // The flags behind "(?"; true where a group follows them.
    bool switched(Flags& flags) {
        bool value = true;
        while (!is_at_end()) {
            switch (pattern_[at_++]) {
                case ':':
                    return true;
                case ')':
                    return false;
                case '-':
                    value = false;
                    break;
                case 'i':
                    flags.ignores_case = value;
                    break;
                case 's':
                    flags.dot_takes_newline = value;
                    break;
                case 'm':  // names have one line
                case 'U':  // the whole name counts, however greedy
                    break;
                default:
                    fail("has a (? that RE2 does not know");
            }
        }
        fail("has a ( without its )");
    }

    PatternNode escaped(const Flags& flags) {
        if (take_if("\\A")) return {.kind = Kind::Check, .place = Place::Begin};
        if (take_if("\\z")) return {.kind = Kind::Check, .place = Place::End};
        if (take_if("\\b")) return {.kind = Kind::Check, .place = Place::WordBoundary};
        if (take_if("\\B")) return {.kind = Kind::Check, .place = Place::NoWordBoundary};
        if (auto named = named_characters(flags)) return take_node(*named);
        ++at_;
        return literal(flags, escaped_character());
    }

    // \d, \W, \pL, \P{Latin}: nothing where something else stands.
    std::optional<Characters> named_characters(const Flags& flags) {
        if (rest().size() < 2 || rest()[0] != '\\') return std::nullopt;
        char letter = rest()[1];
        bool is_negated = std::isupper(static_cast<unsigned char>(letter)) != 0;
        Characters found;
        switch (std::tolower(static_cast<unsigned char>(letter))) {
            case 'd':
                found = those([](int c) { return std::isdigit(c) != 0; });
                break;
            case 's':
                found = those(is_space);
                break;
            case 'w':
                found = those(is_word);
                break;
            case 'p':
                at_ += 2;
                return unicode_characters(flags, is_negated);
            default:
                return std::nullopt;
        }
        at_ += 2;
        return is_negated ? ~found : found;
    }

    Characters unicode_characters(const Flags& flags, bool is_negated) {
        std::string_view name = rest().substr(0, 1);
        size_t size = 1;
        if (name == "{") {
            size_t end = rest().find('}');
            if (end == std::string_view::npos) fail("has a \\p{ without its }");
            name = rest().substr(1, end - 1);
            size = end + 1;
        }
        if (name.starts_with('^')) {
            is_negated = !is_negated;
            name.remove_prefix(1);
        }
        auto found = find_named(Unicode, name);
        if (!found) fail("names a class of characters that is not known");
        at_ += size;
        Characters characters = folded(flags, *found);
        return is_negated ? ~characters : characters;
    }

    Characters bracketed(const Flags& flags) {
        ++at_;
        bool is_negated = take_if('^');
        Characters found;
        for (bool is_first = true; is_first || is_at_end() || peek() != ']'; is_first = false) {
            if (is_at_end()) fail("has a [ without its ]");
            if (auto named = posix_characters()) {
                found |= *named;
            } else if (auto perl = named_characters(flags)) {
                found |= *perl;
            } else {
                add_range(found, is_first);
            }
        }
        ++at_;
        found = folded(flags, found);
        return is_negated ? ~found : found;
    }

    std::optional<Characters> posix_characters() {
        if (!rest().starts_with("[:")) return std::nullopt;
        size_t end = rest().find(":]");
        if (end == std::string_view::npos) return std::nullopt;
        std::string_view name = rest().substr(2, end - 2);
        bool is_negated = name.starts_with('^');
        if (is_negated) name.remove_prefix(1);
        auto found = find_named(Posix, name);
        if (!found) fail("names a class of characters that is not known");
        at_ += end + 2;
        return is_negated ? ~*found : *found;
    }

    void add_range(Characters& found, bool is_first) {
        // RE2 takes a '-' in the middle for a mistake.
        bool is_last_minus = rest().starts_with("-]");
        if (peek() == '-' && !is_first && !is_last_minus) fail("has a range that is none");
        char32_t low = bracketed_character();
        char32_t high = low;
        if (rest().starts_with('-') && !rest().starts_with("-]")) {
            ++at_;
            high = bracketed_character();
            if (high < low) fail("has a range that is none");
        }
        for (char32_t c = low; c <= high && c < found.size(); ++c) found[c] = true;
    }

    char32_t bracketed_character() {
        if (is_at_end()) fail("has a [ without its ]");
        return take_if('\\') ? escaped_character() : character();
    }

    // What stands behind a backslash and is one character.
    char32_t escaped_character() {
        if (is_at_end()) fail("ends with a \\");
        char c = pattern_[at_];
        if (c == 'x') {
            ++at_;
            return hexadecimal();
        }
        if (c == '0' || (c >= '1' && c <= '7' && rest().size() > 1 && is_octal(rest()[1]))) {
            return octal();
        }
        constexpr std::string_view Letters = "afnrtv";
        constexpr std::string_view Controls = "\a\f\n\r\t\v";
        if (size_t index = Letters.find(c); index != std::string_view::npos) {
            ++at_;
            return static_cast<unsigned char>(Controls[index]);
        }
        if (static_cast<unsigned char>(c) >= 0x80 || std::isalnum(static_cast<unsigned char>(c))) {
            fail("has a \\ in front of what means nothing then");
        }
        ++at_;
        return static_cast<unsigned char>(c);
    }

    static bool is_octal(char c) { return c >= '0' && c <= '7'; }

    char32_t octal() {
        char32_t value = 0;
        for (int i = 0; i < 3 && !is_at_end() && is_octal(peek()); ++i) {
            value = value * 8 + static_cast<char32_t>(peek() - '0');
            ++at_;
        }
        return value;
    }

    char32_t hexadecimal() {
        std::string_view digits = rest().substr(0, 2);
        size_t size = 2;
        if (digits.starts_with('{')) {
            size_t end = rest().find('}');
            if (end == std::string_view::npos) fail("has a \\x{ without its }");
            digits = rest().substr(1, end - 1);
            size = end + 1;
        } else if (digits.size() < 2) {
            fail("has a \\x without its digits");
        }
        uint32_t value = 0;
        auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        bool is_number = error == std::errc() && end == digits.data() + digits.size();
        if (!is_number || value > CharacterMax) fail("has a \\x without its digits");
        at_ += size;
        return value;
    }

    PatternNode repeated(PatternNode body) {
        bool was_repeated = false;
        while (!is_at_end()) {
            int min = 0;
            int max = PatternNode::Unlimited;
            if (take_if('*')) {
            } else if (take_if('+')) {
                min = 1;
            } else if (take_if('?')) {
                max = 1;
            } else if (!counted(min, max)) {
                break;
            }
            if (was_repeated) fail("repeats a repetition");
            was_repeated = true;
            take_if('?');  // the whole name counts, however lazy
            PatternNode node{.kind = Kind::Repeat, .min = min, .max = max};
            node.children.push_back(std::move(body));
            body = std::move(node);
        }
        return body;
    }

    // {2}, {2,} or {2,5}; anything else is literal.
    bool counted(int& min, int& max) {
        if (!rest().starts_with('{')) return false;
        size_t end = rest().find('}');
        if (end == std::string_view::npos) return false;
        std::string_view inside = rest().substr(1, end - 1);
        size_t comma = inside.find(',');
        auto low = number(inside.substr(0, comma));
        if (!low) return false;
        min = max = *low;
        if (comma != std::string_view::npos) {
            std::string_view behind = inside.substr(comma + 1);
            auto high = number(behind);
            if (!high && !behind.empty()) return false;
            max = high.value_or(PatternNode::Unlimited);
        }
        bool is_wrong = max != PatternNode::Unlimited && max < min;
        if (min > RepeatMax || max > RepeatMax || is_wrong) fail("repeats a wrong number of times");
        at_ += end + 1;
        return true;
    }

    static std::optional<int> number(std::string_view digits) {
        bool all_are = std::ranges::all_of(
            digits, [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
        if (digits.empty() || !all_are) return std::nullopt;
        int value = RepeatMax + 1;  // where it is too long to be read
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return value;
    }

    static Characters folded(const Flags& flags, const Characters& characters) {
        return flags.ignores_case ? with_other_case(characters) : characters;
    }

    static PatternNode take_node(const Characters& characters) {
        return {.kind = Kind::Take, .characters = characters};
    }

    static PatternNode literal(const Flags& flags, char32_t c) {
        Characters one;
        if (c < one.size()) one[c] = true;
        return take_node(folded(flags, one));
    }

    // One character, which may be several bytes of UTF-8.
    char32_t character() {
        auto first = static_cast<unsigned char>(pattern_[at_++]);
        if (first < 0x80) return first;
        int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
        char32_t value = first & (0x3F >> more);
        for (; more > 0 && !is_at_end(); --more) {
            value = value << 6 | (static_cast<unsigned char>(pattern_[at_++]) & 0x3F);
        }
        return std::max<char32_t>(value, 0x80);
    }

    bool is_at_end() const { return at_ == pattern_.size(); }
    char peek() const { return pattern_[at_]; }
    std::string_view rest() const { return pattern_.substr(at_); }

    bool take_if(char c) { return take_if(std::string_view(&c, 1)); }
    bool take_if(std::string_view text) {
        if (!rest().starts_with(text)) return false;
        at_ += text.size();
        return true;
    }

    [[noreturn]] void fail(std::string_view what) const {
        throw Error(ErrorCode::InvalidInput, "the pattern {} at character {}", what, at_ + 1);
    }

    std::string_view pattern_;
    size_t at_ = 0;
    int depth_ = 0;
};

}  // namespace

PatternNode parse_pattern(std::string_view pattern) {
    return Parser(pattern).whole();
}

}  // namespace tarn::kafka
