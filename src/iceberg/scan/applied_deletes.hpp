// The rows that delete files name, read once for all the data files that they concern. Serves many
// threads.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "iceberg/catalog/table_files.hpp"
#include "iceberg/format/position_bitmap.hpp"
#include "iceberg/scan/plan.hpp"
#include "iceberg/scan/row_filter.hpp"

namespace tarn::iceberg {

// Position delete files of up to so many rows are kept whole; of larger ones the rows of each data
// file are looked for.
inline constexpr int64_t KeptPositionsMax = 4'000'000;
// What one file of equality deletes may hold: its keys must be in memory.
inline constexpr int64_t EqualityRowsMax = 50'000'000;

// Rows that have these values are gone.
struct DeletedKeys {
    std::vector<Field> columns;       // compared, with the structs that they are in
    std::vector<int32_t> column_ids;  // of the primitives among them
    std::unordered_set<std::string> keys;
};
using DeletedKeysPtr = std::shared_ptr<const DeletedKeys>;

// What a row is compared by. The types of the columns are those of the delete file.
void append_key(std::string& key, const std::vector<int32_t>& column_ids,
                const ColumnsById& columns, int64_t row);

// The primitive columns among these, and within structs.
ColumnsById columns_by_id(const std::vector<Field>& fields, const arrow::ArrayVector& arrays);

class AppliedDeletes {
public:
    // Both outlive this.
    AppliedDeletes(const TableMetadata& table, const TableFiles& files)
        : table_(table), files_(files) {}

    // By position delete files and deletion vectors.
    PositionBitmap positions_of(const FileTask& task);
    // One for each file of equality deletes.
    std::vector<DeletedKeysPtr> keys_of(const FileTask& task);

private:
    using ByPath = std::map<std::string, PositionBitmap>;

    std::shared_ptr<const ByPath> read_positions(const DataFile& file,
                                                 const std::string* path) const;
    PositionBitmap read_vector(const DataFile& file, const std::string& path) const;
    DeletedKeysPtr read_keys(const DataFile& file) const;
    SchemaPtr schema_with(const std::vector<int32_t>& ids) const;

    const TableMetadata& table_;
    const TableFiles& files_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<const ByPath>> positions_;  // by delete file
    int64_t kept_positions_ = 0;
    std::map<std::string, DeletedKeysPtr> keys_;
};

}  // namespace tarn::iceberg
