// Which Arrow array holds the values of a type. Times are kept in the smallest unit that is enough
// for their precision: milliseconds up to 3 digits, microseconds up to 6, nanoseconds up to 9.
// Intervals are plain integers: months, or milliseconds.
#pragma once

#include <arrow/type.h>

#include <memory>

#include "sql/types/type.hpp"

namespace tarn::sql {

std::shared_ptr<arrow::DataType> arrow_type(const Type& type);

// With the field's name, and whether it may be null.
std::shared_ptr<arrow::Field> arrow_field(const std::string& name, const Type& type);

arrow::TimeUnit::type unit_of(const Type& timestamp);

}  // namespace tarn::sql
