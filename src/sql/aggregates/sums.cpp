// SUM.
#include "sql/aggregates/kinds.hpp"
#include "sql/aggregates/number_sums.hpp"
#include "sql/functions/number_kinds.hpp"
#include "sql/types/type_rules.hpp"

namespace tarn::sql {
namespace {

using arrow::Decimal128;

// Of changes it also counts the values: when none is left the sum is NULL, not 0.
template <PlainNumber T, AggregateInput Input>
class NumberSums final : public Accumulator {
public:
    explicit NumberSums(Type type) : type_(std::move(type)) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        size_t end = end_of(groups);
        T* sums = sums_.up_to(end);
        Count* counts = counts_.up_to(end);
        for_each_value<T>(groups, arguments[0], [=](uint32_t group, T value) {
            sums[group] = wrapping_sum(sums[group], value);
            counts[group] = HasCounts ? counts[group] + 1 : 1;
        });
    }

    void retract(Groups groups, std::span<const Column> arguments) override {
        if (!HasCounts) return Accumulator::retract(groups, arguments);
        size_t end = end_of(groups);
        T* sums = sums_.up_to(end);
        Count* counts = counts_.up_to(end);
        for_each_value<T>(groups, arguments[0], [=](uint32_t group, T value) {
            sums[group] = wrapping_difference(sums[group], value);
            --counts[group];
        });
    }

    bool goes_row_by_row() const override { return true; }
    Column values_row_by_row(Groups groups, RowEffects effects,
                             std::span<const Column> arguments) override {
        size_t end = end_of(groups);
        T* sums = sums_.up_to(end);
        Count* counts = counts_.up_to(end);
        auto change = [=](uint32_t group, T value, RowEffect effect) {
            bool adds = effect == RowEffect::Add;
            sums[group] =
                adds ? wrapping_sum(sums[group], value) : wrapping_difference(sums[group], value);
            counts[group] = HasCounts ? counts[group] + (adds ? 1 : -1) : 1;
        };
        return column_value_by_value<T>(type_, groups, effects, arguments[0], change,
                                        [this](uint32_t group) { return value(group); });
    }

    StateColumns states(Groups groups) const override {
        return {state_of<T>(groups, [&](uint32_t group) { return sums_[group]; }),
                state_of<Count>(groups, [&](uint32_t group) { return counts_[group]; })};
    }

    void merge(Groups groups, const StateColumns& states) override {
        size_t end = end_of(groups);
        T* sums = sums_.up_to(end);
        Count* counts = counts_.up_to(end);
        for_each_value<T>(groups, {states[0]}, [=](uint32_t group, T sum) {
            sums[group] = wrapping_sum(sums[group], sum);
        });
        for_each_value<Count>(groups, {states[1]}, [=](uint32_t group, Count count) {
            counts[group] = HasCounts ? counts[group] + count : counts[group] | count;
        });
    }

    void forget(Groups groups) override {
        sums_.forget(groups);
        counts_.forget(groups);
    }

    Column values(Groups groups) const override {
        return column_of<T>(type_, groups, [this](uint32_t group) { return value(group); });
    }

    size_t bytes() const override { return sums_.bytes() + counts_.bytes(); }

private:
    static constexpr bool HasCounts = Input == AggregateInput::Changes;
    // Without counts, 1 when there is a value.
    using Count = std::conditional_t<HasCounts, int64_t, int8_t>;

    std::optional<T> value(uint32_t group) const {
        return counts_[group] == 0 ? std::nullopt : std::optional(sums_[group]);
    }

    Type type_;
    OfGroups<T> sums_{NothingYet<T>};
    OfGroups<Count> counts_;
};

class DecimalSums final : public Accumulator {
public:
    explicit DecimalSums(Type type) : type_(std::move(type)) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        DecimalSum* sums = sums_.up_to(end_of(groups));
        for_each_value<Decimal128>(groups, arguments[0],
                                   [&](uint32_t group, const Decimal128& value) {
                                       sums[group].add({value, type_.scale}, type_);
                                   });
    }

    void retract(Groups groups, std::span<const Column> arguments) override {
        DecimalSum* sums = sums_.up_to(end_of(groups));
        for_each_value<Decimal128>(groups, arguments[0],
                                   [&](uint32_t group, const Decimal128& value) {
                                       sums[group].subtract({value, type_.scale}, type_);
                                   });
    }

    StateColumns states(Groups groups) const override {
        return DecimalSum::states(groups, type_, [&](uint32_t group) { return sums_[group]; });
    }

    void merge(Groups groups, const StateColumns& states) override {
        DecimalSum* sums = sums_.up_to(end_of(groups));
        DecimalSum::for_each(groups, states, [&](uint32_t group, const DecimalSum& sum) {
            sums[group].merge(sum, type_);
        });
    }

    void forget(Groups groups) override { sums_.forget(groups); }

    Column values(Groups groups) const override {
        return column_of<Decimal128>(type_, groups,
                                     [&](uint32_t group) { return sums_[group].value(); });
    }

    size_t bytes() const override { return sums_.bytes(); }

private:
    Type type_;
    OfGroups<DecimalSum> sums_;
};

std::optional<AggregateSignature> sum_of(Arguments arguments) {
    if (arguments.size() != 1) return std::nullopt;
    const Type& type = arguments[0].type;
    if (type.kind == TypeKind::Decimal) {
        Type sum = sum_of_decimals(type);
        return AggregateSignature{sum, {type}, accumulator<DecimalSums>(sum)};
    }
    auto make = for_number<AccumulatorFactory>(type, [&]<typename T>(T) {
        return accumulators<NumberSums<T, AggregateInput::Inserts>,
                            NumberSums<T, AggregateInput::Changes>>(type);
    });
    if (!make) return std::nullopt;
    return AggregateSignature{type, {type}, std::move(*make)};
}

}  // namespace

std::vector<Aggregate> sum_aggregates() {
    return {
        {"SUM", "SUM([DISTINCT] number)",
         "The sum, of the type of its values: sums of integers wrap around. A DECIMAL becomes "
         "DECIMAL(38, s), and NULL when that overflows.",
         "SUM(price)", sum_of},
    };
}

}  // namespace tarn::sql
