// What passes ask of values and conditions, and how they put them together anew.
#pragma once

#include "sql/plan/plan.hpp"

namespace tarn::sql {

// A column or a constant, which costs nothing to have twice.
bool is_plain(const Bound& bound);

// A condition that may be asked of more rows than before, and another number of times.
bool may_move(const Bound& condition);

// Of that type, which differs at most in that it may be NULL.
Bound of_type(const Bound& bound, const Type& type);

// With values in the place of input columns.
Bound substituted(const Bound& bound, const std::vector<Bound>& values);

// The same over the columns of another plan, the one at a place being at places[place] there.
Bound moved(const Bound& bound, const std::vector<size_t>& places, const Plan& to);

// The plan itself for no conjuncts. What is asked twice is asked once.
PlanPtr filtered_by(const PlanPtr& plan, const std::vector<Bound>& conjuncts);

}  // namespace tarn::sql
