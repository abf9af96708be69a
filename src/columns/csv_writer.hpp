// Arrow batches as CSV that CsvDecoder reads back to equal rows under the same options.
#pragma once

#include <arrow/record_batch.h>

#include <string>

#include "columns/csv_options.hpp"

namespace tarn::columns {

// The names of the columns as a record.
void append_csv_header(std::string& out, const arrow::Schema& schema,
                       const CsvOptions& options = {});

// One record per row. Throws InvalidInput for structs, lists and maps, and for values
// that need quotes when there are none.
void append_csv(std::string& out, const arrow::RecordBatch& batch, const CsvOptions& options = {});

}  // namespace tarn::columns
