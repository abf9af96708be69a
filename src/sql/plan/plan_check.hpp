// What every plan keeps to, whoever made it: for tests of those who make plans of plans.
#pragma once

#include "sql/plan/plan.hpp"

namespace tarn::sql {

// Asserts that the columns of each step have the types that the step gives, and that its
// expressions read columns that there are, as what these are.
void check(const Plan& plan);

}  // namespace tarn::sql
