// Steps of plans as operators, above inputs that are operators already. Each recognises what it
// can run in bounded state, and refuses what cannot run without end.
#pragma once

#include "sql/stream/stream_plan.hpp"

namespace tarn::sql {

// The first columns alone keep what they are for the time; `columns` has names and types.
StreamPlanPtr calculated(const StreamPlanPtr& input, const Bound& condition,
                         std::vector<Bound> values, std::vector<PlanColumn> columns);
StreamPlanPtr with_columns_at(const StreamPlanPtr& input, const std::vector<size_t>& places,
                              std::vector<PlanColumn> columns);
StreamPlanPtr where(const StreamPlanPtr& input, const std::vector<Bound>& conditions);

StreamPlanPtr in_windows(const AssignWindows& step, const Plan& plan, const StreamPlanPtr& input);
StreamPlanPtr grouped(const AggregateRows& step, const Plan& plan, const StreamPlanPtr& input);

StreamPlanPtr matched_stream(const MatchRows& step, const Plan& plan, const StreamPlanPtr& input);
StreamPlanPtr over(const OverRows& step, const Plan& plan, const StreamPlanPtr& input);
// Of the rows with numbers those that the conditions keep; null when they say nothing of numbers.
StreamPlanPtr first_rows(const OverRows& step, const Plan& plan,
                         const std::vector<Bound>& conditions, const StreamPlanPtr& input);

StreamPlanPtr joined_stream(const JoinRows& step, const Plan& plan, const StreamPlanPtr& left,
                            const StreamPlanPtr& right);
StreamPlanPtr joined_version(const JoinVersion& step, const Plan& plan, const StreamPlanPtr& left,
                             const StreamPlanPtr& right);

StreamPlanPtr combined_stream(const CombineRows& step, const Plan& plan,
                              const std::vector<StreamPlanPtr>& inputs);
StreamPlanPtr sorted_stream(const SortRows& step, const Plan& plan, const StreamPlanPtr& input);

}  // namespace tarn::sql
