// Where the conditions of a join and of the filters above it are asked.
#pragma once

#include "sql/plan/plan.hpp"

namespace tarn::sql {

struct JoinFilters {
    JoinKind kind;                  // of the join that asks them
    std::vector<Bound> left = {};   // of the left rows alone, by their own places
    std::vector<Bound> right = {};  // of the right rows
    std::vector<Bound> on = {};     // of pairs, before it is known which row has no counterpart
    std::vector<Bound> above = {};  // of the rows that the join gives
};

// `conjuncts` are asked of the rows that the join gives. Where they throw away all rows without a
// counterpart, the join need not make them.
JoinFilters join_filters(const JoinRows& join, const std::vector<Bound>& conjuncts);

}  // namespace tarn::sql
