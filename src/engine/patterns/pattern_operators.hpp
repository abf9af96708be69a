// Operators that look for patterns in the order of rows.
#pragma once

#include "engine/operators/operator.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::engine {

// `plan` is the one that the step belongs to.
OperatorPtr made(const sql::stream::Match& step, const sql::StreamPlan& plan,
                 const JobContext& job);

}  // namespace tarn::engine
