// Which operator runs which step of a plan.
#pragma once

#include "engine/operators/operator.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::engine {

// Tables that are read and rows that stand in the query have none.
bool has_operator(const sql::StreamPlan& plan);

// Null where there is none. Throws Error for what does not run yet.
OperatorPtr operator_of(const sql::StreamPlan& plan, const JobContext& job);

// The inputs whose rows come to a step. A table that is looked up is none: its join asks it.
std::vector<sql::StreamPlanPtr> fed_inputs(const sql::StreamPlan& plan);

}  // namespace tarn::engine
