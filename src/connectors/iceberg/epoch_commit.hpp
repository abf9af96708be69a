// The rows of one epoch as a change to a table that it takes once, however often it is asked to.
#pragma once

#include "connectors/iceberg/epoch_mark.hpp"
#include "iceberg/table/file_commit.hpp"

namespace tarn::connectors {

class EpochCommit final : public iceberg::TableChange {
public:
    // The mark goes into the summary of the snapshot and into the table's properties.
    EpochCommit(EpochMark mark, iceberg::FileChanges changes);

    // Leaves a table as it is that has the epoch already.
    void apply(iceberg::MetadataBuilder& table, const iceberg::ChangeContext& context) override;
    std::optional<iceberg::SnapshotId> snapshot_id() const override { return files_.snapshot_id(); }
    void finish(iceberg::CommitOutcome outcome, const iceberg::TableMetadata* after,
                const iceberg::ChangeContext& context) override {
        files_.finish(outcome, after, context);
    }

private:
    EpochMark mark_;
    std::string branch_;
    iceberg::FileCommit files_;
};

}  // namespace tarn::connectors
