#include "sql/aggregates/aggregate.hpp"

#include <array>
#include <unordered_map>

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

const std::vector<Aggregate>& all_aggregates() {
    static constexpr auto Kinds = std::to_array<Kind>(
        {count_aggregates, sum_aggregates, extreme_aggregates, pick_aggregates, moment_aggregates,
         percentile_aggregates, collection_aggregates, json_aggregates});
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
