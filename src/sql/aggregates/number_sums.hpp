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
// SUM begins anew with the next value. It also is NULL while there are as many values as were taken
// back.
class DecimalSum {
public:
    void add(const ScaledDecimal& value, const Type& type) {
        sum_ = sum_ ? sql::sum({*sum_, type.scale}, value, type) : value.value;
        ++count_;
    }

    void subtract(const ScaledDecimal& value, const Type& type) {
        sum_ = difference({sum_.value_or(0), type.scale}, value, type);
        --count_;
    }

    void merge(const DecimalSum& other, const Type& type) {
        if (other.sum_) add({*other.sum_, type.scale}, type);
        count_ += other.count_ - other.sum_.has_value();
    }

    int64_t count() const { return count_; }
    MaybeDecimal value() const { return count_ == 0 ? std::nullopt : sum_; }

    // The sums of groups as they are, and of how many values they are.
    template <typename SumOf>
    static StateColumns states(Groups groups, const Type& type, SumOf sum_of) {
        return {column_of<arrow::Decimal128>(type.or_null(), groups,
                                             [&](uint32_t group) { return sum_of(group).sum_; })
                    .values,
                state_of<int64_t>(groups, [&](uint32_t group) { return sum_of(group).count_; })};
    }

    // Calls `merge(group, sum)` for each.
    template <typename Merge>
    static void for_each(Groups groups, std::span<const std::shared_ptr<arrow::Array>> states,
                         Merge merge) {
        Column sums{states[0]};
        Column counts{states[1]};
        Reader<MaybeDecimal> sum(sums);
        Reader<int64_t> count(counts);
        for (size_t at = 0; at < groups.size(); ++at) {
            auto row = static_cast<int64_t>(at);
            merge(groups[at], DecimalSum(sum[row], count[row]));
        }
    }

    DecimalSum() = default;

private:
    DecimalSum(MaybeDecimal sum, int64_t count) : sum_(sum), count_(count) {}

    MaybeDecimal sum_;
    int64_t count_ = 0;
};

// Of an argument of the scale: a type that Arrow can add it to without a cast.
Type sum_of_decimals(const Type& argument);

// AVG of DECIMALs, and what VAR_POP and the like compute with.
Type mean_of_decimals(const Type& argument);

}  // namespace tarn::sql
