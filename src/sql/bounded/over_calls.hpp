// The values of one call of OVER, a value for each position. Its arguments are columns in the order
// of the positions.
#pragma once

#include "sql/bounded/over_order.hpp"

namespace tarn::sql {

// over_aggregates.cpp
Column aggregated(const OverCall& call, const Columns& arguments,
                  const std::vector<Stretch>& frames);

// over_positions.cpp: ROW_NUMBER, LAG and their like, which go by positions alone, and FIRST_VALUE
// and LAST_VALUE, which look for values that are not NULL in the frame.
Column numbered_or_picked(const OverCall& call, const Columns& arguments, const OverOrder& order,
                          const std::vector<Stretch>& frames);

}  // namespace tarn::sql
