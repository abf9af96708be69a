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
        Sums* sums = sums_.up_to(end_of(groups));
        for_each_value<T>(groups, arguments[0], [=](uint32_t group, T value) {
            Sums& of_group = sums[group];
            of_group.squares = wrapping_sum(of_group.squares, wrapping_product(value, value));
            of_group.values = wrapping_sum(of_group.values, value);
            ++of_group.count;
        });
    }

    void retract(Groups groups, std::span<const Column> arguments) override {
        Sums* sums = sums_.up_to(end_of(groups));
        for_each_value<T>(groups, arguments[0], [=](uint32_t group, T value) {
            Sums& of_group = sums[group];
            of_group.squares =
                wrapping_difference(of_group.squares, wrapping_product(value, value));
            of_group.values = wrapping_difference(of_group.values, value);
            --of_group.count;
        });
    }

    StateColumns states(Groups groups) const override {
        return {state_of<T>(groups, [&](uint32_t group) { return sums_[group].squares; }),
                state_of<T>(groups, [&](uint32_t group) { return sums_[group].values; }),
                state_of<int64_t>(groups, [&](uint32_t group) { return sums_[group].count; })};
    }

    void merge(Groups groups, const StateColumns& states) override {
        Sums* sums = sums_.up_to(end_of(groups));
        for_each_value<T>(groups, {states[0]}, [=](uint32_t group, T squares) {
            sums[group].squares = wrapping_sum(sums[group].squares, squares);
        });
        for_each_value<T>(groups, {states[1]}, [=](uint32_t group, T values) {
            sums[group].values = wrapping_sum(sums[group].values, values);
        });
        for_each_value<int64_t>(groups, {states[2]},
                                [=](uint32_t group, int64_t count) { sums[group].count += count; });
    }

    void forget(Groups groups) override { sums_.forget(groups); }

    Column values(Groups groups) const override {
        return column_of<T>(type_, groups, [&](uint32_t group) { return value_of(sums_[group]); });
    }

    size_t bytes() const override { return sums_.bytes(); }

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
    OfGroups<Sums> sums_;
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
        Sums* sums = sums_.up_to(end_of(groups));
        for_each_value<arrow::Decimal128>(
            groups, arguments[0], [&](uint32_t group, const arrow::Decimal128& value) {
                ScaledDecimal number{value, steps_.value.scale};
                if (auto square = squared(number)) {
                    sums[group].squares.add({*square, steps_.square.scale}, steps_.squares);
                }
                sums[group].values.add(number, steps_.value);
            });
    }

    void retract(Groups groups, std::span<const Column> arguments) override {
        Sums* sums = sums_.up_to(end_of(groups));
        for_each_value<arrow::Decimal128>(
            groups, arguments[0], [&](uint32_t group, const arrow::Decimal128& value) {
                ScaledDecimal number{value, steps_.value.scale};
                if (auto square = squared(number)) {
                    sums[group].squares.subtract({*square, steps_.square.scale}, steps_.squares);
                }
                sums[group].values.subtract(number, steps_.value);
            });
    }

    StateColumns states(Groups groups) const override {
        StateColumns states = DecimalSum::states(
            groups, steps_.squares, [&](uint32_t group) { return sums_[group].squares; });
        for (auto& each : DecimalSum::states(groups, steps_.value,
                                             [&](uint32_t group) { return sums_[group].values; })) {
            states.push_back(std::move(each));
        }
        return states;
    }

    void merge(Groups groups, const StateColumns& states) override {
        Sums* sums = sums_.up_to(end_of(groups));
        std::span all(states);
        DecimalSum::for_each(groups, all.first(2), [&](uint32_t group, const DecimalSum& sum) {
            sums[group].squares.merge(sum, steps_.squares);
        });
        DecimalSum::for_each(groups, all.last(2), [&](uint32_t group, const DecimalSum& sum) {
            sums[group].values.merge(sum, steps_.value);
        });
    }

    void forget(Groups groups) override { sums_.forget(groups); }

    Column values(Groups groups) const override {
        int64_t place = 0;
        return column_of<arrow::Decimal128>(
            steps_.result, groups, [&](uint32_t group) { return value_of(sums_[group], place++); });
    }

    size_t bytes() const override { return sums_.bytes(); }

private:
    struct Sums {
        DecimalSum squares;
        DecimalSum values;
    };

    MaybeDecimal squared(const ScaledDecimal& number) const {
        MaybeDecimal value = rescaled(number, steps_.result);
        if (!value) return std::nullopt;
        ScaledDecimal factor{*value, steps_.result.scale};
        return product(factor, factor, steps_.square);
    }

    MaybeDecimal value_of(const Sums& sums, int64_t place) const {
        int64_t count = sums.values.count();
        int64_t by = divisor(moment_, count);
        if (by == 0 || !sums.squares.value() || !sums.values.value()) return std::nullopt;
        MaybeDecimal square = squared({*sums.values.value(), steps_.value.scale});
        if (!square) return std::nullopt;
        auto mean = divided({*square, steps_.square.scale}, count, steps_.mean_square);
        if (!mean) return std::nullopt;
        auto rest = difference({*sums.squares.value(), steps_.squares.scale},
                               {*mean, steps_.mean_square.scale}, steps_.difference);
        if (!rest) return std::nullopt;
        auto variance = divided({*rest, steps_.difference.scale}, by, steps_.variance);
        if (!variance) return std::nullopt;
        ScaledDecimal number{*variance, steps_.variance.scale};
        return moment_.is_root ? root(number, place) : rescaled(number, steps_.result);
    }

    static MaybeDecimal divided(const ScaledDecimal& number, int64_t by, const Type& type) {
        return quotient(number, {arrow::Decimal128(by), 0}, type);
    }

    MaybeDecimal root(const ScaledDecimal& variance, int64_t place) const {
        double value = std::pow(double_of(variance), 0.5);
        if (std::isnan(value)) {
            throw RowError(place, "the variance is below zero");
        }
        return decimal_of(value, steps_.result);
    }

    Moment moment_;
    DecimalSteps steps_;
    OfGroups<Sums> sums_;
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
