// COUNT, and APPROX_COUNT_DISTINCT, which we count exactly.
#include "sql/aggregates/distinct_accumulator.hpp"
#include "sql/aggregates/groups.hpp"
#include "sql/aggregates/kinds.hpp"

namespace tarn::sql {
namespace {

Type count_type() {
    return simple_type(TypeKind::BigInt).not_null();
}

class Counts final : public Accumulator {
public:
    void add(Groups groups, std::span<const Column> arguments) override {
        count<1>(groups, arguments);
    }

    void retract(Groups groups, std::span<const Column> arguments) override {
        count<-1>(groups, arguments);
    }

    bool goes_row_by_row() const override { return true; }
    Column values_row_by_row(Groups groups, RowEffects effects,
                             std::span<const Column> arguments) override {
        int64_t* counts = counts_.up_to(end_of(groups));
        std::vector<Places> places(arguments.begin(), arguments.end());
        auto change = [&](int64_t row, uint32_t group, RowEffect effect) {
            bool has_null = std::ranges::any_of(
                places, [row](const Places& each) { return each.is_null(row); });
            if (!has_null) counts[group] += effect == RowEffect::Add ? 1 : -1;
        };
        return column_row_by_row<int64_t>(count_type(), groups, effects, change,
                                          [=](uint32_t group) { return counts[group]; });
    }

    StateColumns states(Groups groups) const override { return {values(groups).values}; }

    void merge(Groups groups, const StateColumns& states) override {
        int64_t* counts = counts_.up_to(end_of(groups));
        for_each_value<int64_t>(groups, {states[0]},
                                [=](uint32_t group, int64_t count) { counts[group] += count; });
    }

    void forget(Groups groups) override { counts_.forget(groups); }

    Column values(Groups groups) const override {
        return column_of<int64_t>(count_type(), groups,
                                  [&](uint32_t group) { return counts_[group]; });
    }

    size_t bytes() const override { return counts_.bytes(); }

private:
    template <int64_t Step>
    void count(Groups groups, std::span<const Column> arguments) {
        int64_t* counts = counts_.up_to(end_of(groups));
        bool has_nulls = std::ranges::any_of(
            arguments, [](const Column& each) { return each.values->null_count() > 0; });
        if (!has_nulls) {
            for (uint32_t group : groups) counts[group] += Step;
            return;
        }
        std::vector<Places> places(arguments.begin(), arguments.end());
        for (size_t row = 0; row < groups.size(); ++row) {
            bool has_null = false;
            for (const Places& each : places) has_null |= each.is_null(static_cast<int64_t>(row));
            counts[groups[row]] += has_null ? 0 : Step;
        }
    }

    OfGroups<int64_t> counts_;
};

std::optional<AggregateSignature> plain_count(Arguments arguments) {
    if (std::ranges::any_of(arguments, is_bare_null)) return std::nullopt;
    std::vector<Type> types;
    for (const Argument& argument : arguments) types.push_back(argument.type);
    return AggregateSignature{count_type(), std::move(types), accumulator<Counts>(), false};
}

std::optional<AggregateSignature> distinct_count(Arguments arguments) {
    if (arguments.size() != 1) return std::nullopt;
    const Type& type = arguments[0].type;
    bool is_time = type.kind == TypeKind::Date || type.kind == TypeKind::Time || is_timestamp(type);
    if (!is_numeric(type) && !is_text(type) && !is_time) return std::nullopt;
    return distinct({count_type(), {type}, accumulator<Counts>(), false});
}

}  // namespace

std::vector<Aggregate> count_aggregates() {
    return {
        {"COUNT", "COUNT(*), COUNT([DISTINCT] value, …)",
         "How many rows there are, or how many of them have a value that is not NULL. Flink takes "
         "several values only if all but one cannot be NULL.",
         "COUNT(DISTINCT name)", plain_count},
        {"APPROX_COUNT_DISTINCT", "APPROX_COUNT_DISTINCT(value)",
         "How many different values there are. It is exact here; Flink estimates it to about one "
         "percent, and only in batch mode.",
         "APPROX_COUNT_DISTINCT(name)", distinct_count},
    };
}

}  // namespace tarn::sql
