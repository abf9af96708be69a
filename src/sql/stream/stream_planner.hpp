// Plans of queries to plans that run without end.
#pragma once

#include "sql/stream/stream_plan.hpp"

namespace tarn::sql {

// With less work than was asked for, where the rows are the same (sql/rewrite). Throws SqlError for
// what cannot run without end, with what to do instead.
StreamPlanPtr stream_plan(const PlanPtr& plan, const Session& session,
                          const TraitsOf& traits = traits_by_connector,
                          UpdateRows rows = UpdateRows::Afters);

// Of the INSERTs of a statement set: what they have in common is the same operator.
std::vector<StreamPlanPtr> stream_plans(const std::vector<PlanPtr>& plans, const Session& session,
                                        const TraitsOf& traits = traits_by_connector);

}  // namespace tarn::sql
