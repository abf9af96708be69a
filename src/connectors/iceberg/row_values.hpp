// Rows as SQL has them in Arrow, and as the files of a table have them: small integers and times
// are kept in other widths on either side, and bytes of a fixed length are another type.
#pragma once

#include <arrow/record_batch.h>

#include <memory>

namespace tarn::connectors {

// The same values as another type of the same shape. Throws InvalidInput for a value that it does
// not have; digits of a second that it does not have are cut off, as a CAST does.
std::shared_ptr<arrow::Array> converted(const std::shared_ptr<arrow::Array>& values,
                                        const std::shared_ptr<arrow::DataType>& type);

// Whether all values of one kind may be one of the other, as far as the types tell.
bool can_convert(const arrow::DataType& from, const arrow::DataType& to);

}  // namespace tarn::connectors
