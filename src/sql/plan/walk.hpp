// What a step of a plan is made of.
#pragma once

#include <functional>

#include "sql/plan/plan.hpp"

namespace tarn::sql {

// The steps right below.
std::vector<PlanPtr> inputs_of(const Plan& plan);

// Its own, not those of the steps below.
std::vector<Bound> expressions_of(const Plan& plan);

// The same step over other inputs, or of other expressions; the plan itself where nothing is other.
PlanPtr with_inputs(const PlanPtr& plan, const std::vector<PlanPtr>& inputs);
PlanPtr with_expressions(const PlanPtr& plan, const std::function<Bound(const Bound&)>& change);

}  // namespace tarn::sql
