// Operators that aggregate rows without windows.
#pragma once

#include "engine/operators/operator.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::engine {

// `plan` is the one that the step belongs to.
OperatorPtr made(const sql::stream::GroupAggregate& step, const sql::StreamPlan& plan,
                 const JobContext& job);
OperatorPtr made(const sql::stream::Over& step, const sql::StreamPlan& plan, const JobContext& job);

}  // namespace tarn::engine
