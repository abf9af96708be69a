// Makes as few manifests as will do of all those that a table has, sorted by partition: a plan with
// a condition then opens few of them. Unlike the merging that goes with every commit it looks at
// all, so it is done when someone asks for it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "iceberg/table/commit_settings.hpp"
#include "iceberg/table/new_manifests.hpp"

namespace tarn::iceberg {

// Those of one spec and content that could be fewer; nothing to do where there are none.
using ManifestGroup = std::vector<const ManifestFile*>;
std::vector<ManifestGroup> groups_to_rewrite(const std::vector<ManifestFile>& manifests,
                                             const CommitSettings& settings);

class ManifestRewrite {
public:
    // What stands in the place of `manifests`. What was rewritten once is not rewritten again when
    // the change is tried once more.
    std::vector<ManifestFile> apply(const std::vector<ManifestFile>& manifests,
                                    const CommitSettings& settings, const TableMetadata& table,
                                    NewManifests& written, const ChangeContext& context);

    // By the last apply().
    int replaced_count() const { return replaced_count_; }

private:
    std::vector<ManifestFile> rewritten(const ManifestGroup& group, int64_t bytes_max,
                                        const TableMetadata& table, NewManifests& written,
                                        const ChangeContext& context) const;

    // By the paths that went into them.
    std::map<std::string, std::vector<ManifestFile>> rewritten_;
    int replaced_count_ = 0;
};

}  // namespace tarn::iceberg
