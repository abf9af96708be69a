// The rows of OVER in the order in which it sees them, and what surrounds each: its partition, its
// peers, which the order does not tell apart, and its frame. Positions count in that order.
#pragma once

#include "sql/expressions/row_lists.hpp"
#include "sql/plan/plan.hpp"

namespace tarn::sql {

// Positions from `begin` up to but not with `end`.
struct Stretch {
    int64_t begin;
    int64_t end;

    int64_t length() const { return end - begin; }
    bool operator==(const Stretch&) const = default;
};

struct OverOrder {
    Batch rows;  // of the input, partition by partition, each in its order
    // Of each position:
    std::vector<Stretch> partitions;
    std::vector<Stretch> peers;
};

OverOrder ordered(const OverRows& step, const Batch& input);

// The frame of each position. `step.frame` goes by rows, or by the values of the first sort key.
std::vector<Stretch> frames_of(const OverRows& step, const OverOrder& order);

}  // namespace tarn::sql
