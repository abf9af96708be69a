#include "sql/aggregates/aggregate.hpp"

#include <array>
#include <numeric>
#include <unordered_map>

#include "base/assert.hpp"
#include "sql/aggregates/kinds.hpp"

namespace tarn::sql {
namespace {

using Kind = std::vector<Aggregate> (*)();

std::vector<Aggregate> joined_kinds(std::span<const Kind> kinds) {
    std::vector<Aggregate> all;
    for (Kind kind : kinds) {
        for (Aggregate& aggregate : kind()) all.push_back(std::move(aggregate));
    }
    return all;
}

}  // namespace

// Who made it for inserts alone must not come with anything else.
void Accumulator::retract(std::span<const uint32_t>, std::span<const Column>) {
    TARN_ASSERT(false);
}

Column Accumulator::values_row_by_row(std::span<const uint32_t>, std::span<const RowEffect>,
                                      std::span<const Column>) {
    TARN_ASSERT(false);
    return {};
}

std::vector<uint32_t> all_groups(size_t count) {
    std::vector<uint32_t> groups(count);
    std::iota(groups.begin(), groups.end(), 0);
    return groups;
}

const std::vector<Aggregate>& all_aggregates() {
    static constexpr auto Kinds = std::to_array<Kind>(
        {count_aggregates, sum_aggregates, mean_aggregates, extreme_aggregates, pick_aggregates,
         moment_aggregates, percentile_aggregates, collection_aggregates, json_aggregates});
    static const std::vector<Aggregate> aggregates = joined_kinds(Kinds);
    return aggregates;
}

const Aggregate* find_aggregate(std::string_view name) {
    static const std::vector<Aggregate> inner = inner_aggregates();
    static const auto by_name = [] {
        std::unordered_map<std::string_view, const Aggregate*> names;
        for (const Aggregate& each : all_aggregates()) names.emplace(each.name, &each);
        for (const Aggregate& each : inner) names.emplace(each.name, &each);
        return names;
    }();
    auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : found->second;
}

}  // namespace tarn::sql
