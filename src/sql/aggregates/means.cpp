// AVG.
#include "sql/aggregates/kinds.hpp"
#include "sql/aggregates/number_sums.hpp"
#include "sql/functions/number_kinds.hpp"

namespace tarn::sql {
namespace {

using arrow::Decimal128;

// Of values that are added as Sum is, which is wider than T.
template <PlainNumber T, PlainNumber Sum>
class NumberMeans final : public Accumulator {
public:
    explicit NumberMeans(Type type) : type_(std::move(type)) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        SumOfGroup* sums = sums_.up_to(end_of(groups));
        for_each_value<T>(groups, arguments[0], [=](uint32_t group, T value) {
            sums[group].sum = wrapping_sum(sums[group].sum, Sum{value});
            ++sums[group].count;
        });
    }

    void retract(Groups groups, std::span<const Column> arguments) override {
        SumOfGroup* sums = sums_.up_to(end_of(groups));
        for_each_value<T>(groups, arguments[0], [=](uint32_t group, T value) {
            sums[group].sum = wrapping_difference(sums[group].sum, Sum{value});
            --sums[group].count;
        });
    }

    bool goes_row_by_row() const override { return true; }
    Column values_row_by_row(Groups groups, RowEffects effects,
                             std::span<const Column> arguments) override {
        SumOfGroup* sums = sums_.up_to(end_of(groups));
        auto change = [=](uint32_t group, T value, RowEffect effect) {
            bool adds = effect == RowEffect::Add;
            sums[group].sum = adds ? wrapping_sum(sums[group].sum, Sum{value})
                                   : wrapping_difference(sums[group].sum, Sum{value});
            sums[group].count += adds ? 1 : -1;
        };
        return column_value_by_value<T>(type_, groups, effects, arguments[0], change,
                                        [this](uint32_t group) { return value(group); });
    }

    StateColumns states(Groups groups) const override {
        return {state_of<Sum>(groups, [&](uint32_t group) { return sums_[group].sum; }),
                state_of<int64_t>(groups, [&](uint32_t group) { return sums_[group].count; })};
    }

    void merge(Groups groups, const StateColumns& states) override {
        SumOfGroup* sums = sums_.up_to(end_of(groups));
        for_each_value<Sum>(groups, {states[0]}, [=](uint32_t group, Sum sum) {
            sums[group].sum = wrapping_sum(sums[group].sum, sum);
        });
        for_each_value<int64_t>(groups, {states[1]},
                                [=](uint32_t group, int64_t count) { sums[group].count += count; });
    }

    void forget(Groups groups) override { sums_.forget(groups); }

    Column values(Groups groups) const override {
        return column_of<T>(type_, groups, [this](uint32_t group) { return value(group); });
    }

    size_t bytes() const override { return sums_.bytes(); }

private:
    struct SumOfGroup {
        Sum sum = 0;
        int64_t count = 0;
    };

    std::optional<T> value(uint32_t group) const {
        const auto& [sum, count] = sums_[group];
        if (count == 0) return std::nullopt;
        return static_cast<T>(sum / static_cast<Sum>(count));
    }

    Type type_;
    OfGroups<SumOfGroup> sums_;
};

// Unlike SUM, AVG stays NULL once its sum has had too many digits.
class DecimalMeans final : public Accumulator {
public:
    DecimalMeans(Type sum_type, Type type)
        : sum_type_(std::move(sum_type)), type_(std::move(type)) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        SumOfGroup* sums = sums_.up_to(end_of(groups));
        for_each_value<Decimal128>(groups, arguments[0],
                                   [&](uint32_t group, const Decimal128& value) {
                                       auto& [total, count] = sums[group];
                                       int scale = sum_type_.scale;
                                       if (total)
                                           total = sum({*total, scale}, {value, scale}, sum_type_);
                                       ++count;
                                   });
    }

    void retract(Groups groups, std::span<const Column> arguments) override {
        SumOfGroup* sums = sums_.up_to(end_of(groups));
        for_each_value<Decimal128>(
            groups, arguments[0], [&](uint32_t group, const Decimal128& value) {
                auto& [total, count] = sums[group];
                int scale = sum_type_.scale;
                if (total) total = difference({*total, scale}, {value, scale}, sum_type_);
                --count;
            });
    }

    StateColumns states(Groups groups) const override {
        return {column_of<Decimal128>(sum_type_.or_null(), groups,
                                      [&](uint32_t group) { return sums_[group].total; })
                    .values,
                state_of<int64_t>(groups, [&](uint32_t group) { return sums_[group].count; })};
    }

    void merge(Groups groups, const StateColumns& states) override {
        SumOfGroup* sums = sums_.up_to(end_of(groups));
        Column totals{states[0]};
        Column counts{states[1]};
        Reader<MaybeDecimal> total_of(totals);
        Reader<int64_t> count_of(counts);
        for (size_t at = 0; at < groups.size(); ++at) {
            auto row = static_cast<int64_t>(at);
            auto& [total, count] = sums[groups[at]];
            MaybeDecimal other = total_of[row];
            int scale = sum_type_.scale;
            total =
                total && other ? sum({*total, scale}, {*other, scale}, sum_type_) : std::nullopt;
            count += count_of[row];
        }
    }

    void forget(Groups groups) override { sums_.forget(groups); }

    Column values(Groups groups) const override {
        return column_of<Decimal128>(type_, groups, [&](uint32_t group) -> MaybeDecimal {
            const auto& [total, count] = sums_[group];
            if (!total || count == 0) return std::nullopt;
            return quotient({*total, sum_type_.scale}, {Decimal128(count), 0}, type_);
        });
    }

    size_t bytes() const override { return sums_.bytes(); }

private:
    struct SumOfGroup {
        MaybeDecimal total = Decimal128(0);
        int64_t count = 0;
    };

    Type sum_type_;
    Type type_;
    OfGroups<SumOfGroup> sums_;
};

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

Type sum_of_decimals(const Type& argument) {
    return decimal_type(Type::DecimalPrecisionMax, argument.scale).or_null(argument.is_nullable);
}

std::vector<Aggregate> mean_aggregates() {
    return {
        {"AVG", "AVG([DISTINCT] number)",
         "The mean, of the type of its values: that of integers is cut to one. A DECIMAL becomes "
         "DECIMAL(38, s) with at least 6 digits behind the point.",
         "AVG(price)", mean_of},
    };
}

}  // namespace tarn::sql
