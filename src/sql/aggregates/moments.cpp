// VAR_POP, VAR_SAMP, STDDEV_POP and STDDEV_SAMP. Flink computes them from SUM(x * x), SUM(x) and
// COUNT(x), with the types that its arithmetic has: integers wrap and are cut at each step, and
// doubles that are close to one another and far from zero leave little or nothing.
#include <cmath>
#include <limits>

#include "sql/aggregates/kinds.hpp"
#include "sql/aggregates/number_sums.hpp"
#include "sql/functions/number_kinds.hpp"
#include "sql/types/type_rules.hpp"

namespace tarn::sql {
namespace {

struct Moment {
    bool is_sample;
    bool is_root;
};

// What the sum of the squares is divided by; NULL, for a sample of one, is 0.
int64_t divisor(const Moment& moment, int64_t count) {
    return moment.is_sample ? count - 1 : count;
}

// As Java narrows a double.
template <PlainNumber T>
T narrowed_root(double value) {
    double root = std::pow(value, 0.5);
    if constexpr (std::is_floating_point_v<T>) {
        return static_cast<T>(root);
    } else {
        // A root of 64 bits is far from the ends of INT and BIGINT, so only NaN stands out.
        return std::isnan(root) ? T{0} : static_cast<T>(static_cast<int64_t>(root));
    }
}

template <PlainNumber T>
class NumberMoments final : public Accumulator {
public:
    NumberMoments(Moment moment, Type type) : moment_(moment), type_(std::move(type)) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        grow(sums_, end_of(groups));
        Sums* sums = sums_.data();
        for_each_value<T>(groups, arguments[0], [=](uint32_t group, T value) {
            Sums& of_group = sums[group];
            of_group.squares = wrapping_sum(of_group.squares, wrapping_product(value, value));
            of_group.values = wrapping_sum(of_group.values, value);
            ++of_group.count;
        });
    }

    Column values(size_t groups) const override {
        return computed_column<T>(type_, sums_.size(), groups,
                                  [&](size_t group) { return value_of(sums_[group]); });
    }

private:
    // A division by a COUNT, a BIGINT, is one of BIGINTs.
    using Quotient = std::conditional_t<std::is_integral_v<T>, int64_t, T>;

    struct Sums {
        T squares = 0;
        T values = 0;
        int64_t count = 0;
    };

    std::optional<T> value_of(const Sums& sums) const {
        int64_t by = divisor(moment_, sums.count);
        if (sums.count == 0 || by == 0) return std::nullopt;
        Quotient mean_square = static_cast<Quotient>(wrapping_product(sums.values, sums.values)) /
                               static_cast<Quotient>(sums.count);
        Quotient variance =
            wrapping_difference(Quotient{sums.squares}, mean_square) / static_cast<Quotient>(by);
        if (moment_.is_root) return narrowed_root<T>(static_cast<double>(variance));
        return static_cast<T>(variance);
    }

    Moment moment_;
    Type type_;
    std::vector<Sums> sums_;
};

// The types of the steps from the sums of DECIMALs to their variance.
struct DecimalSteps {
    explicit DecimalSteps(const Type& argument)
        : value(decimal_type(Type::DecimalPrecisionMax, argument.scale)),
          result(mean_of_decimals(argument)),
          square(*arithmetic_type(Operator::Times, result, result)),
          squares(decimal_type(Type::DecimalPrecisionMax, square.scale)),
          mean_square(*arithmetic_type(Operator::Divide, square, divided_by())),
          difference(*arithmetic_type(Operator::Minus, squares, mean_square)),
          variance(*arithmetic_type(Operator::Divide, difference, divided_by())) {}

    static Type divided_by() { return simple_type(TypeKind::BigInt); }

    Type value;  // of the sum
    Type result;
    Type square;
    Type squares;  // of the sum of these
    Type mean_square;
    Type difference;
    Type variance;
};

class DecimalMoments final : public Accumulator {
public:
    DecimalMoments(Moment moment, const Type& argument) : moment_(moment), steps_(argument) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        grow(sums_, end_of(groups));
        for_each_value<arrow::Decimal128>(
            groups, arguments[0], [&](uint32_t group, const arrow::Decimal128& value) {
                ScaledDecimal number{value, steps_.value.scale};
                Sums& of_group = sums_[group];
                if (auto square = squared(number)) {
                    of_group.squares.add({*square, steps_.square.scale}, steps_.squares);
                }
                of_group.values.add(number, steps_.value);
                ++of_group.count;
            });
    }

