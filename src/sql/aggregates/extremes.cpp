// MIN and MAX.
#include <functional>

#include "sql/aggregates/kept_values.hpp"
#include "sql/aggregates/kinds.hpp"

namespace tarn::sql {
namespace {

template <typename Replaces>
std::optional<AggregateSignature> extreme_of(Arguments arguments) {
    if (arguments.size() != 1) return std::nullopt;
    const Type& type = arguments[0].type;
    auto make = keeping<Replaces>(type);
    if (!make) return std::nullopt;
    return AggregateSignature{type, {type}, std::move(*make)};
}

}  // namespace

// Nothing is less or greater than NaN: as in Flink it stays if it comes first, and is passed over
// if it comes later.
std::vector<Aggregate> extreme_aggregates() {
    return {
        {"MIN", "MIN(value)",
         "The least of the numbers, texts, times or truths; texts go by their bytes.", "MIN(price)",
         extreme_of<std::less<>>},
        {"MAX", "MAX(value)", "The greatest of the numbers, texts, times or truths.", "MAX(price)",
         extreme_of<std::greater<>>},
    };
}

}  // namespace tarn::sql
