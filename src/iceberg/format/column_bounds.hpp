// What a manifest keeps of the columns of a Parquet file, and the cutting short of its bounds: a
// bound may lie outside the values, so long as it is on the right side of all of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "columns/parquet_writer.hpp"
#include "iceberg/format/data_file.hpp"
#include "iceberg/format/metrics_modes.hpp"
#include "iceberg/format/schema.hpp"

namespace tarn::iceberg {

// Columns are found by field id; those that are not in the schema are left out. What is inside a
// list or map has counts but no bounds, since a row may have many of it.
ColumnMetrics column_metrics(const columns::ParquetFileMetrics& file, const Schema& schema,
                             const MetricsModes& modes);

// At most `length` code points, not above the text. Nothing when they are no UTF-8.
std::optional<std::string> text_lower_bound(std::string_view text, int length);
// At most `length` code points, not below the text: the last one that can be increased makes up for
// what is cut off. Nothing where none can be, and when they are no UTF-8.
std::optional<std::string> text_upper_bound(std::string_view text, int length);

// The same for bytes, which are always some.
Bytes binary_lower_bound(BytesView bytes, int length);
std::optional<Bytes> binary_upper_bound(BytesView bytes, int length);

}  // namespace tarn::iceberg
