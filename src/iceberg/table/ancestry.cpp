#include "iceberg/table/ancestry.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace tarn::iceberg {
namespace {

SnapshotPtr parent_of(const TableMetadata& table, const Snapshot& snapshot) {
    return snapshot.parent_id ? table.find_snapshot(*snapshot.parent_id) : nullptr;
}

}  // namespace

std::vector<SnapshotPtr> ancestors_of(const TableMetadata& table, SnapshotPtr snapshot) {
    std::vector<SnapshotPtr> ancestors;
    // A table whose snapshots are each other's parents ends here too.
    while (snapshot && ancestors.size() < table.snapshots.size()) {
        ancestors.push_back(snapshot);
        snapshot = parent_of(table, *snapshot);
    }
    return ancestors;
}

bool is_ancestor(const TableMetadata& table, SnapshotId ancestor, SnapshotPtr snapshot) {
    return std::ranges::any_of(ancestors_of(table, std::move(snapshot)),
                               [&](const SnapshotPtr& each) { return each->id == ancestor; });
}

std::vector<SnapshotPtr> snapshots_since(const TableMetadata& table, const SnapshotPtr& head,
                                         std::optional<SnapshotId> since) {
    std::vector<SnapshotPtr> later;
    SnapshotPtr snapshot = head;
    while (snapshot && snapshot->id != since && later.size() < table.snapshots.size()) {
        later.push_back(snapshot);
        snapshot = parent_of(table, *snapshot);
    }
    if (since && !snapshot) {
        throw Error(ErrorCode::Conflict,
                    "the table's history no longer leads to snapshot {}, which the change was made "
                    "from",
                    *since);
    }
    return later;
}

}  // namespace tarn::iceberg
