// What each step of a plan makes of its whole input.
#pragma once

#include "sql/expressions/evaluate.hpp"
#include "sql/plan/plan.hpp"

namespace tarn::sql {

struct Around {
    const Plan& plan;  // that the step belongs to
    const Session& session;
};

// simple_steps.cpp
Batch rows_of(const ConstantRows& step, const Around& around);
Batch rows_of(const Project& step, const Batch& input, const Around& around);
Batch rows_of(const Filter& step, const Batch& input, const Around& around);
Batch rows_of(const SortRows& step, const Batch& input, const Around& around);
Batch rows_of(const Expand& step, const Batch& input, const Around& around);

// unnest_step.cpp
Batch rows_of(const Unnested& step, const Batch& input, const Around& around);

// join_steps.cpp: in the order of the left rows, and for each in that of the right ones; right rows
// without a left one come last.
Batch rows_of(const JoinRows& step, const Batch& left, const Batch& right, const Around& around);

// version_join.cpp: of a right side with a rowtime column, which holds all versions of its rows,
// the latest by then; of one without, as of lookup tables, all rows as they are.
Batch rows_of(const JoinVersion& step, const Batch& left, const Batch& right, const Around& around);

// aggregate_step.cpp: groups in the order of their first rows.
Batch rows_of(const AggregateRows& step, const Batch& input, const Around& around);

// window_step.cpp: rows without a time are in no window.
Batch rows_of(const AssignWindows& step, const Batch& input, const Around& around);

// over_step.cpp: partition by partition, each in its order.
Batch rows_of(const OverRows& step, const Batch& input, const Around& around);

// simple_steps.cpp: refused, for it goes with the time of a stream.
Batch rows_of(const MatchRows& step, const Batch& input, const Around& around);

// set_step.cpp
Batch rows_of(const CombineRows& step, const std::vector<Batch>& inputs);

}  // namespace tarn::sql
