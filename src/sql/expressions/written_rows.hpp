// Rows that stand in an expression field by field, as in (a, b) = (1, 2). Flink compares these by
// their fields, and the rows of columns as values.
#pragma once

#include "sql/syntax/expression.hpp"

namespace tarn::sql {

// Null for anything else.
const std::vector<Expression>* written_fields(const Expression& expression);

// With as many fields each.
bool are_written_rows(const Expression& left, const Expression& right);

}  // namespace tarn::sql
