// Batches as Arrow's writer of Parquet wants them: a field that is required has a value in every
// row, even where the row around it is null and nothing of it is written.
#pragma once

#include <arrow/record_batch.h>

#include <memory>

namespace tarn::columns {

// Whether a row of the schema may be null and have a field that may not: others need not be looked
// at.
bool has_required_fields_in_rows(const arrow::Schema& schema);

// Throws InvalidInput for a field that is null in a row that is not.
std::shared_ptr<arrow::RecordBatch> with_required_fields(const arrow::RecordBatch& batch);

}  // namespace tarn::columns
