// DISTINCT, around the accumulator of any call: it counts how often each group has each row of
// arguments, and hands on the first that comes and the last that is taken back. NULLs are equal to
// one another here; whether they count is for the aggregate to say.
#pragma once

#include "sql/aggregates/aggregate.hpp"

namespace tarn::sql {

// The same call with DISTINCT.
AggregateSignature distinct(AggregateSignature signature);

}  // namespace tarn::sql
