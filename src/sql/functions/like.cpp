#include "sql/functions/like.hpp"

#include <algorithm>

#include "sql/functions/characters.hpp"
#include "sql/functions/pattern.hpp"
#include "sql/functions/scalar.hpp"

namespace tarn::sql {
namespace {

// A compiled pattern of LIKE. Those with nothing but % at their ends need no search by steps.
class LikePattern {
public:
    explicit LikePattern(std::string_view pattern, std::optional<char32_t> escape = {}) {
        read(pattern, escape);
        size_t any = static_cast<size_t>(std::ranges::count(pieces_, Kind::Any, &Piece::kind));
        bool has_one = std::ranges::count(pieces_, Kind::One, &Piece::kind) > 0;
        size_t texts = pieces_.size() - any;
        if (has_one || texts > 1) return;
        if (texts == 1) text_ = take_text();
        bool begins_any = !pieces_.empty() && pieces_.front().kind == Kind::Any;
        bool ends_any = !pieces_.empty() && pieces_.back().kind == Kind::Any;
        shape_ = any == 0                 ? Shape::Equal
                 : begins_any && ends_any ? Shape::Contained
                 : begins_any             ? Shape::End
                                          : Shape::Begin;
    }

    bool matches(std::string_view text) const {
        switch (shape_) {
            case Shape::Equal:
                return text == text_;
            case Shape::Begin:
                return text.starts_with(text_);
            case Shape::End:
                return text.ends_with(text_);
            case Shape::Contained:
                return text.find(text_) != std::string_view::npos;
            case Shape::Steps:
                break;
        }
        return matches_by_steps(text);
    }

private:
    enum class Kind { Text, One, Any };
    enum class Shape { Steps, Equal, Begin, End, Contained };
    struct Piece {
        Kind kind;
        std::string text = {};
    };

    void read(std::string_view pattern, std::optional<char32_t> escape) {
        std::string_view rest = pattern;
        for (int place = 0; !rest.empty(); ++place) {
            char32_t character = take_character(rest);
            if (character == escape) {
                int begin = place++;
                char32_t escaped = rest.empty() ? 0 : take_character(rest);
                if (escaped == 0 || (escaped != '%' && escaped != '_' && escaped != escape)) {
                    throw Error(ErrorCode::InvalidInput,
                                "after the escape at {} in '{}' there must be %, _ or another one",
                                begin, pattern);
                }
                add_text(escaped);
            } else if (character == '_') {
                pieces_.push_back({Kind::One});
            } else if (character == '%') {
                bool is_repeated = !pieces_.empty() && pieces_.back().kind == Kind::Any;
                if (!is_repeated) pieces_.push_back({Kind::Any});
            } else {
                add_text(character);
            }
        }
    }

    void add_text(char32_t character) {
        if (pieces_.empty() || pieces_.back().kind != Kind::Text) pieces_.push_back({Kind::Text});
        append_character(pieces_.back().text, character);
    }

    std::string take_text() const {
        return std::ranges::find(pieces_, Kind::Text, &Piece::kind)->text;
    }

    // As far as the pieces up to the next % are there; nothing when they are not.
    static std::optional<size_t> stepped(std::string_view text, size_t at, const Piece& piece) {
        if (piece.kind == Kind::Text) {
            bool is_there = text.substr(at).starts_with(piece.text);
            return is_there ? std::optional(at + piece.text.size()) : std::nullopt;
        }
        if (at >= text.size()) return std::nullopt;
        std::string_view rest = text.substr(at);
        char32_t character = take_character(rest);
        // Flink makes a dot of Java's of it, which takes no end of a line.
        constexpr std::u32string_view LineEnds = U"\n\r\u0085\u2028\u2029";
        if (LineEnds.find(character) != LineEnds.npos) return std::nullopt;
        return text.size() - rest.size();
    }

