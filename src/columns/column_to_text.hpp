// One value of a column as text, the counterpart of append_text().
#pragma once

#include <arrow/array.h>

#include <string>

#include "columns/text_values.hpp"

namespace tarn::columns {

// The value must not be null. Binary is written as base64; utf8 as it is. Throws InvalidInput for
// structs, lists, maps and types that no column of ours has.
void append_value_text(std::string& out, const arrow::Array& column, int64_t row,
                       TimestampFormat timestamps);

}  // namespace tarn::columns
