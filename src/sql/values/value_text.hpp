// Any value as SQL would write it: how plans, messages and tests show values. Not what CAST to
// STRING gives, which leaves out quotes.
#pragma once

#include <arrow/array.h>

#include <string>

#include "sql/types/type.hpp"

namespace tarn::sql {

// NULL, TRUE, 1.50, 'it''s', x'0aff', 2024-01-31 12:30:00.5, [1, 2], {k=v}, (1, 'a'). Moments are
// shown in UTC with a Z, intervals as numbers of months or milliseconds, maps by their keys' text.
// Control characters and | in texts are written as backslash sequences, so that a value is a line.
std::string value_text(const Type& type, const arrow::Array& values, int64_t row);

}  // namespace tarn::sql
