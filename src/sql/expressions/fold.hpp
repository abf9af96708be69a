// What is made of constants alone, computed before anything runs.
#pragma once

#include "sql/expressions/bound.hpp"

namespace tarn::sql {

// Its value, when all parts are constant and it can be computed. What fails stays as it is: it
// fails when it runs, if it ever does.
Bound folded(const Bound& bound, const Session& session);

}  // namespace tarn::sql
