// Conditions as far down in a plan as they may go, where they spare the most and where joins find
// them; and no order where nobody sees it. What a query keeps in its state, and whether it can run
// without end at all, hangs on this.
#pragma once

#include "sql/plan/plan.hpp"

namespace tarn::sql {

PlanPtr with_conditions_below(const PlanPtr& plan);

}  // namespace tarn::sql
