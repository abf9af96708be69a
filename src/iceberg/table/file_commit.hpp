// Carries out a change to the files of a table: writes its manifests once, and for each attempt the
// manifest list, and adds the snapshot.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "iceberg/table/file_changes.hpp"
#include "iceberg/table/manifest_filter.hpp"
#include "iceberg/table/manifest_merge.hpp"
#include "iceberg/table/manifest_rewrite.hpp"
#include "iceberg/table/new_manifests.hpp"
#include "iceberg/table/table_change.hpp"

namespace tarn::iceberg {

class FileCommit : public TableChange {
public:
    explicit FileCommit(FileChanges changes);

    void apply(MetadataBuilder& table, const ChangeContext& context) override;
    std::optional<SnapshotId> snapshot_id() const override;
    void finish(CommitOutcome outcome, const TableMetadata* after,
                const ChangeContext& context) override;

private:
    void begin(const ChangeContext& context);
    std::vector<ManifestFile> next_manifests(const TableMetadata& table, const Snapshot* parent,
                                             const ChangeContext& context);
    const std::vector<ManifestFile>& added_manifests(const TableMetadata& table,
                                                     const ChangeContext& context);
    Snapshot written_snapshot(const TableMetadata& table, const SnapshotPtr& parent,
                              const ChangeContext& context);
    std::map<std::string, std::string> summary(const Snapshot* parent,
                                               const std::vector<ManifestFile>& manifests) const;

    FileChanges changes_;
    ManifestFilter data_filter_{ManifestContent::Data};
    ManifestFilter delete_filter_{ManifestContent::Deletes};
    ManifestMerge merge_;
    ManifestRewrite rewrite_;
    std::optional<NewManifests> written_;
    // Nothing before they are written.
    std::optional<std::vector<ManifestFile>> added_;
    // The list of the last attempt and what is in it.
    std::set<std::string> used_;
};

}  // namespace tarn::iceberg
