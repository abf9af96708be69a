// The values of literals as written: 1.50 is DECIMAL(3, 2), 1e0 DOUBLE, 'ab' CHAR(2).
#pragma once

#include "sql/expressions/bound.hpp"
#include "sql/syntax/expression.hpp"

namespace tarn::sql {

// Throws SqlError for what is no value, as DATE '2024-02-30'.
Bound literal_value(const Literal& literal, Span span);
Bound interval_value(const IntervalLiteral& interval, Span span);

// Whether intervals of these units count months or milliseconds; nothing for DAY TO YEAR.
std::optional<TypeKind> interval_kind(const IntervalUnits& units);

// A constant of its own type.
Bound constant(const Type& type, Column value, Span span);

}  // namespace tarn::sql
