// EXPLAIN: a query as it was understood, and as it runs without end.
#pragma once

#include "sql/stream/stream_plan.hpp"

namespace tarn::sql {

// In the shape of Flink's: the steps as written, then the operators with the changes that each
// gives and what it keeps. What may grow without end is said below.
std::string explanation(const Plan& plan, const StreamPlan& operators);

}  // namespace tarn::sql
