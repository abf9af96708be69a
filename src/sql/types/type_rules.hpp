// Which types go together, and what comes of it, as Flink 1.20 has it: measured on all pairs of its
// types by tests/interop/test_sql_types.py, and written down in tests/sql/types. A result may be
// NULL where a part of it may.
#pragma once

#include <optional>

#include "sql/syntax/expression.hpp"
#include "sql/types/type.hpp"

namespace tarn::sql {

// The decimal that holds all values of an integer type; a decimal itself.
Type as_decimal(const Type& type);

// Of + - * / %: numbers, times and intervals. Nothing when they do not go together.
std::optional<Type> arithmetic_type(Operator op, const Type& left, const Type& right);

// Of ||
std::optional<Type> concatenated_type(const Type& left, const Type& right);

// What holds the values of both: of CASE, UNION, VALUES and ARRAY[…].
std::optional<Type> common_type(const Type& left, const Type& right);

// Whether = and < have a meaning; a text is then read as the other type.
bool are_comparable(const Type& left, const Type& right);

bool can_cast(const Type& from, const Type& to);

// Whether INSERT casts a value to the type of its column without being told to.
bool can_insert(const Type& from, const Type& to);

}  // namespace tarn::sql
