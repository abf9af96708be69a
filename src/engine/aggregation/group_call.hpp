// One aggregate call of a GROUP BY, and what it has accumulated of each group.
#pragma once

#include "engine/aggregation/groups.hpp"
#include "engine/aggregation/rounds.hpp"
#include "sql/plan/plan.hpp"

namespace tarn::engine {

class GroupCall {
public:
    GroupCall(const sql::AggregateCall& call, sql::AggregateInput input);

    // A value for each step, in their order.
    sql::Column take(const sql::Batch& batch, const Rounds& rounds);

    // The same where each row is a step, for calls that can: however many rows a group has in the
    // batch, it is gone through once.
    bool goes_row_by_row() const { return accumulator_->goes_row_by_row(); }
    sql::Column take_row_by_row(const ChangeBatch& batch, const GroupRows& rows);

    sql::Column values(const std::vector<KeyNumber>& groups) const {
        return accumulator_->values(groups);
    }
    void forget(const std::vector<KeyNumber>& groups) { accumulator_->forget(groups); }

    sql::StateColumns states(const std::vector<KeyNumber>& groups) const {
        return accumulator_->states(groups);
    }
    // Of the columns from `first` on; gives where the next call's begin.
    int restore(const std::vector<KeyNumber>& groups, const StateRows& rows, int first);

    size_t bytes() const { return accumulator_->bytes(); }

private:
    std::vector<size_t> arguments_;
    std::optional<size_t> filter_;
    sql::AccumulatorPtr accumulator_;
};

// The rounds of a batch: one more than the group with most steps has steps before its last.
Rounds rounds_of(const GroupRows& rows, const ChangeBatch& batch);

}  // namespace tarn::engine
