#include "sql/syntax/layout_pieces.hpp"

#include <algorithm>
#include <array>

namespace tarn::sql {
namespace {

bool is_any(std::string_view key, auto&... of) {
    return ((key == of) || ...);
}

// After these a bracket stands apart, whatever its writer did.
constexpr auto BeforeBrackets = std::to_array<std::string_view>(
    {"AND", "ANY",    "AS",   "BY",   "ENFORCED", "EXISTS", "FILTER", "FROM",      "GROUP", "IN",
     "KEY", "LIKE",   "NOT",  "ON",   "OR",       "OVER",   "RESET",  "SET",       "SETS",  "SOME",
     "ALL", "SELECT", "THEN", "WHEN", "WHERE",    "WITH",   "USING",  "PARTITION", "VALUES"});

constexpr auto OfTypes = std::to_array<std::string_view>({"ARRAY", "MAP", "ROW", "MULTISET"});

std::string closing_of(std::string_view open) {
    return open == "(" ? ")" : open == "[" ? "]" : open == "/*+" ? "*/" : ">";
}

bool is_number(const Piece& piece) {
    return piece.is_value && !piece.is_name && piece.text.front() >= '0' &&
           piece.text.front() <= '9';
}

bool is_sign(const Piece& piece) {
    return !piece.is_value && !piece.is_bracket && !piece.is_comment && !is_plain_name(piece.key);
}

// Whether what is in a bracket stands apart from it: hints, and signs that would make others with <
// and >.
bool is_apart(const Piece& bracket) {
    if (bracket.key == "/*+") return true;
    if (bracket.key != "<") return false;
    return bracket.inside.empty() || is_sign(bracket.inside.front()) ||
           is_sign(bracket.inside.back());
}

class Builder {
public:
    explicit Builder(const TokenCursor& read) : read_(read) {}

    std::vector<Piece> run() {
        auto pieces = level("");
        take_comments(read_.source().text().size(), pieces);
        return pieces;
    }

private:
    // Up to the sign that closes it, which is left standing.
    std::vector<Piece> level(const std::string& close, bool is_pattern = false) {
        std::vector<Piece> pieces;
        while (!at_end() && (close.empty() || token().key != close)) {
            take_comments(token().span.begin, pieces);
            bool is_of_type =
                token().key == "<" && !pieces.empty() && is_one_of(pieces.back().key, OfTypes);
            bool begins_pattern = !pieces.empty() && pieces.back().key == "PATTERN";
            bool opens = is_of_type || is_any(token().key, "(", "[", "/*+");
            Span opened = token().span;
            pieces.push_back(piece());
            pieces.back().keeps_space = is_pattern;
            bool follows_value = pieces.size() > 1 && pieces[pieces.size() - 2].is_value;
            pieces.back().is_prefix = is_any(pieces.back().key, "-", "+") && !follows_value;
            if (!opens) continue;
            Piece& bracket = pieces.back();
            bracket.is_bracket = true;
            bracket.close = closing_of(bracket.key);
            bracket.inside = level(bracket.close, is_pattern || begins_pattern);
            if (at_end()) refuse(opened, "this bracket is never closed", "");
            take_comments(token().span.begin, bracket.inside);
            bracket.is_value = true;
            written_ = token().span.end;
            ++at_;
        }
        return pieces;
    }

    const Token& token() const { return read_.tokens().all[at_]; }
    bool at_end() const { return token().kind == TokenKind::End; }

    Piece piece() {
        Span span = token().span;
        Piece piece{.text = std::string(read_.source().text(span)), .key = token().key};
        piece.is_name = read_.names()[at_] || token().kind == TokenKind::QuotedName;
        if (piece.is_name) piece.key.clear();
        bool is_sign = token().kind == TokenKind::Sign;
        piece.is_value = piece.is_name || (!is_sign && token().kind != TokenKind::Word) ||
                         is_any(piece.key, "END", "NULL", "TRUE", "FALSE");
        if (!piece.key.empty()) piece.text = piece.key;
        note_space(span, piece);
        ++at_;
        return piece;
    }

    void take_comments(size_t before, std::vector<Piece>& pieces) {
        const auto& comments = read_.tokens().comments;
        for (; comment_ < comments.size() && comments[comment_].begin < before; ++comment_) {
            Piece piece{.text = std::string(read_.source().text(comments[comment_]))};
            piece.is_comment = true;
            while (piece.text.ends_with('\r')) piece.text.pop_back();
            auto gap = note_space(comments[comment_], piece);
            piece.is_alone = gap.find('\n') != std::string_view::npos || written_before_ == 0;
            pieces.push_back(std::move(piece));
        }
    }

    std::string_view note_space(Span span, Piece& piece) {
        std::string_view gap = read_.source().text({written_, span.begin});
        piece.is_after_space = !gap.empty();
        piece.is_after_blank_line = std::ranges::count(gap, '\n') > 1;
        written_before_ = written_;
        written_ = span.end;
        return gap;
    }

    const TokenCursor& read_;
    size_t at_ = 0;
    size_t comment_ = 0;
    uint32_t written_ = 0;  // up to here the source is in pieces
    uint32_t written_before_ = 0;
};

}  // namespace

std::vector<Piece> pieces_of(const TokenCursor& read) {
    return Builder(read).run();
}

bool has_space_between(const Piece& first, const Piece& second) {
    if (first.is_comment || second.is_comment) return true;
    if (second.keeps_space) return second.is_after_space;
    // A point would become part of the number.
    if (second.key == ".") return is_number(first);
    if (first.key == ".") return is_number(second);
    if (is_any(second.key, ",", ";", ":")) return false;
    if (second.key == "<" && second.is_bracket) return false;
    // Two minus signs would begin a comment, and -> is another sign.
    if (first.is_prefix) return second.key.starts_with('-') || second.key.starts_with('>');
    if (!second.is_bracket || second.key == "/*+") return true;
    if (second.key == "[") return second.is_after_space && !first.is_name && !first.is_bracket;
    bool is_operator = !first.key.empty() && !first.is_bracket && !is_plain_name(first.key);
    if (is_operator || is_one_of(first.key, BeforeBrackets)) return true;
    return second.is_after_space;
}

std::optional<std::string> on_one_line(Pieces pieces) {
    std::string line;
    const Piece* before = nullptr;
    for (const Piece& piece : pieces) {
        bool ends_line = piece.is_comment && !piece.text.starts_with("/*");
        bool is_long = piece.text.find('\n') != std::string::npos;
        if (ends_line || (piece.is_comment && (is_long || piece.is_alone))) return std::nullopt;
        if (before && has_space_between(*before, piece)) line += ' ';
        line += piece.text;
        if (piece.is_bracket) {
            auto inside = on_one_line(piece.inside);
            if (!inside) return std::nullopt;
            line += is_apart(piece) ? " " + *inside + " " : *inside;
            line += piece.close;
        }
        before = &piece;
    }
    return line;
}

}  // namespace tarn::sql
