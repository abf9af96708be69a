// How the snapshots of a table descend from one another.
#pragma once

#include <optional>
#include <vector>

#include "iceberg/format/table_metadata.hpp"

namespace tarn::iceberg {

// A snapshot and those before it, the newest first, so far as they are still there.
std::vector<SnapshotPtr> ancestors_of(const TableMetadata& table, SnapshotPtr snapshot);

// Whether `ancestor` is `snapshot` itself or one before it.
bool is_ancestor(const TableMetadata& table, SnapshotId ancestor, SnapshotPtr snapshot);

// Those after `since` up to `head`, the newest first; without `since` all. Throws Conflict when
// `since` is no longer among the ancestors: what came after it cannot be known then.
std::vector<SnapshotPtr> snapshots_since(const TableMetadata& table, const SnapshotPtr& head,
                                         std::optional<SnapshotId> since);

}  // namespace tarn::iceberg
