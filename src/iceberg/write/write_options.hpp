// How a table wants its files written: what its properties `write.…` say, read once and checked.
#pragma once

#include <cstdint>

#include "columns/parquet_writer.hpp"
#include "iceberg/format/table_metadata.hpp"

namespace tarn::iceberg {

// One process writes, so rows need not travel: with either of the first two each partition's rows
// go straight into that partition's file. Range also sorts the rows of each file, if the table has
// an order to sort by.
enum class DistributionMode { None, Hash, Range };

// Whether a file of position deletes is about one data file or about a whole partition.
enum class DeleteGranularity { File, Partition };

struct WriteOptions {
    columns::ParquetOptions parquet = {};
    int64_t file_bytes_target = int64_t{512} << 20;
    int64_t delete_file_bytes_target = int64_t{64} << 20;
    DistributionMode distribution = DistributionMode::None;
    DeleteGranularity delete_granularity = DeleteGranularity::File;

    // Throws InvalidInput that names the property: a typing error must not be found out from the
    // files that it made.
    static WriteOptions of_table(const TableMetadata& table);
};

}  // namespace tarn::iceberg
