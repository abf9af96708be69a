// Which rows of a batch fulfil a condition.
#pragma once

#include <arrow/array.h>

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "iceberg/format/filter.hpp"

namespace tarn::iceberg {

// 1 for each row that is taken, or 0.
using RowMask = std::vector<uint8_t>;

// The columns that a condition looks at, by field id; those within structs are null where a struct
// around them is.
using ColumnsById = std::map<int32_t, std::shared_ptr<arrow::Array>>;

// Takes away what does not fulfil the condition. The columns must be of its types.
void keep_matching(const Filter& filter, const ColumnsById& columns, RowMask& rows);

}  // namespace tarn::iceberg
