// ROUND, TRUNCATE, FLOOR and CEIL of numbers, and the types of their results.
#pragma once

#include "sql/functions/function.hpp"

namespace tarn::sql {

enum class Rounding { HalfUp, Down, Floor, Ceiling };

// To as many digits as the second argument says, none when there is no second. Digits below zero
// count before the point.
std::optional<Signature> rounded(Rounding mode, Arguments arguments);

}  // namespace tarn::sql
