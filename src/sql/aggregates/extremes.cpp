// MIN and MAX.
#include <functional>

#include "sql/aggregates/counted_values.hpp"
#include "sql/aggregates/kinds.hpp"

namespace tarn::sql {
namespace {

// Of changes: the least or the greatest of the values that the group has now. A value that was
// taken back before it was added does not count, as in Flink.
template <typename T, bool IsLeast>
class CountedExtremes final : public Accumulator {
public:
    explicit CountedExtremes(Type type) : type_(type), values_(std::move(type)) {}

    void add(Groups groups, std::span<const Column> arguments) override {
        add(groups, arguments[0], 1);
    }

    void retract(Groups groups, std::span<const Column> arguments) override {
        add(groups, arguments[0], -1);
    }

    bool goes_row_by_row() const override { return true; }
    Column values_row_by_row(Groups groups, RowEffects effects,
                             std::span<const Column> arguments) override {
        values_.reach(groups);
        auto change = [this](uint32_t group, const T& value, RowEffect effect) {
            values_.add(group, value, effect == RowEffect::Add ? 1 : -1);
        };
        return column_value_by_value<T>(type_, groups, effects, arguments[0], change,
                                        [this](uint32_t group) { return value(group); });
    }

    StateColumns states(Groups groups) const override { return values_.states(groups); }
    void merge(Groups groups, const StateColumns& states) override {
        values_.merge(groups, states);
    }
    void forget(Groups groups) override { values_.forget(groups); }

    Column values(Groups groups) const override {
        return column_of<T>(type_, groups, [this](uint32_t group) { return value(group); });
    }

    size_t bytes() const override { return values_.bytes(); }

private:
    void add(Groups groups, const Column& column, int64_t count) {
        values_.reach(groups);
        for_each_value<T>(groups, column, [&](uint32_t group, const T& value) {
            values_.add(group, value, count);
        });
    }

    std::optional<T> value(uint32_t group) const {
        const auto& counts = values_[group];
        if constexpr (IsLeast) {
            return first_of(counts.begin(), counts.end());
        } else {
            return first_of(counts.rbegin(), counts.rend());
        }
    }

    template <typename Place>
    static std::optional<T> first_of(Place place, Place end) {
        while (place != end && place->second < 0) ++place;
        return place == end ? std::nullopt : std::optional(T(place->first));
    }

    Type type_;
    CountedValues<T> values_;
};

template <bool IsLeast>
std::optional<AggregateSignature> extreme_of(Arguments arguments) {
    using Replaces = std::conditional_t<IsLeast, std::less<>, std::greater<>>;
    if (arguments.size() != 1) return std::nullopt;
    const Type& type = arguments[0].type;
    auto make = for_kept(type, [&]<typename T>(T) {
        return accumulators<KeptValues<T, Replaces>, CountedExtremes<T, IsLeast>>(type);
    });
    if (!make) return std::nullopt;
    return AggregateSignature{type, {type}, std::move(*make)};
}

}  // namespace

// Nothing is less or greater than NaN: as in Flink it stays if it comes first, and is passed over
// if it comes later. Where rows may be taken back it is the greatest of all.
std::vector<Aggregate> extreme_aggregates() {
    return {
        {"MIN", "MIN(value)",
         "The least of the numbers, texts, times or truths; texts go by their bytes.", "MIN(price)",
         extreme_of<true>},
        {"MAX", "MAX(value)", "The greatest of the numbers, texts, times or truths.", "MAX(price)",
         extreme_of<false>},
    };
}

}  // namespace tarn::sql
