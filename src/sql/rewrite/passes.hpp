// What is done to plans, one after the other. Each takes a plan and gives one with the same rows;
// none needs another one to have been there before.
#pragma once

#include "sql/functions/kernel.hpp"
#include "sql/plan/plan.hpp"

namespace tarn::sql {

// simple_values.cpp: constant values are computed, and what does not depend on a part goes without
// it.
PlanPtr with_simple_values(const PlanPtr& plan, const Session& session);
Bound simplified(const Bound& bound, const Session& session);

// idle_steps.cpp: filters that let all rows through go, and steps that never have a row come to
// ConstantRows without rows.
PlanPtr without_idle_steps(const PlanPtr& plan);

// unseen_orders.cpp: rows are in order where somebody sees it, or a LIMIT counts them. It goes by
// the steps as they were bound.
PlanPtr without_unseen_orders(const PlanPtr& plan);

// neighbours.cpp: projections above projections and filters above filters are one.
PlanPtr with_neighbours_joined(const PlanPtr& plan);

// filters_down.cpp, join_filters.cpp: conditions are asked as early as they can be.
PlanPtr with_filters_down(const PlanPtr& plan);

// unread_columns.cpp: columns that nobody reads are not computed, and not read by scans. What
// several parts share has the columns that any of them reads.
std::vector<PlanPtr> without_unread_columns(const std::vector<PlanPtr>& plans);

// scan_filters.cpp: scans know what filters right above them ask.
std::vector<PlanPtr> with_scan_filters(const std::vector<PlanPtr>& plans);

// scan_fields.cpp: scans know which fields of their rows are read.
std::vector<PlanPtr> with_scan_fields(const std::vector<PlanPtr>& plans);

// shared_parts.cpp: parts that are the same step by step are the same plan.
std::vector<PlanPtr> with_shared_parts(const std::vector<PlanPtr>& plans);

}  // namespace tarn::sql
