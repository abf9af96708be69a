// Columns of files that others wrote, as columns of the types that we want. Fields of rows go by
// their names; whole numbers may have another width, times another unit and text another form.
#pragma once

#include <arrow/array.h>
#include <arrow/type.h>

#include <memory>
#include <string>

namespace tarn::columns {

// Throws InvalidInput, with the name of the field, when values of the one may be none of the other.
void check_fits(const arrow::Field& written, const arrow::Field& wanted);

// Of a column that was checked. What is finer than the wanted unit of time is cut off. Throws
// Corrupt for a value that does not fit.
std::shared_ptr<arrow::Array> fitted(const std::shared_ptr<arrow::Array>& column,
                                     const std::shared_ptr<arrow::DataType>& wanted);

}  // namespace tarn::columns
