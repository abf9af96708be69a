// Filters of JSON paths as Jayway's FilterCompiler reads them.
#include <algorithm>
#include <array>
#include <charconv>

#include "sql/functions/characters.hpp"
#include "sql/functions/decimal_text.hpp"
#include "sql/functions/java_class.hpp"
#include "sql/functions/json_filter.hpp"
#include "sql/functions/json_path_text.hpp"

namespace tarn::sql {

struct JsonFilter::NamedOperator {
    std::string_view sign;
    Operator op;
};

class JsonFilter::Parser {
public:
    Parser(std::string_view text, int depth) : text_(text), depth_(depth) {}

    Node all() {
        Node root = any_of();
        skip_blanks();
        if (at_ < text_.size()) refuse("it goes on behind its end");
        return root;
    }

private:
    static constexpr int LevelsMax = 100;

    [[noreturn]] void refuse(std::string_view what) const {
        throw Error(ErrorCode::InvalidInput, "the filter '{}' of a JSON path is wrong: {}", text_,
                    what);
    }

    char peek(size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }
    char next() {
        skip_blanks();
        return peek();
    }
    void skip_blanks() {
        while (peek() == ' ') ++at_;
    }
    bool accept(std::string_view sign) {
        skip_blanks();
        bool is_there = text_.substr(at_).starts_with(sign);
        if (is_there) at_ += sign.size();
        return is_there;
    }

    // --- what joins conditions

    Node chain(Node::Kind kind, std::string_view sign, Node (Parser::*part)()) {
        Node node{kind};
        do node.of.push_back((this->*part)());
        while (accept(sign));
        return node.of.size() == 1 ? Node(std::move(node.of.front())) : node;
    }
    Node any_of() { return chain(Node::Kind::Or, "||", &Parser::all_of); }
    Node all_of() { return chain(Node::Kind::And, "&&", &Parser::condition); }

    Node condition() {
        if (++level_ > LevelsMax) refuse("too many brackets");
        Node node = inner_condition();
        --level_;
        return node;
    }

    Node inner_condition() {
        size_t begin = at_;
        if (accept("!")) {
            if (next() != '@' && next() != '$') {
                Node negation{Node::Kind::Not};
                negation.of.push_back(condition());
                return negation;
            }
            at_ = begin;
        }
        if (!accept("(")) return test();
        Node inside = any_of();
        if (!accept(")")) refuse(") is missing");
        return inside;
    }

    // --- one of them

    Node test() {
        Node node{Node::Kind::Test};
        node.left = operand();
        size_t begin = at_;
        if (auto op = relation()) {
            node.op = *op;
            node.right = operand();
            return node;
        }
        at_ = begin;
        if (node.left.kind != Operand::Kind::Path) refuse("a value is no condition");
        return node;
    }

    static bool is_sign(char c) { return c == '<' || c == '>' || c == '=' || c == '~' || c == '!'; }

    static bool is_flag(char c) {
        return std::string_view("dixmsuU").find(c) != std::string_view::npos;
    }

    // Signs in a row, or else all up to the next blank.
    std::optional<Operator> relation() {
        static constexpr auto Operators =
            std::to_array<NamedOperator>({{"==", Operator::Equal},
                                          {"!=", Operator::NotEqual},
                                          {"===", Operator::SameKindEqual},
                                          {"!==", Operator::NotSameKindEqual},
                                          {"<", Operator::Less},
                                          {"<=", Operator::LessEqual},
                                          {">", Operator::Greater},
                                          {">=", Operator::GreaterEqual},
                                          {"=~", Operator::Matches},
                                          {"IN", Operator::In},
                                          {"NIN", Operator::NotIn},
                                          {"CONTAINS", Operator::Contains},
                                          {"ALL", Operator::All},
                                          {"SIZE", Operator::Size},
                                          {"EMPTY", Operator::Empty},
                                          {"SUBSETOF", Operator::SubsetOf},
                                          {"ANYOF", Operator::AnyOf},
                                          {"NONEOF", Operator::NoneOf},
                                          {"TYPE", Operator::Unknowable},
                                          {"MATCHES", Operator::Unknowable}});
        bool is_of_signs = is_sign(next());
        size_t begin = at_;
        while (at_ < text_.size() && (is_of_signs ? is_sign(peek()) : peek() != ' ')) ++at_;
        std::string said(text_.substr(begin, at_ - begin));
        for (char& c : said) c = c >= 'a' && c <= 'z' ? static_cast<char>(c & ~0x20) : c;
        const auto* found = std::ranges::find(Operators, said, &NamedOperator::sign);
        return found == Operators.end() ? std::nullopt : std::optional(found->op);
    }

