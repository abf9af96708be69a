// What conditions say of the rows in which a side of a join is missing, its columns being NULL.
#pragma once

#include "sql/plan/plan.hpp"

namespace tarn::sql {

// The kind of join that gives the same rows for which all of the conditions hold: rows that they
// throw away need not be made. `left_columns` is how many columns of the join are left ones.
JoinKind kind_below(const std::vector<Bound>& conditions, JoinKind kind, size_t left_columns);

}  // namespace tarn::sql
