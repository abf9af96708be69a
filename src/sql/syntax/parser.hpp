// SQL text to syntax trees: the language of Flink 1.20, and what Tarn adds to it.
#pragma once

#include <string_view>
#include <vector>

#include "sql/syntax/statement.hpp"

namespace tarn::sql {

// How deep brackets, queries and statements may stand in one another, and how many operators in a
// row: what reads a tree may recurse as deep. More is refused, as any slip is.
inline constexpr int NestingMax = 200;
inline constexpr int OperatorsInARowMax = 1000;

// What could be read of a file of statements, and what could not: after a fault the parser goes on
// behind the next semicolon.
struct Parsed {
    std::vector<Statement> statements;
    std::vector<Problem> problems;
};

Parsed parse(const Source& source);

// These throw SqlError for the first problem, and when there is not exactly one.
Statement parse_statement(const Source& source);
Expression parse_expression(const Source& source);
QueryPtr parse_query(const Source& source);

}  // namespace tarn::sql
