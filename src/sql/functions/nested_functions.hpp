// Arrays, maps and rows made from values, and values taken out of them.
#pragma once

#include "sql/functions/function.hpp"
#include "sql/syntax/names.hpp"

namespace tarn::sql {

// ROW(a, b): fields EXPR$0, EXPR$1.
Signature row_of(Arguments arguments);
// ARRAY[a, b], of values cast to one type.
Signature array_of(const Type& item, Arguments arguments);
// MAP[k, v, …]; of equal keys the last counts.
Signature map_of(const Type& key, const Type& value, Arguments arguments);

// a[i], from 1, and m[k]: NULL for what is not there. Nothing for other types.
std::optional<Signature> element_access(Arguments arguments);

// Throws SqlError when the row has no such field, or it is no row.
Signature field_access(const Type& row, const Identifier& field);

}  // namespace tarn::sql
