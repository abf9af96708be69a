// What CASE makes of branches that are computed for all rows.
#pragma once

#include "sql/types/type.hpp"
#include "sql/values/column.hpp"

namespace tarn::sql {

// Whether all values of the type have as many bytes, 1 to 16 of them.
bool has_plain_values(const Type& type);

// Row by row the first where the condition is TRUE, else the second; of types with plain values.
Column selected(const Column& condition, const Column& first, const Column& second,
                const Type& type, int64_t rows);

}  // namespace tarn::sql
