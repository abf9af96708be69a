// + and - of times and intervals, and * of intervals.
#pragma once

#include <optional>

#include "sql/functions/function.hpp"
#include "sql/syntax/expression.hpp"

namespace tarn::sql {

// Of one operand or two. Nothing when they are no times or do not go together.
std::optional<Signature> time_arithmetic(Operator op, Arguments arguments);

// (a - b) DAY and (a - b) MONTH: how long it is from the second to the first, as an interval of
// that kind. Both are of one type.
std::optional<Signature> time_difference(TypeKind interval, Arguments arguments);

}  // namespace tarn::sql
