// A partition or sort transform over a whole column at once: the same values as Transform::apply
// gives one by one.
#pragma once

#include <arrow/array.h>
#include <arrow/record_batch.h>

#include <memory>

#include "iceberg/format/schema.hpp"
#include "iceberg/format/transform.hpp"

namespace tarn::iceberg {

// The column must be one of `source`; what comes out is one of the transform's result type, for
// identity the column itself. Throws InvalidInput for a transform that is not known, and for text
// that is no UTF-8 where it is truncated.
std::shared_ptr<arrow::Array> transform_column(const Transform& transform, const Type& source,
                                               const std::shared_ptr<arrow::Array>& column);

// A column at any depth within structs; a row is null where a struct around it is. The batch has
// the schema's top-level columns in their order.
std::shared_ptr<arrow::Array> column_by_id(const arrow::RecordBatch& rows, const Schema& schema,
                                           int32_t id);

}  // namespace tarn::iceberg
