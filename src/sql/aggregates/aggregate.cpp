#include "sql/aggregates/aggregate.hpp"

#include <unordered_map>

namespace tarn::sql {

const std::vector<Aggregate>& all_aggregates() {
    static const std::vector<Aggregate> aggregates;
    return aggregates;
}

const Aggregate* find_aggregate(std::string_view name) {
    static const auto by_name = [] {
        std::unordered_map<std::string_view, const Aggregate*> names;
        for (const Aggregate& each : all_aggregates()) names.emplace(each.name, &each);
        return names;
    }();
    auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : found->second;
}

}  // namespace tarn::sql
