// What a step of a plan is made of.
#pragma once

#include "sql/plan/plan.hpp"

namespace tarn::sql {

// The steps right below.
std::vector<PlanPtr> inputs_of(const Plan& plan);

// Its own, not those of the steps below.
std::vector<Bound> expressions_of(const Plan& plan);

}  // namespace tarn::sql
