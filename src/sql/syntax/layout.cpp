#include "sql/syntax/layout.hpp"

#include <algorithm>
#include <array>
#include <ranges>

#include "sql/syntax/layout_pieces.hpp"
#include "sql/syntax/parser_steps.hpp"

namespace tarn::sql {
namespace {

constexpr size_t LineMax = 100;
constexpr size_t Step = 4;

constexpr auto ClauseWords = std::to_array<std::string_view>(
    {"SELECT", "FROM",   "WHERE", "GROUP", "HAVING",    "WINDOW", "ORDER",
     "LIMIT",  "OFFSET", "FETCH", "UNION", "INTERSECT", "EXCEPT", "VALUES",
     "JOIN",   "INNER",  "LEFT",  "RIGHT", "FULL",      "CROSS",  "NATURAL"});
constexpr auto JoinWords = std::to_array<std::string_view>(
    {"JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "OUTER"});
// Clauses that are lists: their items may have a line each.
constexpr auto ListWords =
    std::to_array<std::string_view>({"SELECT", "GROUP", "ORDER", "VALUES", "WINDOW", "WITH"});

bool begins_query(Pieces pieces) {
    auto first = std::ranges::find(pieces, false, &Piece::is_comment);
    if (first == pieces.end()) return false;
    if (first->key == "(" && first->is_bracket) return begins_query(first->inside);
    return first->key == "SELECT" || first->key == "WITH" || first->key == "VALUES";
}

// Whether the piece at `i` begins a clause of the query that all of them are.
bool begins_clause(Pieces pieces, size_t i) {
    const Piece& piece = pieces[i];
    if (i == 0 || !is_one_of(piece.key, ClauseWords)) return false;
    const std::string& before = pieces[i - 1].key;
    if (is_one_of(piece.key, JoinWords)) return !is_one_of(before, JoinWords);
    if (piece.key == "FROM") return before != "DISTINCT" && before != "DELETE";
    if (piece.key == "GROUP") return before != "WITHIN";
    if (piece.key == "SELECT") return true;
    return piece.key != "OFFSET" || before != "LIMIT";
}

// Whether the piece at `i` is the END of a statement set: there may be comments before it.
bool ends_set(Pieces pieces, size_t i) {
    if (pieces[i].key != "END") return false;
    auto before = pieces.first(i) | std::views::reverse;
    auto word = std::ranges::find(before, false, &Piece::is_comment);
    return word != before.end() && word->key == ";";
}

std::vector<Pieces> parted(Pieces pieces, auto begins_part) {
    std::vector<Pieces> parts;
    size_t begin = 0;
    for (size_t i = 1; i < pieces.size(); ++i) {
        if (!begins_part(pieces, i)) continue;
        parts.push_back(pieces.subspan(begin, i - begin));
        begin = i;
    }
    if (begin < pieces.size()) parts.push_back(pieces.subspan(begin));
    return parts;
}

// Behind each comma, and behind the comment that is on its line.
std::vector<Pieces> items_of(Pieces pieces) {
    return parted(pieces, [](Pieces all, size_t i) {
        if (all[i].is_comment && !all[i].is_alone) return false;
        size_t last = i - 1;
        while (last > 0 && all[last].is_comment && !all[last].is_alone) --last;
        return all[last].key == ",";
    });
}

std::vector<Pieces> conditions_of(Pieces pieces) {
    // The AND of BETWEEN is none.
    bool in_between = false;
    return parted(pieces, [&in_between](Pieces all, size_t i) {
        if (all[i - 1].key == "BETWEEN") in_between = true;
        if (all[i].key == "AND" && std::exchange(in_between, false)) return false;
        return all[i].key == "AND" || all[i].key == "OR";
    });
}

std::vector<Pieces> branches_of(Pieces pieces) {
    int depth = 0;
    return parted(pieces, [&depth](Pieces all, size_t i) {
        if (all[i - 1].key == "CASE") ++depth;
        bool is_end = all[i].key == "END";
        bool begins = depth == 1 && (all[i].key == "WHEN" || all[i].key == "ELSE" || is_end);
        if (is_end) --depth;
        return begins;
    });
}

class Layout {
public:
    std::string text() && { return std::move(text_); }

    void file(Pieces pieces) {
        size_t begin = 0;
        bool in_set = false;
        for (size_t i = 0; i < pieces.size(); ++i) {
            bool begins_set = i > 0 && pieces[i].key == "BEGIN" && pieces[i - 1].key == "SET";
            if (begins_set) in_set = true;
            if (in_set && ends_set(pieces, i)) in_set = false;
            if (in_set || pieces[i].key != ";") continue;
            // A comment behind the semicolon is still of its line.
            size_t end = i + 1;
            if (end < pieces.size() && pieces[end].is_comment && !pieces[end].is_alone) ++end;
            statement(pieces.subspan(begin, end - begin), 0);
            begin = end;
            i = end - 1;
        }
        if (begin < pieces.size()) statement(pieces.subspan(begin), 0);
        while (text_.ends_with('\n')) text_.pop_back();
        if (!text_.empty()) text_ += '\n';
    }

private:
    size_t column() const {
        size_t line = text_.rfind('\n');
        return text_.size() - (line == std::string::npos ? 0 : line + 1);
    }
    bool is_at_begin() const { return text_.empty() || text_.back() == '\n'; }

    void new_line(size_t indent) {
        while (text_.ends_with(' ')) text_.pop_back();
        if (!is_at_begin()) text_ += '\n';
        text_.append(indent, ' ');
    }

    // With a space when the line so far wants one.
    void write(const Piece* before, const Piece& piece, std::string_view text) {
        if (before && !is_at_begin() && text_.back() != ' ' && has_space_between(*before, piece)) {
            text_ += ' ';
        }
        text_ += text;
    }

    // --- statements

    void statement(Pieces pieces, size_t indent) {
        while (!pieces.empty() && pieces.front().is_comment) {
            blank_line(pieces.front());
            new_line(indent);
            text_ += pieces.front().text;
            pieces = pieces.subspan(1);
        }
        if (pieces.empty()) return;
        blank_line(pieces.front());
        new_line(indent);
        // A comment behind the semicolon stays there.
        const Piece* remark = pieces.back().is_comment ? &pieces.back() : nullptr;
        if (remark) pieces = pieces.first(pieces.size() - 1);
        auto line = on_one_line(pieces);
        bool is_table = is_table_definition(pieces);
        if (line && indent + line->size() <= LineMax && !is_table && !is_set(pieces)) {
            text_ += *line;
        } else if (is_set(pieces)) {
            statement_set(pieces, indent);
        } else {
            statement_in_lines(pieces, indent);
        }
        if (remark && remark->is_alone) new_line(indent);
        if (remark) text_ += (remark->is_alone ? "" : " ") + remark->text;
        new_line(0);
    }

    void blank_line(const Piece& piece) {
        if (!text_.empty() && piece.is_after_blank_line && !text_.ends_with("\n\n")) text_ += '\n';
    }

    // One with a list of columns.
    static bool is_table_definition(Pieces pieces) {
        if (pieces.size() < 3 || pieces.front().key != "CREATE") return false;
        return std::ranges::find(pieces, "TABLE", &Piece::key) != pieces.end() &&
               std::ranges::any_of(pieces, [](const Piece& piece) {
                   return piece.is_bracket && items_of(piece.inside).size() > 1;
               });
    }

    static bool is_set(Pieces pieces) {
        return std::ranges::find(pieces, "BEGIN", &Piece::key) != pieces.end() &&
               std::ranges::find(pieces, "STATEMENT", &Piece::key) != pieces.end() &&
               pieces.front().key != "BEGIN";
    }

    // EXECUTE STATEMENT SET BEGIN …; …; END
    void statement_set(Pieces pieces, size_t indent) {
        size_t begin =
            static_cast<size_t>(std::ranges::find(pieces, "BEGIN", &Piece::key) - pieces.begin());
        auto with_remark = [pieces](size_t end) {
            bool has_one = end < pieces.size() && pieces[end].is_comment && !pieces[end].is_alone;
            return has_one ? end + 1 : end;
        };
        size_t from = with_remark(begin + 1);
        put(pieces.first(from), indent);
        new_line(0);
        for (size_t i = from; i < pieces.size(); ++i) {
            if (ends_set(pieces, i)) {
                if (from < i) statement(pieces.subspan(from, i - from), indent + Step);
                new_line(indent);
                put(pieces.subspan(i), indent);
                return;
            }
            if (pieces[i].key != ";") continue;
            size_t end = with_remark(i + 1);
            statement(pieces.subspan(from, end - from), indent + Step);
            from = end;
            i = end - 1;
        }
        // It had no END: a refused statement with such words in it.
        if (from < pieces.size()) statement(pieces.subspan(from), indent + Step);
    }

    // What comes before a query, then the query; or brackets broken one after the other.
    void statement_in_lines(Pieces pieces, size_t indent) {
        size_t query = 0;
        while (query < pieces.size() && !begins_query(pieces.subspan(query))) ++query;
        // WITH ('key' = 'value') is no query, and neither is t (a, b).
        while (query < pieces.size() && pieces[query].key == "WITH" && query + 1 < pieces.size() &&
               pieces[query + 1].is_bracket) {
            ++query;
            while (query < pieces.size() && !begins_query(pieces.subspan(query))) ++query;
        }
        if (query > 0) definition(pieces.first(query), indent);
        if (query == pieces.size()) return;
        if (query > 0) new_line(indent);
        this->query(pieces.subspan(query), indent);
    }

    // Lists in brackets have a line an item.
    void definition(Pieces pieces, size_t indent) {
        const Piece* before = nullptr;
        for (const Piece& piece : pieces) {
            bool is_list = piece.is_bracket && items_of(piece.inside).size() > 1;
            if (is_list) {
                write(before, piece, piece.text);
                items(piece.inside, indent + Step);
                new_line(indent);
                text_ += piece.close;
            } else {
                one(before, piece, indent);
            }
            before = &piece;
        }
    }

    // --- queries

    void query(Pieces pieces, size_t indent) {
        bool is_first = true;
        for (Pieces clause : parted(pieces, begins_clause)) {
            if (!is_first) new_line(indent);
            is_first = false;
            this->clause(clause, indent);
        }
    }

    void clause(Pieces pieces, size_t indent) {
        auto line = on_one_line(pieces);
        if (line && column() + line->size() <= LineMax) {
            text_ += *line;
            return;
        }
        const std::string& word = pieces.front().key;
        if (is_one_of(word, ListWords)) return list_clause(pieces, indent);
        put(pieces, indent);
    }

    void list_clause(Pieces pieces, size_t indent) {
        // SELECT DISTINCT, SELECT /*+ … */, GROUP BY, ORDER BY
        size_t head = 1;
        while (head < pieces.size() && (pieces[head].key == "DISTINCT" ||
                                        pieces[head].key == "BY" || pieces[head].key == "/*+")) {
            ++head;
        }
        put(pieces.first(head), indent);
        items(pieces.subspan(head), indent + Step);
    }

    void items(Pieces pieces, size_t indent) {
        // What is said of the bracket itself.
        while (!pieces.empty() && pieces.front().is_comment && !pieces.front().is_alone) {
            text_ += " " + pieces.front().text;
            pieces = pieces.subspan(1);
        }
        for (Pieces item : items_of(pieces)) {
            new_line(indent);
            put(item, indent);
        }
    }

    // --- anything

    // On this line where it fits, else broken where it is least missed.
    void put(Pieces pieces, size_t indent) {
        auto line = on_one_line(pieces);
        if (line && column() + line->size() <= LineMax) {
            text_ += *line;
            return;
        }
        if (auto branches = branches_of(pieces); branches.size() > 1) {
            return parts(branches, indent);
        }
        if (auto conditions = conditions_of(pieces); conditions.size() > 1) {
            return parts(conditions, indent);
        }
        const Piece* before = nullptr;
        for (size_t i = 0; i < pieces.size(); ++i) {
            one(before, pieces[i], indent);
            before = &pieces[i];
        }
    }

    void parts(const std::vector<Pieces>& all, size_t indent) {
        for (size_t i = 0; i < all.size(); ++i) {
            bool is_end = all[i].front().key == "END";
            if (i > 0) new_line(is_end ? indent : indent + Step);
            const Piece* before = nullptr;
            size_t inner = i > 0 && !is_end ? indent + Step : indent;
            for (const Piece& piece : all[i]) {
                one(before, piece, inner);
                before = &piece;
            }
        }
    }

    void one(const Piece* before, const Piece& piece, size_t indent) {
        if (piece.is_comment) {
            if (piece.is_alone) new_line(indent);
            write(before, piece, piece.text);
            if (!piece.text.starts_with("/*") || piece.is_alone) {
                text_ += '\n';
                text_.append(indent, ' ');
            }
            return;
        }
        auto line = on_one_line(std::span(&piece, 1));
        bool fits = line && column() + 1 + line->size() <= LineMax;
        write(before, piece, fits ? *line : piece.text);
        if (fits || !piece.is_bracket) return;
        if (begins_query(piece.inside)) {
            new_line(indent + Step);
            query(piece.inside, indent + Step);
        } else {
            items(piece.inside, indent + Step);
        }
        new_line(indent);
        text_ += piece.close;
    }

    std::string text_;
};

}  // namespace

std::string laid_out(const Source& source) {
    Parser parser(source);
    while (true) {
        while (parser.accept(";")) {
        }
        if (parser.at_end()) break;
        parser.statement();
        if (!parser.at_statement_end()) parser.fail();
    }
    Layout layout;
    layout.file(pieces_of(parser));
    return std::move(layout).text();
}

}  // namespace tarn::sql
