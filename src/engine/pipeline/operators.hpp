// Which operator runs which step of a plan.
#pragma once

#include "engine/operators/operator.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::engine {

// Of tables that are read and of rows that stand in the query there is none: null. Throws Error for
// what does not run yet.
OperatorPtr operator_of(const sql::StreamPlan& plan, const JobContext& job);

}  // namespace tarn::engine
