// Conditions of joins, taken apart: what has to be equal, what lies within a time, and the rest.
#pragma once

#include "sql/stream/stream_plan.hpp"

namespace tarn::sql {

// Both sides, with columns behind their own for what is computed to be compared.
struct JoinSides {
    StreamPlanPtr left;
    StreamPlanPtr right;
    size_t left_width;  // without those
    stream::JoinOn on;
};

JoinSides sides_of(JoinKind kind, const StreamPlanPtr& left, const StreamPlanPtr& right,
                   const Bound& condition);

struct TimeBounds {
    size_t left_time;
    size_t right_time;
    int64_t from_ms;
    int64_t to_ms;
    stream::JoinOn on;  // without them
};

// When the right time is bound on both ends by the left one.
std::optional<TimeBounds> time_bounds_of(const JoinSides& sides);

}  // namespace tarn::sql
