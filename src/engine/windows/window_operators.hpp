// Operators that put rows into windows and aggregate them there.
#pragma once

#include "engine/operators/operator.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::engine {

// `plan` is the one that the step belongs to.
OperatorPtr made(const sql::stream::WindowAggregate& step, const sql::StreamPlan& plan,
                 const JobContext& job);
OperatorPtr made(const sql::stream::WindowTableFunction& step, const sql::StreamPlan& plan,
                 const JobContext& job);

}  // namespace tarn::engine
