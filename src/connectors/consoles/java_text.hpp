// Values as Flink's print connector shows them, which is what toString() of their Java classes
// gives: 2024-01-02T03:04 for a TIMESTAMP without seconds, 1E-8 for a small DECIMAL, each byte of
// a BYTES as a number.
#pragma once

#include <arrow/array.h>

#include <string>

#include "sql/types/type.hpp"

namespace tarn::connectors {

void append_java_text(std::string& out, const sql::Type& type, const arrow::Array& values,
                      int64_t row);

}  // namespace tarn::connectors
