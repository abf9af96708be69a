// Which arguments the functions on arrays and maps take, and what follows for their results.
#pragma once

#include "sql/functions/function.hpp"

namespace tarn::sql {

// ARRAY<item>
Type array_type(const Type& item, bool is_nullable);
// MAP<key, value>
Type map_type(const Type& key, const Type& value, bool is_nullable);

bool is_array(Arguments arguments, size_t place);
bool is_map(Arguments arguments, size_t place);

// What holds all of the arguments, each an array, or a map, or a bare NULL; nullable if one is.
std::optional<Type> common_collection(TypeKind kind, Arguments arguments);

// As which type a value is put among items, or looked for there: Flink widens it where nothing is
// lost. Nothing when it would have to be narrowed.
std::optional<Type> as_item(const Type& item, const Type& value);

}  // namespace tarn::sql
