#include "iceberg/scan/incremental.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "iceberg/scan/partition_filter.hpp"

namespace tarn::iceberg {
namespace {

PartitionFilter filter_for(const TableMetadata& table, const ManifestFile& manifest,
                           const Filter& filter) {
    const PartitionSpec* spec = table.find_spec(manifest.spec_id);
    if (!spec) {
        throw Error(ErrorCode::Corrupt, "manifest {}: the table has no partition spec {}",
                    manifest.path, manifest.spec_id);
    }
    return {filter, *spec, PartitionTypes(table, *spec)};
}

// The entries of the manifests that a snapshot wrote.
template <typename Use>
void each_own_entry(const TableMetadata& table, ManifestCache& cache, const Snapshot& snapshot,
                    const Filter& filter, const std::vector<int32_t>& metrics_of, const Use& use) {
    for (const ManifestFile& manifest : *cache.manifests_of(snapshot)) {
        bool is_own = manifest.added_snapshot_id == snapshot.id;
        if (!is_own || manifest.content != ManifestContent::Data) continue;
        PartitionFilter by_partition = filter_for(table, manifest, filter);
        if (!by_partition.can_match(manifest)) continue;
        auto decoded = cache.manifest(manifest, by_partition.partition_type(),
                                      columns_for(filter, metrics_of));
        for (const ManifestEntries& entries : decoded->batches) {
            for (int64_t i = 0; i < entries.size(); ++i) {
                if (entries.snapshot_id(i) != snapshot.id) continue;
                if (entries.status(i) == EntryStatus::Existing) continue;
                if (!by_partition.can_match(entries, i)) continue;
                if (can_match_metrics(filter, entries, i)) use(by_partition, entries, i);
            }
        }
    }
}

}  // namespace

std::vector<SnapshotPtr> snapshots_in(const TableMetadata& table, const SnapshotRange& range) {
    std::vector<SnapshotPtr> found;
    std::optional<SnapshotId> next = range.up_to;
    while (next && next != range.after) {
        auto snapshot = table.find_snapshot(*next);
        if (!snapshot && !range.after && !found.empty()) break;
        if (!snapshot) throw Error(ErrorCode::NotFound, "the table has no snapshot {}", *next);
        next = snapshot->parent_id;
        found.push_back(std::move(snapshot));
    }
    if (range.after && !next) {
        throw Error(ErrorCode::NotFound, "snapshot {} is no ancestor of snapshot {}", *range.after,
                    range.up_to);
    }
    std::ranges::reverse(found);
    return found;
}

std::vector<FileTask> plan_appends(const TableMetadata& table, ManifestCache& manifests,
                                   const SnapshotRange& range, const Expression& filter,
                                   const std::vector<int32_t>& metrics_of) {
    Filter bound = bind(filter, table.schema());
    std::vector<FileTask> tasks;
    for (const SnapshotPtr& snapshot : snapshots_in(table, range)) {
        if (snapshot->operation() != "append") continue;
        each_own_entry(
            table, manifests, *snapshot, bound, metrics_of,
            [&](const PartitionFilter& by_partition, const ManifestEntries& entries, int64_t i) {
                if (!entries.is_live(i)) return;
                FileTask task{.file = entries.file(i),
                              .sequence_number = entries.sequence_number(i).value_or(0)};
                task.file.metrics.keep_only(metrics_of);
                task.residual =
                    std::make_shared<const Filter>(by_partition.residual(task.file.partition));
                tasks.push_back(std::move(task));
            });
    }
    return tasks;
}

std::vector<ChangedFile> changed_files(const TableMetadata& table, ManifestCache& manifests,
                                       const SnapshotRange& range) {
    std::vector<ChangedFile> changed;
    int ordinal = 0;
    for (const SnapshotPtr& snapshot : snapshots_in(table, range)) {
        if (snapshot->operation() == "replace") continue;
        for (const ManifestFile& manifest : *manifests.manifests_of(*snapshot)) {
            if (manifest.content == ManifestContent::Deletes &&
                manifest.added_snapshot_id == snapshot->id && manifest.has_added_files()) {
                throw Error(ErrorCode::InvalidInput, "snapshot {} deletes rows by files of deletes",
                            snapshot->id)
                    .with_hint("only whole files can be told as changes");
            }
        }
        each_own_entry(table, manifests, *snapshot, Filter(), {},
                       [&](const PartitionFilter&, const ManifestEntries& entries, int64_t i) {
                           changed.push_back({.ordinal = ordinal,
                                              .snapshot_id = snapshot->id,
                                              .is_removed = !entries.is_live(i),
                                              .file = entries.file(i)});
                       });
        ++ordinal;
    }
    return changed;
}

}  // namespace tarn::iceberg
