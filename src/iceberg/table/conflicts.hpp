// Whether what others have committed since a change was begun is compatible with it.
#pragma once

#include "iceberg/table/file_changes.hpp"
#include "iceberg/table/table_change.hpp"

namespace tarn::iceberg {

// `head` is the snapshot that the change would follow; null for none. Throws Conflict and says
// which file is in the way.
void check_conflicts(const FileChanges& changes, const TableMetadata& table,
                     const SnapshotPtr& head, const ChangeContext& context);

// At most one deletion vector for each data file: whoever adds one removes the one before.
void check_single_vectors(const FileChanges& changes, const std::vector<ManifestFile>& manifests,
                          const TableMetadata& table, const ChangeContext& context);

}  // namespace tarn::iceberg
