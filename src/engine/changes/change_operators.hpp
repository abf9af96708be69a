// Operators that leave rows as they are, and bring their changes into another form.
#pragma once

#include "engine/operators/operator.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::engine {

// `plan` is the one that the step belongs to.
OperatorPtr made(const sql::stream::ChangelogNormalize& step, const sql::StreamPlan& plan,
                 const JobContext& job);
OperatorPtr made(const sql::stream::RepeatRows& step, const sql::StreamPlan& plan,
                 const JobContext& job);
// Gives the rows as the table takes them.
OperatorPtr made(const sql::stream::Sink& step, const sql::StreamPlan& plan, const JobContext& job);

}  // namespace tarn::engine
