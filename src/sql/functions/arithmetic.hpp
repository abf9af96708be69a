// + - * / % and the sign of numbers, as Flink has them: integers wrap, a division by an integer
// zero fails, decimals that do not fit are NULL.
#pragma once

#include "sql/functions/function.hpp"
#include "sql/syntax/expression.hpp"

namespace tarn::sql {

// Of two numbers for + - * / %, of one for the sign. Nothing when they are no numbers.
std::optional<Signature> number_arithmetic(Operator op, Arguments arguments);

}  // namespace tarn::sql
