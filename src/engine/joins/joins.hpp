// Operators of two inputs.
#pragma once

#include "engine/operators/operator.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::engine {

// `plan` is the one that the step belongs to.
OperatorPtr made(const sql::stream::RegularJoin& step, const sql::StreamPlan& plan,
                 const JobContext& job);
OperatorPtr made(const sql::stream::IntervalJoin& step, const sql::StreamPlan& plan,
                 const JobContext& job);
OperatorPtr made(const sql::stream::WindowJoin& step, const sql::StreamPlan& plan,
                 const JobContext& job);
OperatorPtr made(const sql::stream::TemporalJoin& step, const sql::StreamPlan& plan,
                 const JobContext& job);
OperatorPtr made(const sql::stream::LookupJoin& step, const sql::StreamPlan& plan,
                 const JobContext& job);

}  // namespace tarn::engine
