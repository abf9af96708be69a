// One aggregate call of a GROUP BY, and what it has accumulated of each group.
#pragma once

#include "engine/aggregation/rounds.hpp"
#include "sql/plan/plan.hpp"

namespace tarn::engine {

class GroupCall {
public:
    GroupCall(const sql::AggregateCall& call, sql::AggregateInput input);

    // Of all the steps of the batch, in the order of `value_groups`.
    sql::Column take(const sql::Batch& batch, const Rounds& rounds);

    sql::Column values(const std::vector<KeyNumber>& groups) const {
        return accumulator_->values(groups);
    }
    void forget(const std::vector<KeyNumber>& groups) { accumulator_->forget(groups); }

    sql::StateColumns states(const std::vector<KeyNumber>& groups) const {
        return accumulator_->states(groups);
    }
    // Takes its columns from there on; gives where the next call's begin.
    int restore(const std::vector<KeyNumber>& groups, const StateRows& rows, int first);

    size_t bytes() const { return accumulator_->bytes(); }

private:
    std::vector<size_t> arguments_;
    std::optional<size_t> filter_;
    sql::AccumulatorPtr accumulator_;
};

}  // namespace tarn::engine
