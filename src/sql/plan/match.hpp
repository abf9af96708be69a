// What MATCH_RECOGNIZE looks for: rows in an order that match a pattern, and what is known of them.
//
// A variable of the pattern stands for rows. Whether a row may be one of its rows, and what is told
// of a match, are expressions over what they read: the columns of some rows of the match one behind
// the other, aggregates over others, and the time.
#pragma once

#include "sql/aggregates/aggregate.hpp"
#include "sql/expressions/bound.hpp"

namespace tarn::sql {

// LAST(A.price, 1): which row of the match, among those of a variable or among all.
struct MatchedRow {
    std::optional<size_t> variable;  // its place in the pattern
    bool is_from_first = false;
    int64_t offset = 0;

    bool operator==(const MatchedRow&) const = default;
};

// SUM(A.price): over all rows of a variable, or all of the match.
struct MatchedAggregate {
    std::optional<size_t> variable;
    const Aggregate* function;
    AggregateSignature signature;
    std::vector<Bound> arguments;  // over one row
    Type type;
    std::string words = {};  // as those of an AggregateCall
};

// In the order in which expressions have them: for each row all columns, then the aggregates, then
// the time of the row, or of the last one of the match, as a TIMESTAMP and as a TIMESTAMP_LTZ.
struct MatchReads {
    std::vector<MatchedRow> rows;
    std::vector<MatchedAggregate> aggregates;
};

// A{1,3}: how many rows it takes, as many as it can or as few as it can.
struct PatternVariable {
    std::string name;
    int64_t fewest = 1;
    std::optional<int64_t> most = 1;  // none: no bound
    bool is_greedy = false;
    Bound condition = nullptr;  // null for any row
    MatchReads reads = {};
};

// Where the next match may begin.
struct AfterMatch {
    enum class Skip { ToNextRow, PastLastRow, ToFirst, ToLast };

    Skip skip = Skip::ToNextRow;
    size_t variable = 0;  // of the last two
};

struct MatchPattern {
    size_t width = 0;                             // how many columns a row of the input has
    std::vector<PatternVariable> variables = {};  // in the order in which their rows come
    AfterMatch after = {};
    std::optional<int64_t> within_ms = {};  // from the first row to before the last
    std::vector<Bound> measures = {};
    MatchReads reads = {};  // of the measures
};

// All of it, which tells patterns apart: "PATTERN (A B+?) DEFINE B AS >(LAST(B.$1), LAST(A.$1)) …".
// `names` are those of the input's columns, or empty for their places.
std::string text_of(const MatchPattern& pattern, const std::vector<std::string>& names = {});

}  // namespace tarn::sql
