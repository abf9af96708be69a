// The files by which tables of version 2 delete rows: position deletes name the file and the place
// of each row, equality deletes give values that no row may have.
#pragma once

#include <arrow/record_batch.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "iceberg/format/data_file.hpp"
#include "iceberg/format/position_bitmap.hpp"
#include "iceberg/format/schema.hpp"

namespace tarn::iceberg {

// `file_path` and `pos`. Their metrics are kept in full (MetricsModes::full()): by the bounds of
// `file_path` readers tell which data files are concerned.
const SchemaPtr& position_delete_schema();

// The rows of a position delete file in the order that it must have: by file, then by position.
// The paths are exactly those that manifests name.
std::shared_ptr<arrow::RecordBatch> position_delete_rows(
    const std::map<std::string, PositionBitmap>& positions);

// The one data file that position deletes concern, where that is known.
std::optional<std::string> only_data_file_of(const DataFile& deletes);

// The columns that equality deletes compare, in the order of the table, within the structs they are
// in. Throws InvalidInput for one that is not there or cannot be compared: what is nested, or in a
// list or map.
SchemaPtr equality_delete_schema(const Schema& schema, const std::vector<int32_t>& equality_ids);

}  // namespace tarn::iceberg
