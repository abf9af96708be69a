// Planning a scan: from a table, a point in its life and a condition to the data files that may
// have rows, each with the deletes that apply to it and with what is left to check on its rows.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "iceberg/format/filter.hpp"
#include "iceberg/format/table_metadata.hpp"
#include "iceberg/scan/manifest_cache.hpp"

namespace tarn::iceberg {

// At most one of them; none is the main branch as it is.
struct TimeTravel {
    std::optional<SnapshotId> snapshot_id = {};
    std::optional<std::string> ref = {};
    std::optional<int64_t> as_of_ms = {};
};

struct ScanRequest {
    TimeTravel at = {};
    Expression filter = {};
    bool ignores_case = false;
    // Whatever the point in time, conditions are about the columns that the table has now.
    bool has_columns_of_today = false;
    // The tasks tell the metrics of these columns, by field id.
    std::vector<int32_t> metrics_of = {};
    int thread_count = 2;
};

// A file of deletes with the number that says which rows are older.
struct DeleteFile {
    DataFile file;
    int64_t sequence_number = 0;
};
using DeleteFilePtr = std::shared_ptr<const DeleteFile>;

struct FileTask {
    DataFile file = {};  // with the metrics of no column that was not asked for
    int64_t sequence_number = 0;
    std::vector<DeleteFilePtr> deletes = {};
    // What rows must still fulfil.
    std::shared_ptr<const Filter> residual = {};
};

// Of data manifests and of files of data.
struct PlanStatistics {
    int64_t manifests_read = 0;
    int64_t manifests_skipped = 0;
    int64_t delete_manifests_read = 0;
    int64_t delete_manifests_skipped = 0;
    int64_t files_taken = 0;
    int64_t files_skipped = 0;  // in manifests that were read
    int64_t delete_files_taken = 0;
};

struct ScanPlan {
    SnapshotPtr snapshot = {};  // null for a table without any
    SchemaPtr schema = {};      // of the table at that time
    Filter filter = {};
    std::vector<FileTask> tasks = {};
    PlanStatistics statistics = {};
};

// Throws NotFound for what the table does not have (any more). Null for the main branch of a table
// without snapshots.
SnapshotPtr snapshot_at(const TableMetadata& table, const TimeTravel& at);
// A branch is read by the columns that the table has today, a tag or an old snapshot by its own.
SchemaPtr schema_at(const TableMetadata& table, const TimeTravel& at);

// What to decode of manifests for a condition, with all that is known of some columns.
ManifestColumns columns_for(const Filter& filter, const std::vector<int32_t>& metrics_of);

// Tasks come in the order of the manifests. Throws InvalidInput for a condition that does not fit
// the schema and for tables that are encrypted.
ScanPlan plan(const TableMetadata& table, ManifestCache& manifests, const ScanRequest& request);

}  // namespace tarn::iceberg
