// The aggregates of each kind; aggregate.cpp joins them to the registry.
#pragma once

#include "sql/aggregates/aggregate.hpp"

namespace tarn::sql {

std::vector<Aggregate> count_aggregates();
std::vector<Aggregate> sum_aggregates();
std::vector<Aggregate> mean_aggregates();
std::vector<Aggregate> extreme_aggregates();
std::vector<Aggregate> pick_aggregates();
std::vector<Aggregate> moment_aggregates();
std::vector<Aggregate> percentile_aggregates();
std::vector<Aggregate> collection_aggregates();
std::vector<Aggregate> json_aggregates();

// SINGLE_VALUE, which the planner puts into queries and nobody writes.
std::vector<Aggregate> inner_aggregates();

}  // namespace tarn::sql
