// What came to a table, or went, between two of its snapshots: for readers that follow it.
#pragma once

#include <optional>
#include <vector>

#include "iceberg/scan/plan.hpp"

namespace tarn::iceberg {

struct SnapshotRange {
    // Not included; from the first snapshot on where there is none.
    std::optional<SnapshotId> after = {};
    SnapshotId up_to = 0;
};

// Oldest first. Throws NotFound unless the one is an ancestor of the other and all in between are
// still there.
std::vector<SnapshotPtr> snapshots_in(const TableMetadata& table, const SnapshotRange& range);

// The files that appends have added; what other operations did is passed over, as in Java.
std::vector<FileTask> plan_appends(const TableMetadata& table, ManifestCache& manifests,
                                   const SnapshotRange& range, const Expression& filter = {},
                                   const std::vector<int32_t>& metrics_of = {});

// A file of rows that a snapshot added or removed.
struct ChangedFile {
    int ordinal = 0;  // of the snapshot within the range
    SnapshotId snapshot_id = 0;
    bool is_removed = false;
    DataFile file = {};
};

// Snapshots that only write the same rows anew are passed over. Throws InvalidInput when rows were
// deleted by files of deletes, which do not say what they were.
std::vector<ChangedFile> changed_files(const TableMetadata& table, ManifestCache& manifests,
                                       const SnapshotRange& range);

}  // namespace tarn::iceberg
