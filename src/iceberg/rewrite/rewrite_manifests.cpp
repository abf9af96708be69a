#include "iceberg/rewrite/rewrite_manifests.hpp"

#include "iceberg/scan/plan.hpp"
#include "iceberg/table/change_summary.hpp"
#include "iceberg/table/file_commit.hpp"
#include "iceberg/table/manifest_rewrite.hpp"

namespace tarn::iceberg {

ManifestRewriteResult rewrite_manifests(Committers& committers, const TableName& name,
                                        const ManifestRewriteOptions& options) {
    const CommitterParts& parts = committers.parts();
    LoadedTable before = parts.access.load_table(name);
    TimeTravel at;
    if (options.branch != MainBranch) at.ref = options.branch;
    SnapshotPtr snapshot = snapshot_at(before.metadata(), at);
    ManifestRewriteResult result;
    if (!snapshot) return result;
    auto manifests = ManifestLists(parts.files).of(*snapshot);
    for (const ManifestGroup& group :
         groups_to_rewrite(*manifests, CommitSettings::of(before.metadata()))) {
        result.rewritten += std::ssize(group);
    }
    if (result.rewritten == 0 || options.is_dry_run) return result;

    FileChanges changes = rewrite_manifests();
    changes.branch = options.branch;
    FileCommit commit(std::move(changes));
    LoadedTable after = committers.commit(name, commit);
    // Others may have committed meanwhile: what was done is told by the snapshot itself.
    SnapshotPtr made = after.metadata().find_snapshot(commit.snapshot_id().value());
    if (!made) return result;
    result.rewritten = summary_number(*made, "manifests-replaced").value_or(0);
    result.added = summary_number(*made, "manifests-created").value_or(0);
    return result;
}

}  // namespace tarn::iceberg
