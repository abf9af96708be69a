// The aggregates whose calls may have clauses: IGNORE NULLS, ABSENT ON NULL. Who resolves such a
// call takes the resolver that is made of them; the entries of the registry are those of calls
// without clauses.
#pragma once

#include "sql/aggregates/aggregate.hpp"
#include "sql/functions/json_options.hpp"

namespace tarn::sql {

enum class NullItems { Kept, LeftOut };

AggregateResolver array_aggregate(NullItems nulls);

// `is_json` has one entry, that of the value.
AggregateResolver json_object_aggregate(JsonConstructorOptions options);
// Without a word, JSON_ARRAYAGG leaves NULLs out and JSON_OBJECTAGG does not.
AggregateResolver json_array_aggregate(JsonConstructorOptions options);

}  // namespace tarn::sql
