// Puts rows into the order of a table, so that files of few values come out and bounds tell them
// apart.
#pragma once

#include <arrow/record_batch.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "iceberg/format/schema.hpp"
#include "iceberg/format/sort_order.hpp"

namespace tarn::iceberg {

// The positions of the rows in the order of the table; rows that are equal stay as they lay. The
// rows have the schema's columns in their order.
std::vector<int32_t> sorted_positions(const arrow::RecordBatch& rows, const Schema& schema,
                                      const SortOrder& order);

// The rows at these positions, in this order.
std::shared_ptr<arrow::RecordBatch> rows_at(const arrow::RecordBatch& rows,
                                            const std::vector<int32_t>& positions);

}  // namespace tarn::iceberg
