// Sums as Flink adds: integers wrap at the size of their type, DECIMALs that outgrow 38 digits
// become NULL.
#pragma once

#include <type_traits>

#include "sql/aggregates/groups.hpp"
#include "sql/values/decimals.hpp"

namespace tarn::sql {

// Wide enough for all integers, and without an overflow that is undefined.
template <typename T>
using WrappingIn = std::conditional_t<std::is_integral_v<T>, uint64_t, T>;

template <PlainNumber T>
T wrapping_sum(T a, T b) {
    return static_cast<T>(static_cast<WrappingIn<T>>(a) + static_cast<WrappingIn<T>>(b));
}

template <PlainNumber T>
T wrapping_difference(T a, T b) {
    return static_cast<T>(static_cast<WrappingIn<T>>(a) - static_cast<WrappingIn<T>>(b));
}

template <PlainNumber T>
T wrapping_product(T a, T b) {
    return static_cast<T>(static_cast<WrappingIn<T>>(a) * static_cast<WrappingIn<T>>(b));
}

// What the first value is added to. A sum of nothing but -0.0 is -0.0.
template <PlainNumber T>
constexpr T NothingYet = std::is_floating_point_v<T> ? T(-0.0) : T(0);

// The sum of a group, of DECIMALs of a scale. Once it has too many digits it is NULL, and Flink's
// SUM begins anew with the next value.
class DecimalSum {
public:
    void add(const ScaledDecimal& value, const Type& type) {
        sum_ = sum_ ? sql::sum({*sum_, type.scale}, value, type) : value.value;
    }

    const MaybeDecimal& value() const { return sum_; }

private:
    MaybeDecimal sum_;
};

// AVG of DECIMALs, and what VAR_POP and the like compute with.
Type mean_of_decimals(const Type& argument);

}  // namespace tarn::sql
