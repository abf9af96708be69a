// How values look in JSON that Flink writes.
#pragma once

#include <arrow/array.h>

#include <string>
#include <string_view>

#include "sql/types/type.hpp"

namespace tarn::sql {

// With quotes.
void append_json_text(std::string& out, std::string_view text);

// Whether JSON_STRING, JSON_OBJECT and JSON_ARRAY take values of a type.
bool has_json_form(const Type& type);
// A value of a column, null when it is NULL.
void append_json_value(std::string& out, const Type& type, const arrow::Array& values,
                       int64_t place);

}  // namespace tarn::sql
