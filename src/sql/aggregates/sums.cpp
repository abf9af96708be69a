// SUM and AVG.
#include "sql/aggregates/kinds.hpp"
#include "sql/aggregates/number_sums.hpp"
#include "sql/functions/number_kinds.hpp"
#include "sql/types/type_rules.hpp"

namespace tarn::sql {
namespace {

template <PlainNumber T>
class NumberSums final : public Accumulator {
public:
    explicit NumberSums(Type type) : type_(std::move(type)) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        size_t end = end_of(groups);
        grow(sums_, end, NothingYet<T>);
        grow(has_, end);
        T* sums = sums_.data();
        uint8_t* has = has_.data();
        for_each_value<T>(groups, arguments[0], [=](uint32_t group, T value) {
            sums[group] = wrapping_sum(sums[group], value);
            has[group] = 1;
        });
    }

    Column values(size_t groups) const override {
        return stored_column(type_, sums_, has_, groups);
    }

private:
    Type type_;
    std::vector<T> sums_;
    HasValue has_;
};

class DecimalSums final : public Accumulator {
public:
    explicit DecimalSums(Type type) : type_(std::move(type)) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        grow(sums_, end_of(groups));
        for_each_value<arrow::Decimal128>(groups, arguments[0],
                                          [&](uint32_t group, const arrow::Decimal128& value) {
                                              sums_[group].add({value, type_.scale}, type_);
                                          });
    }

    Column values(size_t groups) const override {
        return computed_column<arrow::Decimal128>(
            type_, sums_.size(), groups, [&](size_t group) { return sums_[group].value(); });
    }

private:
    Type type_;
    std::vector<DecimalSum> sums_;
};

// Of values that are added as Sum is, which is wider than T.
template <PlainNumber T, PlainNumber Sum>
class NumberMeans final : public Accumulator {
public:
    explicit NumberMeans(Type type) : type_(std::move(type)) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        grow(sums_, end_of(groups));
        SumOfGroup* sums = sums_.data();
        for_each_value<T>(groups, arguments[0], [=](uint32_t group, T value) {
            sums[group].sum = wrapping_sum(sums[group].sum, Sum{value});
            ++sums[group].count;
        });
    }

    Column values(size_t groups) const override {
        return computed_column<T>(type_, sums_.size(), groups,
                                  [&](size_t group) -> std::optional<T> {
                                      const auto& [sum, count] = sums_[group];
                                      if (count == 0) return std::nullopt;
                                      return static_cast<T>(sum / static_cast<Sum>(count));
                                  });
    }

private:
    struct SumOfGroup {
        Sum sum = 0;
        int64_t count = 0;
    };

    Type type_;
    std::vector<SumOfGroup> sums_;
};

// Unlike SUM, AVG stays NULL once its sum has had too many digits.
class DecimalMeans final : public Accumulator {
public:
    DecimalMeans(Type sum_type, Type type)
        : sum_type_(std::move(sum_type)), type_(std::move(type)) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        grow(sums_, end_of(groups));
        for_each_value<arrow::Decimal128>(
            groups, arguments[0], [&](uint32_t group, const arrow::Decimal128& value) {
                auto& [total, count] = sums_[group];
                int scale = sum_type_.scale;
                if (total) total = sum({*total, scale}, {value, scale}, sum_type_);
                ++count;
            });
    }

    Column values(size_t groups) const override {
        return computed_column<arrow::Decimal128>(
            type_, sums_.size(), groups, [&](size_t group) -> MaybeDecimal {
                const auto& [total, count] = sums_[group];
                if (!total || count == 0) return std::nullopt;
                return quotient({*total, sum_type_.scale}, {arrow::Decimal128(count), 0}, type_);
            });
    }

private:
    struct SumOfGroup {
        MaybeDecimal total = arrow::Decimal128(0);
        int64_t count = 0;
    };

    Type sum_type_;
    Type type_;
    std::vector<SumOfGroup> sums_;
};

// The sum's type, of an argument of the scale: one that Arrow can add to it without a cast.
Type sum_of_decimals(const Type& argument) {
    return decimal_type(Type::DecimalPrecisionMax, argument.scale).or_null(argument.is_nullable);
}

std::optional<AggregateSignature> sum_of(Arguments arguments) {
    if (arguments.size() != 1) return std::nullopt;
    const Type& type = arguments[0].type;
    if (type.kind == TypeKind::Decimal) {
        Type sum = sum_of_decimals(type);
        return AggregateSignature{sum, {type}, accumulator<DecimalSums>(sum)};
    }
    auto make = for_number<AccumulatorFactory>(
        type, [&]<typename T>(T) { return accumulator<NumberSums<T>>(type); });
    if (!make) return std::nullopt;
    return AggregateSignature{type, {type}, std::move(*make)};
}

std::optional<AggregateSignature> mean_of(Arguments arguments) {
    if (arguments.size() != 1) return std::nullopt;
    const Type& type = arguments[0].type;
    if (type.kind == TypeKind::Decimal) {
        Type mean = mean_of_decimals(type);
        return AggregateSignature{
            mean, {type}, accumulator<DecimalMeans>(sum_of_decimals(type), mean)};
    }
    auto make = for_number<AccumulatorFactory>(type, [&]<typename T>(T) {
        using Sum = std::conditional_t<std::is_integral_v<T>, int64_t, double>;
        return accumulator<NumberMeans<T, Sum>>(type);
    });
    if (!make) return std::nullopt;
    return AggregateSignature{type, {type}, std::move(*make)};
}

}  // namespace

Type mean_of_decimals(const Type& argument) {
    constexpr int ScaleMin = 6;
    return decimal_type(Type::DecimalPrecisionMax, std::max(argument.scale, ScaleMin))
        .or_null(argument.is_nullable);
}

std::vector<Aggregate> sum_aggregates() {
    return {
        {"SUM", "SUM([DISTINCT] number)",
         "The sum, of the type of its values: sums of integers wrap around. A DECIMAL becomes "
         "DECIMAL(38, s), and NULL when that overflows.",
         "SUM(price)", sum_of},
        {"AVG", "AVG([DISTINCT] number)",
         "The mean, of the type of its values: that of integers is cut to one. A DECIMAL becomes "
         "DECIMAL(38, s) with at least 6 digits behind the point.",
         "AVG(price)", mean_of},
    };
}

}  // namespace tarn::sql
