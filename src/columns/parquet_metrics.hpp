// What Iceberg keeps of a Parquet file, drawn from its footer.
#pragma once

#include <parquet/metadata.h>

#include <optional>
#include <vector>

#include "columns/parquet_writer.hpp"

namespace tarn::columns {

// The file's size is not in its footer and is left at zero.
ParquetFileMetrics metrics_of(const parquet::FileMetaData& metadata,
                              const std::vector<std::optional<int64_t>>& nan_counts);

}  // namespace tarn::columns
