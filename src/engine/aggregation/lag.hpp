// LAG of endless streams: the value that so many rows before the last one had, or the default. As
// with Flink, rows of one time all have that of the last of them.
#pragma once

#include "sql/aggregates/aggregate.hpp"

namespace tarn::engine {

sql::AccumulatorPtr lag(const sql::Type& type);

}  // namespace tarn::engine
