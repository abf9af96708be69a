#include "sql/syntax/lexer.hpp"

#include <algorithm>
#include <array>

namespace tarn::sql {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Letters of other scripts, too: any byte of a longer character of UTF-8.
bool is_name_begin(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || (c & 0x80);
}

bool is_name_part(char c) {
    return is_name_begin(c) || is_digit(c);
}

bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// The longer ones first.
constexpr std::array<std::string_view, 33> Signs = {
    "<>", "!=", "<=", ">=", "||", "=>", "->", "(", ")", "[", "]", "{", "}", ",", ";", ".", ":",
    "+",  "-",  "*",  "/",  "%",  "<",  ">",  "=", "|", "?", "^", "!", "@", "&", "~", "#"};

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    Tokens run() {
        while (true) {
            skip_space_and_comments();
            begin_ = at_;
            if (at_ == text_.size()) break;
            take_one();
        }
        add(TokenKind::End, "");
        return std::move(found_);
    }

private:
    static constexpr std::string_view HintBegin = "/*+";
    static constexpr std::string_view HintEnd = "*/";

    bool sees(std::string_view what) const { return text_.substr(at_).starts_with(what); }
    char current() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    char next() const { return at_ + 1 < text_.size() ? text_[at_ + 1] : '\0'; }
    Span span() const { return {static_cast<uint32_t>(begin_), static_cast<uint32_t>(at_)}; }

    void add(TokenKind kind, std::string text) { add(kind, std::move(text), {}); }
    void add(TokenKind kind, std::string text, std::string key) {
        found_.all.push_back({kind, span(), std::move(text), std::move(key)});
    }

    void skip_space_and_comments() {
        while (at_ < text_.size()) {
            begin_ = at_;
            if (is_space(current())) {
                ++at_;
            } else if (sees("--") || sees("//")) {
                at_ = std::min(text_.find('\n', at_), text_.size());
                found_.comments.push_back(span());
            } else if (sees("/*") && !sees(HintBegin)) {
                size_t end = text_.find(HintEnd, at_ + 2);
                at_ = end == std::string_view::npos ? text_.size() : end + HintEnd.size();
                if (end == std::string_view::npos) {
                    return add(TokenKind::Bad, "this comment has no end: '*/' is missing");
                }
                found_.comments.push_back(span());
            } else {
                return;
            }
        }
    }

    void take_one() {
        char c = current();
        if (c == '\'') return take_text(TokenKind::Text);
        if (c == '`') return take_quoted_name();
        if ((c == 'x' || c == 'X') && next() == '\'') return take_bytes();
        if ((c == 'n' || c == 'N') && next() == '\'') {
            ++at_;
            return take_text(TokenKind::Text);
        }
        if (sees("U&'") || sees("u&'")) {
            at_ += 2;
            return take_text(TokenKind::UnicodeText);
        }
        if (is_digit(c) || (c == '.' && is_digit(next()) && !follows_a_name())) {
            return take_number();
        }
        if (is_name_begin(c)) return take_word();
        take_sign();
    }

    // In `t.1` the point is no decimal one.
    bool follows_a_name() const {
        if (found_.all.empty() || found_.all.back().span.end != at_) return false;
        TokenKind kind = found_.all.back().kind;
        return kind == TokenKind::Word || kind == TokenKind::QuotedName;
    }

    // Up to the next lone `quote`; two of them stand for one. Nothing when there is none.
    std::optional<std::string> quoted(char quote) {
        std::string inside;
        for (++at_; at_ < text_.size(); ++at_) {
            if (current() == quote) {
                ++at_;
                if (current() != quote) return inside;
            }
            inside += text_[at_];
        }
        return std::nullopt;
    }

    void take_text(TokenKind kind) {
        auto inside = quoted('\'');
        if (!inside) return add(TokenKind::Bad, "this text has no end: a ' is missing");
        add(kind, std::move(*inside));
    }

    void take_quoted_name() {
        auto inside = quoted('`');
        if (!inside) return add(TokenKind::Bad, "this name has no end: a ` is missing");
        if (inside->empty()) return add(TokenKind::Bad, "a name cannot be empty");
        add(TokenKind::QuotedName, std::move(*inside));
    }

    void take_bytes() {
        ++at_;
        auto inside = quoted('\'');
        if (!inside) return add(TokenKind::Bad, "these bytes have no end: a ' is missing");
        auto is_hex = [](char c) {
            return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        };
        if (inside->size() % 2 != 0 || !std::ranges::all_of(*inside, is_hex)) {
            return add(TokenKind::Bad, "bytes are written as pairs of hexadecimal digits: X'0aff'");
        }
        add(TokenKind::Bytes, std::move(*inside));
    }

    void take_number() {
        auto take_digits = [this] {
            while (is_digit(current())) ++at_;
        };
        take_digits();
        if (current() == '.') {
            ++at_;
            take_digits();
        }
        if (current() == 'e' || current() == 'E') {
            size_t before = at_++;
            if (current() == '+' || current() == '-') ++at_;
            if (!is_digit(current())) at_ = before;
            take_digits();
        }
        if (is_name_begin(current())) {
            while (is_name_part(current())) ++at_;
            return add(TokenKind::Bad, "a name cannot begin with a digit unless it is in `quotes`");
        }
        add(TokenKind::Number, std::string(text_.substr(begin_, at_ - begin_)));
    }

    void take_word() {
        while (is_name_part(current())) ++at_;
        std::string text(text_.substr(begin_, at_ - begin_));
        std::string key = upper(text);
        add(TokenKind::Word, std::move(text), std::move(key));
    }

    void take_sign() {
        if (sees(HintBegin)) {
            in_hint_ = true;
            return take_sign(HintBegin);
        }
        if (in_hint_ && sees(HintEnd)) {
            in_hint_ = false;
            return take_sign(HintEnd);
        }
        for (std::string_view sign : Signs) {
            if (sees(sign)) return take_sign(sign);
        }
        ++at_;
        if (current() == '"' || text_[begin_] == '"') {
            return add(TokenKind::Bad, "names are quoted with `, texts with '");
        }
        add(TokenKind::Bad, "this character means nothing here");
    }

    void take_sign(std::string_view sign) {
        at_ += sign.size();
        add(TokenKind::Sign, std::string(sign), std::string(sign));
    }

    std::string_view text_;
    size_t begin_ = 0;
    size_t at_ = 0;
    bool in_hint_ = false;
    Tokens found_;
};

}  // namespace

Tokens tokens_of(const Source& source) {
    return Lexer(source.text()).run();
}

std::string upper(std::string_view text) {
    std::string upper(text);
    for (char& c : upper) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return upper;
}

bool is_plain_name(std::string_view text) {
    return !text.empty() && is_name_begin(text.front()) && std::ranges::all_of(text, is_name_part);
}

}  // namespace tarn::sql
