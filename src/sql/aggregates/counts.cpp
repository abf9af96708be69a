// COUNT, and APPROX_COUNT_DISTINCT, which we count exactly.
#include <algorithm>

#include "sql/aggregates/distinct_values.hpp"
#include "sql/aggregates/groups.hpp"
#include "sql/aggregates/kinds.hpp"

namespace tarn::sql {
namespace {

Type count_type() {
    return simple_type(TypeKind::BigInt).not_null();
}

// A group that no row was added to has a count as well.
Column count_column(const std::vector<int64_t>& counts, size_t groups) {
    std::vector<int64_t> all = counts;
    all.resize(groups);
    return stored_column(count_type(), all, HasValue(groups, 1), groups);
}

class Counts final : public Accumulator {
public:
    void add(Groups groups, std::span<const Column> arguments) override {
        grow(counts_, end_of(groups));
        bool has_nulls = std::ranges::any_of(
            arguments, [](const Column& each) { return each.values->null_count() > 0; });
        int64_t* counts = counts_.data();
        if (!has_nulls) {
            for (uint32_t group : groups) ++counts[group];
        } else {
            add_without_nulls(groups, arguments);
        }
    }

    Column values(size_t groups) const override { return count_column(counts_, groups); }

private:
    void add_without_nulls(Groups groups, std::span<const Column> arguments) {
        std::vector<Places> places(arguments.begin(), arguments.end());
        int64_t* counts = counts_.data();
        for (size_t row = 0; row < groups.size(); ++row) {
            bool has_null = false;
            for (const Places& each : places) has_null |= each.is_null(static_cast<int64_t>(row));
            counts[groups[row]] += !has_null;
        }
    }

    std::vector<int64_t> counts_;
};

class DistinctCounts final : public Accumulator {
public:
    explicit DistinctCounts(const Type& type) : seen_(type) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        grow(counts_, end_of(groups));
        seen_.add(groups, arguments[0], [&](int64_t row, uint32_t, bool is_new) {
            counts_[groups[static_cast<size_t>(row)]] += is_new;
        });
    }

    Column values(size_t groups) const override { return count_column(counts_, groups); }

private:
    DistinctValues seen_;
    std::vector<int64_t> counts_;
};

std::optional<AggregateSignature> count(Arguments arguments) {
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
    return AggregateSignature{count_type(), {type}, accumulator<DistinctCounts>(type), false};
}

}  // namespace

std::vector<Aggregate> count_aggregates() {
    return {
        {"COUNT", "COUNT(*), COUNT([DISTINCT] value, …)",
         "How many rows there are, or how many of them have a value that is not NULL. Flink takes "
         "several values only if all but one cannot be NULL.",
         "COUNT(DISTINCT name)", count},
        {"APPROX_COUNT_DISTINCT", "APPROX_COUNT_DISTINCT(value)",
         "How many different values there are. It is exact here; Flink estimates it to about one "
         "percent, and only in batch mode.",
         "APPROX_COUNT_DISTINCT(name)", distinct_count},
    };
}

}  // namespace tarn::sql
