// Plans that give the same rows with less work.
#pragma once

#include "sql/functions/kernel.hpp"
#include "sql/plan/plan.hpp"

namespace tarn::sql {

// With the same columns. What fails only in values that nobody reads, or in rows that nobody wants,
// may not fail any more; what works never begins to fail.
PlanPtr rewritten(const PlanPtr& plan, const Session& session);

// Of the statements of a set, which share what they have in common.
std::vector<PlanPtr> rewritten(const std::vector<PlanPtr>& plans, const Session& session);

}  // namespace tarn::sql
