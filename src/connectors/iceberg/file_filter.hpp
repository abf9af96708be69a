// Which files of a table may have rows that a query wants, as far as its conditions tell: they
// become a filter of the scan, by which partitions, files and row groups are left out unread.
#pragma once

#include "connectors/formats/stored_columns.hpp"
#include "iceberg/format/expression.hpp"
#include "iceberg/format/schema.hpp"

namespace tarn::connectors {

// Holds for every row for which all of the conditions are TRUE, and perhaps for others. Conditions
// are over the columns.
iceberg::Expression file_filter(const std::vector<sql::Bound>& conditions,
                                const StoredColumns& columns, const iceberg::Schema& schema);

}  // namespace tarn::connectors
