// Exact arithmetic of DECIMALs as Flink has it: rounded half away from zero to the scale of the
// result, and nothing, which is NULL in SQL, when the result has too many digits.
#pragma once

#include <arrow/util/decimal.h>

#include <optional>

#include "sql/types/type.hpp"

namespace tarn::sql {

// A number with its scale, so that two of different types can meet.
struct ScaledDecimal {
    arrow::Decimal128 value;
    int scale;
};

using MaybeDecimal = std::optional<arrow::Decimal128>;

// `to` is the type of the result, a DECIMAL.
MaybeDecimal rescaled(const ScaledDecimal& number, const Type& to);
MaybeDecimal sum(const ScaledDecimal& left, const ScaledDecimal& right, const Type& to);
MaybeDecimal difference(const ScaledDecimal& left, const ScaledDecimal& right, const Type& to);
MaybeDecimal product(const ScaledDecimal& left, const ScaledDecimal& right, const Type& to);
// The divisor must not be zero.
MaybeDecimal quotient(const ScaledDecimal& left, const ScaledDecimal& right, const Type& to);
MaybeDecimal remainder(const ScaledDecimal& left, const ScaledDecimal& right, const Type& to);

// To a number of digits behind the point, before it when below zero, at the same scale: half away
// from zero, or simply cut off. Nothing beyond 38 digits.
MaybeDecimal rounded_decimal(const ScaledDecimal& number, int digits, bool is_half_up);

// Below zero, zero or above as the left is less, equal or greater.
int compared(const ScaledDecimal& left, const ScaledDecimal& right);

// By way of the shortest text of the number, as Java does it.
MaybeDecimal decimal_of(double number, const Type& to);
MaybeDecimal decimal_of(int64_t number, const Type& to);

double double_of(const ScaledDecimal& number);
// Without the fraction, and of that the last 64 bits.
int64_t whole_part(const ScaledDecimal& number);

}  // namespace tarn::sql