    Column values(size_t groups) const override {
        return computed_column<arrow::Decimal128>(steps_.result, sums_.size(), groups,
                                                  [&](size_t group) { return value_of(group); });
    }

private:
    struct Sums {
        DecimalSum squares;
        DecimalSum values;
        int64_t count = 0;
    };

    MaybeDecimal squared(const ScaledDecimal& number) const {
        MaybeDecimal value = rescaled(number, steps_.result);
        if (!value) return std::nullopt;
        ScaledDecimal factor{*value, steps_.result.scale};
        return product(factor, factor, steps_.square);
    }

    MaybeDecimal value_of(size_t group) const {
        const Sums& sums = sums_[group];
        int64_t by = divisor(moment_, sums.count);
        if (by == 0 || !sums.squares.value() || !sums.values.value()) return std::nullopt;
        MaybeDecimal square = squared({*sums.values.value(), steps_.value.scale});
        if (!square) return std::nullopt;
        auto mean = divided({*square, steps_.square.scale}, sums.count, steps_.mean_square);
        if (!mean) return std::nullopt;
        auto rest = difference({*sums.squares.value(), steps_.squares.scale},
                               {*mean, steps_.mean_square.scale}, steps_.difference);
        if (!rest) return std::nullopt;
        auto variance = divided({*rest, steps_.difference.scale}, by, steps_.variance);
        if (!variance) return std::nullopt;
        ScaledDecimal number{*variance, steps_.variance.scale};
        return moment_.is_root ? root(number, group) : rescaled(number, steps_.result);
    }

    static MaybeDecimal divided(const ScaledDecimal& number, int64_t by, const Type& type) {
        return quotient(number, {arrow::Decimal128(by), 0}, type);
    }

    MaybeDecimal root(const ScaledDecimal& variance, size_t group) const {
        double value = std::pow(double_of(variance), 0.5);
        if (std::isnan(value)) {
            throw RowError(static_cast<int64_t>(group), "the variance is below zero");
        }
        return decimal_of(value, steps_.result);
    }

    Moment moment_;
    DecimalSteps steps_;
    std::vector<Sums> sums_;
};

AggregateResolver moment_of(Moment moment) {
    return [moment](Arguments arguments) -> std::optional<AggregateSignature> {
        if (arguments.size() != 1) return std::nullopt;
        const Type& type = arguments[0].type;
        // Of one value there is no deviation, which Flink's types forget: it takes the NULL for -1.
        bool is_nullable = type.is_nullable || moment.is_sample;
        if (type.kind == TypeKind::Decimal) {
            return AggregateSignature{mean_of_decimals(type).or_null(is_nullable),
                                      {type},
                                      accumulator<DecimalMoments>(moment, type)};
        }
        auto make = for_number<AccumulatorFactory>(
            type, [&]<typename T>(T) { return accumulator<NumberMoments<T>>(moment, type); });
        if (!make) return std::nullopt;
        return AggregateSignature{type.or_null(is_nullable), {type}, std::move(*make)};
    };
}

}  // namespace

std::vector<Aggregate> moment_aggregates() {
    AggregateResolver var_pop = moment_of({.is_sample = false, .is_root = false});
    AggregateResolver var_samp = moment_of({.is_sample = true, .is_root = false});
    AggregateResolver stddev_pop = moment_of({.is_sample = false, .is_root = true});
    AggregateResolver stddev_samp = moment_of({.is_sample = true, .is_root = true});
    return {
        {"STDDEV_POP", "STDDEV_POP(number)",
         "The standard deviation of all the values, of their type as AVG is: cast integers to "
         "DOUBLE to know more of it.",
         "STDDEV_POP(price)", stddev_pop},
        {"STDDEV_SAMP", "STDDEV_SAMP(number)",
         "The standard deviation that the values as a sample suggest; NULL for a single one.",
         "STDDEV_SAMP(price)", stddev_samp},
        {"STDDEV", "STDDEV(number)", "Another name of STDDEV_SAMP.", "STDDEV(price)", stddev_samp},
        {"VAR_POP", "VAR_POP(number)",
         "The variance of all the values, of their type as AVG is: integers wrap and are cut.",
         "VAR_POP(price)", var_pop},
        {"VAR_SAMP", "VAR_SAMP(number)",
         "The variance that the values as a sample suggest; NULL for a single one.",
         "VAR_SAMP(price)", var_samp},
        {"VARIANCE", "VARIANCE(number)", "Another name of VAR_SAMP.", "VARIANCE(price)", var_samp},
    };
}

}  // namespace tarn::sql
