// What a layout is made of: tokens with what stands in brackets below them, and the comments
// between them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sql/syntax/token_cursor.hpp"

namespace tarn::sql {

struct Piece {
    std::string text;         // as it will be written
    std::string key = {};     // of keywords in upper case, of signs themselves
    bool is_bracket = false;  // `text` opens it, `close` ends it
    std::string close = {};
    std::vector<Piece> inside = {};
    bool is_name = false;
    bool is_value = false;   // something that an operator may follow
    bool is_prefix = false;  // the sign of what comes next
    bool is_comment = false;
    bool is_alone = false;     // a comment on a line of its own
    bool keeps_space = false;  // in a row pattern a quantifier stands close: A B+
    bool is_after_space = false;
    bool is_after_blank_line = false;
};

using Pieces = std::span<const Piece>;

// All tokens and comments of what a cursor has read.
std::vector<Piece> pieces_of(const TokenCursor& read);

// On one line; nothing when a comment reaches to the end of its line.
std::optional<std::string> on_one_line(Pieces pieces);
bool has_space_between(const Piece& first, const Piece& second);

}  // namespace tarn::sql
