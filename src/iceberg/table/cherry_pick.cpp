#include "iceberg/table/cherry_pick.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "iceberg/catalog/stored_manifests.hpp"
#include "iceberg/table/ancestry.hpp"

namespace tarn::iceberg {
namespace {

std::string text_of(const Snapshot& snapshot, const std::string& name) {
    auto found = snapshot.summary.find(name);
    return found == snapshot.summary.end() ? "" : found->second;
}

void check_not_there(const Snapshot& picked, const TableMetadata& table, const SnapshotPtr& head) {
    std::string wap_id = text_of(picked, "wap.id");
    for (const SnapshotPtr& snapshot : ancestors_of(table, head)) {
        bool is_it = snapshot->id == picked.id ||
                     text_of(*snapshot, "source-snapshot-id") == std::to_string(picked.id);
        bool is_published = !wap_id.empty() && (text_of(*snapshot, "published-wap-id") == wap_id ||
                                                text_of(*snapshot, "wap.id") == wap_id);
        if (is_it || is_published) {
            throw Error(ErrorCode::Conflict, "snapshot {} is in the main branch already, as {}",
                        picked.id, snapshot->id);
        }
    }
}

std::vector<DataFile> files_added_by(const Snapshot& picked, const TableMetadata& table,
                                     const ChangeContext& context) {
    std::vector<DataFile> files;
    for (const ManifestFile& manifest : *context.lists.of(picked)) {
        if (manifest.added_snapshot_id != picked.id || !manifest.has_added_files()) continue;
        StoredManifest stored(context.files, manifest, partition_type_of(manifest, table));
        stored.each([&](const ManifestEntries& entries, int64_t i) {
            bool is_of_it =
                entries.status(i) == EntryStatus::Added && entries.snapshot_id(i) == picked.id;
            if (!is_of_it) return;
            files.push_back(entries.file(i));
            // Its rows get ids when they come into the branch.
            files.back().first_row_id.reset();
        });
    }
    return files;
}

FileChanges changes_of(const Snapshot& picked, const TableMetadata& table,
                       const ChangeContext& context) {
    FileChanges changes;
    if (text_of(picked, "replace-partitions") == "true") {
        changes = overwrite_partitions(files_added_by(picked, table, context),
                                       ConflictRules{.since = picked.parent_id});
    } else if (picked.operation() == "append") {
        changes = append(files_added_by(picked, table, context));
    } else {
        throw Error(ErrorCode::InvalidInput,
                    "snapshot {} is a change of kind '{}', which cannot be made again elsewhere",
                    picked.id, picked.operation());
    }
    changes.summary["source-snapshot-id"] = std::to_string(picked.id);
    std::string wap_id = text_of(picked, "wap.id");
    if (!wap_id.empty()) changes.summary["published-wap-id"] = wap_id;
    return changes;
}

}  // namespace

CherryPick CherryPick::staged(std::string wap_id) {
    CherryPick pick;
    pick.wap_id_ = std::move(wap_id);
    return pick;
}

const Snapshot& CherryPick::picked_in(const TableMetadata& table) const {
    auto is_wanted = [&](const SnapshotPtr& snapshot) {
        return picked_ ? snapshot->id == *picked_ : text_of(*snapshot, "wap.id") == wap_id_;
    };
    auto found = std::ranges::find_if(table.snapshots, is_wanted);
    if (found == table.snapshots.end()) {
        if (picked_) throw Error(ErrorCode::NotFound, "the table has no snapshot {}", *picked_);
        throw Error(ErrorCode::NotFound, "nothing is staged as '{}'", wap_id_);
    }
    return **found;
}

void CherryPick::apply(MetadataBuilder& table, const ChangeContext& context) {
    const TableMetadata& base = table.metadata();
    const Snapshot& picked = picked_in(base);
    SnapshotPtr head = base.current_snapshot();
    check_not_there(picked, base, head);
    bool is_next = picked.parent_id == base.current_snapshot_id;
    if (is_next) {
        const SnapshotRef* main = base.find_ref(MainBranch);
        SnapshotRef ref = main ? *main : SnapshotRef{};
        ref.snapshot_id = picked.id;
        return table.set_ref(std::string(MainBranch), ref);
    }
    if (!commit_) commit_.emplace(changes_of(picked, base, context));
    commit_->apply(table, context);
}

std::optional<SnapshotId> CherryPick::snapshot_id() const {
    return commit_ ? commit_->snapshot_id() : std::nullopt;
}

void CherryPick::finish(CommitOutcome outcome, const TableMetadata* after,
                        const ChangeContext& context) {
    if (commit_) commit_->finish(outcome, after, context);
}

}  // namespace tarn::iceberg
