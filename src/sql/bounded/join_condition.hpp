// What a join's condition asks for, in two parts: equalities of a left with a right value, by which
// counterparts are looked up, and the rest, which is computed for those that are found.
#pragma once

#include <span>

#include "sql/expressions/row_lists.hpp"

namespace tarn::sql {

struct JoinCondition {
    // Pairs that must be equal, and not NULL. Both read the columns of both sides.
    std::vector<Bound> left_keys;
    std::vector<Bound> right_keys;
    Bound rest;  // null when there is none
};

JoinCondition parted(const Bound& condition, size_t left_columns);

struct JoinSides {
    const Batch& left;
    const Batch& right;
    const Session& session;
};

// Which right rows have the keys of a left row; all of them when the condition has no equality.
class Counterparts {
public:
    // Each list of right rows is in the order of `right_rows`.
    Counterparts(const JoinCondition& condition, const JoinSides& sides, const RowList& right_rows);

    const RowList& of(int64_t left_row) const;

private:
    std::vector<RowList> lists_;
    RowList list_of_left_;  // which list, or NoRow for none
};

// A left row and a right one at the same place of both.
struct RowPairs {
    RowList left;
    RowList right;

    size_t size() const { return left.size(); }
    void add(int64_t left_row, int64_t right_row) {
        left.push_back(left_row);
        right.push_back(right_row);
    }
};

// Those of the pairs for which the rest of the condition is TRUE.
RowPairs fitting(const RowPairs& pairs, const JoinCondition& condition, const JoinSides& sides);

}  // namespace tarn::sql
