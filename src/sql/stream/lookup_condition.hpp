// Conditions of lookup joins, taken apart: what a table is asked by, and what is compared with its
// answer.
#pragma once

#include "sql/stream/join_condition.hpp"

namespace tarn::sql {

struct LookupCondition {
    std::vector<stream::LookupKey> asked_by;
    stream::JoinOn rest;
};

// Throws SqlError when the right side is no table that can be asked, or is compared by none of its
// columns.
LookupCondition lookup_condition(const JoinSides& sides, Span span);

}  // namespace tarn::sql
