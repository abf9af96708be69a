// PATTERN of MATCH_RECOGNIZE, as far as Flink knows it: variables one behind the other.
#pragma once

#include "sql/plan/match.hpp"
#include "sql/syntax/query.hpp"

namespace tarn::sql {

// Without their conditions. Refuses by name what Flink refuses.
std::vector<PatternVariable> pattern_variables(const RowPattern& pattern);

}  // namespace tarn::sql
