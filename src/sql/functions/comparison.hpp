// = <> < <= > >= and IS [NOT] DISTINCT FROM of two values that can be compared. Texts and bytes go
// by their bytes, NaN is equal to nothing, moments meet wall times in the zone of the session.
#pragma once

#include "sql/functions/function.hpp"
#include "sql/syntax/expression.hpp"

namespace tarn::sql {

// Nothing when the two have no order, or for arrays, maps and rows, no equality.
std::optional<Signature> comparison(Operator op, Arguments arguments);

// Of two values of one type in the order of Java's objects: NaN is above all and equal to itself.
// Nothing for what has no order.
std::optional<Kernel> order_test(Operator op, const Type& type);

// The type as which two values are compared; nothing when they cannot be.
std::optional<Type> compared_as(const Type& left, const Type& right);

// Whether two values of one type are the same, NULL being the same as NULL.
bool are_same(const arrow::Array& left, int64_t left_row, const arrow::Array& right,
              int64_t right_row);

}  // namespace tarn::sql