    // Where the last % may still take more, the search goes back to it and no further.
    bool matches_by_steps(std::string_view text) const {
        size_t at = 0;
        size_t piece = 0;
        std::optional<size_t> after_any;
        size_t any_end = 0;
        while (true) {
            if (piece == pieces_.size() && at == text.size()) return true;
            if (piece < pieces_.size() && pieces_[piece].kind == Kind::Any) {
                after_any = ++piece;
                any_end = at;
                if (piece == pieces_.size()) return true;
                continue;
            }
            auto next = piece < pieces_.size() ? stepped(text, at, pieces_[piece]) : std::nullopt;
            if (next) {
                at = *next;
                ++piece;
                continue;
            }
            if (!after_any || any_end >= text.size()) return false;
            any_end += bytes_of_character(text[any_end]);
            any_end = std::min(any_end, text.size());
            at = any_end;
            piece = *after_any;
        }
    }

    Shape shape_ = Shape::Steps;
    std::string text_;
    std::vector<Piece> pieces_;
};

std::optional<char32_t> escape_character(std::string_view escape) {
    std::string_view rest = escape;
    char32_t character = rest.empty() ? 0 : take_character(rest);
    if (escape.empty() || !rest.empty()) {
        throw Error(ErrorCode::InvalidInput, "an escape is one character, not '{}'", escape);
    }
    return character;
}

// `test(row, text, pattern, escape)` of all rows without NULLs; the escape is empty when there is
// none.
template <typename Test>
Column matched(const KernelCall& call, Test test) {
    Reader<std::string_view> texts(call.arguments[0]);
    Reader<std::string_view> patterns(call.arguments[1]);
    std::optional<Reader<std::string_view>> escapes;
    if (call.arguments.size() > 2) escapes.emplace(call.arguments[2]);
    bool is_constant = all_constant(call.arguments);
    int64_t rows = is_constant ? 1 : call.rows;
    Writer<bool> writer(call.type, rows);
    int64_t row = 0;
    try {
        for (; row < rows; ++row) {
            bool is_null =
                texts.is_null(row) || patterns.is_null(row) || (escapes && escapes->is_null(row));
            if (is_null) {
                writer.append_null();
                continue;
            }
            std::optional<char32_t> escape;
            if (escapes) escape = escape_character((*escapes)[row]);
            writer.append(test(texts[row], patterns[row], escape));
        }
    } catch (const Error& error) {
        throw RowError(row, error.what());
    }
    Column result = writer.finish();
    result.is_constant = is_constant;
    return result;
}

Column like(const KernelCall& call) {
    bool is_pattern_constant = call.arguments[1].is_constant;
    bool has_escape = call.arguments.size() > 2;
    std::optional<LikePattern> known;
    std::string known_text;
    std::optional<char32_t> known_escape;
    return matched(
        call, [&](std::string_view text, std::string_view pattern, std::optional<char32_t> escape) {
            // Flink's check of constant patterns finds nothing to check in an empty one.
            if (is_pattern_constant && pattern.empty() && !has_escape) return true;
            if (!known || known_text != pattern || known_escape != escape) {
                known.emplace(pattern, escape);
                known_text = pattern;
                known_escape = escape;
            }
            return known->matches(text);
        });
}

// --- SIMILAR TO

constexpr std::string_view SimilarSpecials = "[]()|^-+*_%?{}";

struct NamedItems {
    std::string_view name;
    std::string_view items;
};

constexpr NamedItems SimilarClasses[] = {
    {"[:ALPHA:]", "\\p{Alpha}"}, {"[:alpha:]", "\\p{Alpha}"}, {"[:UPPER:]", "\\p{Upper}"},
    {"[:upper:]", "\\p{Upper}"}, {"[:LOWER:]", "\\p{Lower}"}, {"[:lower:]", "\\p{Lower}"},
    {"[:DIGIT:]", "\\d"},        {"[:digit:]", "\\d"},        {"[:SPACE:]", " "},
    {"[:space:]", " "},          {"[:WHITESPACE:]", "\\s"},   {"[:whitespace:]", "\\s"},
    {"[:ALNUM:]", "\\p{Alnum}"}, {"[:alnum:]", "\\p{Alnum}"},
};

// From a pattern of SIMILAR TO to one of Java's.
class SimilarTranslator {
public:
    SimilarTranslator(std::string_view pattern, std::optional<char32_t> escape)
        : pattern_(pattern), rest_(pattern), escape_(escape) {}

