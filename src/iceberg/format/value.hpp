// One value of a primitive type: a bound, a default, a field of a partition, a literal of a filter.
// It does not know its type; whoever holds it does. Null is the absence of a Value.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/bytes.hpp"

namespace tarn::iceberg {

__extension__ using Int128 = __int128;

// Which of them a type uses:
//   int32_t      int, date (days)
//   int64_t      long, time and timestamp (microseconds), timestamp_ns (nanoseconds)
//   Int128       decimal, as its unscaled number
//   std::string  string
//   Bytes        uuid, fixed, binary
using Value = std::variant<bool, int32_t, int64_t, float, double, Int128, std::string, Bytes>;
using OptionalValue = std::optional<Value>;

// The order that bounds, sorting and comparisons follow: text by code points, bytes unsigned, and
// -0.0 before 0.0 with every NaN after infinity (before it, if its sign says so). Both must hold
// the same alternative.
std::strong_ordering compare(const Value& left, const Value& right);

// As partition tuples are told apart: NaN equals NaN, and -0.0 is not 0.0.
bool is_same(const OptionalValue& left, const OptionalValue& right);

}  // namespace tarn::iceberg
