// EXPLAIN: a query as it was understood, and as it runs without end.
#pragma once

#include "sql/stream/stream_plan.hpp"

namespace tarn::sql {

// In the shape of Flink's: the steps of each statement as written, then the operators with the
// changes that each gives and what it keeps. What several read is shown once, under a number by
// which the others name it. What may grow without end is said below.
std::string explanation(const std::vector<PlanPtr>& plans,
                        const std::vector<StreamPlanPtr>& operators);

// One operator as EXPLAIN shows it: "Source(table=[t], fields=[i], changelogMode=[I])".
std::string explained_operator(const StreamPlan& plan);

}  // namespace tarn::sql
