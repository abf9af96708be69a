// Plans of queries to plans that run without end.
#pragma once

#include "sql/stream/stream_plan.hpp"

namespace tarn::sql {

// Throws SqlError for what cannot run without end, with what to do instead.
StreamPlanPtr stream_plan(const PlanPtr& plan, const TraitsOf& traits = traits_by_connector);

}  // namespace tarn::sql
