// Which operators give the rows that updates replace, decided from the top: each gives them only
// when something above it needs them. Who shares an operator with somebody who does drops them.
#pragma once

#include "sql/stream/stream_plan.hpp"

namespace tarn::sql {

std::vector<StreamPlanPtr> with_befores_where_wanted(const std::vector<StreamPlanPtr>& plans,
                                                     UpdateRows rows);

}  // namespace tarn::sql
