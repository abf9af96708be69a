// Operators that keep the first rows of an order.
#pragma once

#include "engine/operators/operator.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::engine {

// `plan` is the one that the step belongs to.
OperatorPtr made(const sql::stream::Rank& step, const sql::StreamPlan& plan, const JobContext& job);
OperatorPtr made(const sql::stream::SortLimit& step, const sql::StreamPlan& plan,
                 const JobContext& job);
OperatorPtr made(const sql::stream::Limit& step, const sql::StreamPlan& plan,
                 const JobContext& job);
OperatorPtr made(const sql::stream::Deduplicate& step, const sql::StreamPlan& plan,
                 const JobContext& job);
OperatorPtr made(const sql::stream::WindowRank& step, const sql::StreamPlan& plan,
                 const JobContext& job);
OperatorPtr made(const sql::stream::WindowDeduplicate& step, const sql::StreamPlan& plan,
                 const JobContext& job);
OperatorPtr made(const sql::stream::TemporalSort& step, const sql::StreamPlan& plan,
                 const JobContext& job);

}  // namespace tarn::engine
