// Which operators give the rows that updates replace, decided from the top: each gives them only
// when something above it needs them.
#pragma once

#include "sql/stream/stream_plan.hpp"

namespace tarn::sql {

StreamPlanPtr with_befores_where_wanted(const StreamPlanPtr& plan);

}  // namespace tarn::sql
