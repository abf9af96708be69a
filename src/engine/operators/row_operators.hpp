// Operators that remember nothing.
#pragma once

#include "engine/operators/operator.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::engine {

// `plan` is the one that the step belongs to.
OperatorPtr made(const sql::stream::Calc& step, const sql::StreamPlan& plan, const JobContext& job);
OperatorPtr made(const sql::stream::DropBefores& step, const sql::StreamPlan& plan,
                 const JobContext& job);
OperatorPtr made(const sql::stream::Correlate& step, const sql::StreamPlan& plan,
                 const JobContext& job);
OperatorPtr made(const sql::stream::ExpandSets& step, const sql::StreamPlan& plan,
                 const JobContext& job);
OperatorPtr made(const sql::stream::Union& step, const sql::StreamPlan& plan,
                 const JobContext& job);

}  // namespace tarn::engine