    std::string translated() {
        while (!rest_.empty()) {
            char32_t character = take_character(rest_);
            if (character == escape_) {
                escaped();
            } else {
                plain(character);
            }
        }
        return std::move(out_);
    }

private:
    [[noreturn]] void refuse() const {
        throw Error(ErrorCode::InvalidInput, "'{}' is no pattern of SIMILAR TO", pattern_);
    }

    void plain(char32_t character) {
        switch (character) {
            case '_':
                out_ += '.';
                break;
            case '%':
                out_ += "(?s:.*)";
                break;
            case '[':
                character_class();
                break;
            case ']':
                refuse();
            case '\\':
                out_ += "\\\\";
                break;
            case '$':
                out_ += "\\$";
                break;
            default:
                append_character(out_, character);
        }
    }

    void escaped() {
        auto place = pattern_.size() - rest_.size() - 1;
        char32_t next = rest_.empty() ? 0 : take_character(rest_);
        bool is_special = next < 0x80 && next != 0 &&
                          SimilarSpecials.find(static_cast<char>(next)) != std::string_view::npos;
        if (!is_special && (next == 0 || next != escape_)) {
            throw Error(ErrorCode::InvalidInput,
                        "after the escape at {} in '{}' there must be a sign with a meaning", place,
                        pattern_);
        }
        bool has_meaning = is_special && next != '_' && next != '%';
        if (has_meaning || next == '\\') out_ += '\\';
        append_character(out_, next);
    }

    void character_class() {
        out_ += '[';
        while (!rest_.empty() && rest_.front() != ']') {
            auto named = std::ranges::find_if(SimilarClasses, [&](const NamedItems& each) {
                return rest_.starts_with(each.name);
            });
            if (named != std::end(SimilarClasses)) {
                out_ += named->items;
                rest_.remove_prefix(named->name.size());
                continue;
            }
            char32_t character = take_character(rest_);
            if (character == escape_) {
                escaped();
            } else if (character == '[') {
                refuse();
            } else {
                if (character == '\\' || character == '&') out_ += '\\';
                append_character(out_, character);
            }
        }
        if (rest_.empty()) refuse();
        rest_.remove_prefix(1);
        out_ += ']';
    }

    std::string_view pattern_;
    std::string_view rest_;
    std::optional<char32_t> escape_;
    std::string out_;
};

Column similar(const KernelCall& call) {
    std::optional<Pattern> known;
    std::string known_text;
    std::optional<char32_t> known_escape;
    return matched(
        call, [&](std::string_view text, std::string_view pattern, std::optional<char32_t> escape) {
            if (!known || known_text != pattern || known_escape != escape) {
                known.emplace(SimilarTranslator(pattern, escape).translated());
                known_text = pattern;
                known_escape = escape;
            }
            return known->matches(text);
        });
}

Resolver matcher(Kernel kernel) {
    return [kernel = std::move(kernel)](Arguments arguments) -> std::optional<Signature> {
        if (arguments.size() < 2 || arguments.size() > 3) return std::nullopt;
        std::vector<Type> types;
        for (const Argument& argument : arguments) {
            bool is_null = argument.type.kind == TypeKind::Null;
            if (!is_null && !is_text(argument.type)) return std::nullopt;
            types.push_back(is_null ? string_type() : argument.type);
        }
        return Signature{nullable_as(simple_type(TypeKind::Boolean), arguments), std::move(types),
                         kernel};
    };
}

}  // namespace

Resolver like_resolver() {
    return matcher(like);
}

Resolver similar_resolver() {
    return matcher(similar);
}

}  // namespace tarn::sql
