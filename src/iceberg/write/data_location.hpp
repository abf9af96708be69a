// Where a table's data and delete files go: `data/` below the table, or where `write.data.path`
// says, each below the folder of its partition; with `write.object-storage.enabled` below folders
// drawn from the file's name as well, so that an object store spreads the load over its servers.
#pragma once

#include <string>
#include <string_view>

#include "iceberg/format/table_metadata.hpp"

namespace tarn::iceberg {

class DataLocation {
public:
    static DataLocation of_table(const TableMetadata& table);

    // The full location of a file. The partition's folder is empty in a table without partitions.
    std::string of_file(std::string_view partition_path, std::string_view name) const;

private:
    DataLocation(std::string folder, bool is_spread, bool has_partition_folders)
        : folder_(std::move(folder)),
          is_spread_(is_spread),
          has_partition_folders_(has_partition_folders) {}

    std::string folder_;
    bool is_spread_;
    bool has_partition_folders_;
};

}  // namespace tarn::iceberg
