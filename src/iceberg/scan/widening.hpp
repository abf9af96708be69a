// Values of a primitive column as the type that the column has today.
#pragma once

#include <arrow/array.h>

#include <memory>

#include "iceberg/format/type.hpp"

namespace tarn::iceberg {

// Whether a file may hold a column of this type as that; writers choose other units of time and
// other forms of text than we do.
bool can_be_read(const arrow::DataType& written, const Type& wanted);

// Must be one that can be read. Throws Corrupt for values that do not fit.
std::shared_ptr<arrow::Array> read_as(const std::shared_ptr<arrow::Array>& array,
                                      const Type& wanted);

}  // namespace tarn::iceberg
