// What the calls of an aggregate have accumulated for groups. Groups have numbers, which are given
// out here; whose they are is for others to know.
#pragma once

#include "engine/rows/change_batch.hpp"
#include "sql/plan/plan.hpp"

namespace tarn::engine {

class GroupCalls {
public:
    using Group = uint32_t;
    using Groups = std::span<const Group>;

    // `takes_back` says whether rows come that are taken back.
    GroupCalls(std::span<const sql::AggregateCall> calls, bool takes_back);

    Group new_group();
    // Their numbers are given to others.
    void forget(Groups groups);

    // Of each row the group that it belongs to.
    void add(const ChangeBatch& batch, const std::vector<Group>& groups);

    // Whether more rows have come than were taken back, or the other way round.
    bool has_rows(Group group) const { return !takes_back_ || counts_[group] != 0; }
    // A column for each call, with a row for each group.
    sql::Columns values(Groups groups) const;

    // What the calls have accumulated, to be kept, and to be added to other groups.
    arrow::ArrayVector states(Groups groups) const;
    void merge(Groups groups, const arrow::ArrayVector& states);

    size_t bytes() const;

private:
    struct Call {
        std::vector<size_t> arguments;
        std::optional<size_t> filter;
        sql::AccumulatorPtr accumulator;
        size_t state_columns;
    };

    void count(const ChangeBatch& batch, const std::vector<Group>& groups);

    std::vector<Call> calls_;
    bool takes_back_;
    std::vector<int64_t> counts_;  // of the rows of each group, where rows are taken back
    Group end_ = 0;
    std::vector<Group> free_;
};

}  // namespace tarn::engine