    Operand operand() {
        switch (next()) {
            case '$':
            case '@':
                return path();
            case '!': {
                ++at_;
                if (next() != '@' && next() != '$') refuse("a path follows !");
                Operand negated = path();
                negated.is_negated = true;
                return negated;
            }
            case '\'':
            case '"':
                return {.kind = Operand::Kind::Text, .text = quoted()};
            case '/':
                return pattern();
            case '[':
            case '{':
                return json();
            case 't':
            case 'f':
            case 'n':
                return word();
            default:
                return number();
        }
    }

    // A path ends at a blank, at a sign, and at a bracket that is not the end of a function.
    Operand path() {
        size_t begin = at_++;
        while (at_ < text_.size()) {
            if (peek() == '[') at_ = past_bracket(text_, at_, false);
            bool ends_function = peek() == ')' && text_[at_ - 1] == '(' &&
                                 text_.substr(begin, at_ - begin).find('.') != text_.npos;
            bool is_end = at_ >= text_.size() || is_sign(peek()) || peek() == ' ' ||
                          (peek() == ')' && !ends_function);
            if (is_end) break;
            ++at_;
        }
        JsonPath path = JsonPath::parse(text_.substr(begin, at_ - begin), depth_ + 1);
        return {.kind = Operand::Kind::Path,
                .path = std::make_shared<const JsonPath>(std::move(path))};
    }

    std::string quoted() {
        size_t begin = at_;
        at_ = past_quoted(text_, at_);
        std::string text;
        for (size_t i = begin + 1; i + 1 < at_; ++i) {
            if (text_[i] == '\\') {
                ++i;
                escaped(text, i);
            } else {
                text += text_[i];
            }
        }
        return text;
    }

    void escaped(std::string& text, size_t& i) const {
        constexpr std::string_view Letters = "bfnrt";
        constexpr std::string_view Meant = "\b\f\n\r\t";
        size_t letter = Letters.find(text_[i]);
        if (letter != Letters.npos) {
            text += Meant[letter];
        } else if (text_[i] != 'u') {
            text += text_[i];
        } else {
            uint32_t code = 0;
            std::string_view digits = text_.substr(i + 1, 4);
            auto [end, error] =
                std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
            if (digits.size() < 4 || end != digits.data() + 4) refuse("\\u wants four digits");
            i += 4;
            bool is_half = code >= 0xD800 && code < 0xE000;
            is_half ? text.push_back('?') : append_character(text, code);
        }
    }

    // /a.*/i, with the letters that Java has for flags.
    Operand pattern() {
        size_t begin = at_;
        at_ = past_quoted(text_, at_);
        std::string body(text_.substr(begin + 1, at_ - begin - 2));
        std::string flags;
        for (; is_flag(peek()); ++at_) flags += peek();
        if (!flags.empty()) body = "(?" + flags + ")" + body;
        try {
            return {.kind = Operand::Kind::Pattern, .pattern = std::make_shared<Pattern>(body)};
        } catch (const UnsupportedPattern&) {
            throw UnsupportedPath("a pattern that only Java understands", text_);
        }
    }

    // Texts in it may stand in single quotes.
    Operand json() {
        size_t begin = at_;
        at_ = past_bracket(text_, at_, false);
        auto json = std::make_shared<JsonText>();
        for (; begin < at_; ++begin) {
            bool is_quoted = text_[begin] == '\'' || text_[begin] == '"';
            if (!is_quoted) {
                json->text += text_[begin];
                continue;
            }
            bool is_single = text_[begin] == '\'';
            size_t end = past_quoted(text_, begin);
            json->text += '"';
            for (++begin; begin + 1 < end; ++begin) {
                if (is_single && text_[begin] == '"') json->text += '\\';
                if (text_[begin] == '\\' && text_[begin + 1] == '\'') continue;
                json->text += text_[begin];
            }
            json->text += '"';
        }
        if (!json->document.read(json->text)) refuse("a value in brackets is no JSON");
        return {.kind = Operand::Kind::Json, .json = std::move(json)};
    }

    Operand word() {
        if (accept("true")) return {.kind = Operand::Kind::Boolean, .is_true = true};
        if (accept("false")) return {.kind = Operand::Kind::Boolean};
        if (accept("null")) return {.kind = Operand::Kind::Null};
        refuse("a word that is no value");
    }

    Operand number() {
        constexpr std::string_view Characters = "0123456789-.eE";
        size_t begin = at_;
        while (at_ < text_.size() && Characters.find(peek()) != Characters.npos) ++at_;
        std::string text(text_.substr(begin, at_ - begin));
        if (!DecimalText::read(text)) refuse("a value is missing");
        return {.kind = Operand::Kind::Number, .text = std::move(text)};
    }

    std::string_view text_;
    int depth_;
    size_t at_ = 0;
    int level_ = 0;
};

std::shared_ptr<const JsonFilter> JsonFilter::parse(std::string_view text, int depth) {
    auto filter = std::make_shared<JsonFilter>();
    filter->root_ = Parser(text, depth).all();
    return filter;
}

}  // namespace tarn::sql
