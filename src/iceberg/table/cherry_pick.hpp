// Brings what one snapshot did into the main branch: a staged one that was found good, or one of
// another branch. If the main branch is where the snapshot began, it moves on to it; else the files
// that the snapshot added are added once more, in a snapshot of their own.
#pragma once

#include <optional>
#include <string>

#include "iceberg/table/file_commit.hpp"

namespace tarn::iceberg {

// Throws NotFound for a snapshot that is not there, InvalidInput for one that did more than to add
// files or to replace partitions, Conflict for one that is in the main branch already, or whose
// partitions others have changed.
class CherryPick : public TableChange {
public:
    explicit CherryPick(SnapshotId picked) : picked_(picked) {}
    // The one that was staged under this name.
    static CherryPick staged(std::string wap_id);

    void apply(MetadataBuilder& table, const ChangeContext& context) override;
    std::optional<SnapshotId> snapshot_id() const override;
    void finish(CommitOutcome outcome, const TableMetadata* after,
                const ChangeContext& context) override;

private:
    CherryPick() = default;
    const Snapshot& picked_in(const TableMetadata& table) const;

    std::optional<SnapshotId> picked_;
    std::string wap_id_;
    // Where the files are added once more.
    std::optional<FileCommit> commit_;
};

}  // namespace tarn::iceberg
