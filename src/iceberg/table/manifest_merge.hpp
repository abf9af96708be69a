// Keeps the number of manifests small while each commit adds one: when there are many small ones,
// they are made into one. A large one is left as it is until those after it have grown as large
// together, so that an entry is written again only as often as the table doubles.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "iceberg/table/commit_settings.hpp"
#include "iceberg/table/new_manifests.hpp"

namespace tarn::iceberg {

class ManifestMerge {
public:
    // `manifests` begins with the newest. What was merged once is not merged again when the change
    // is tried once more.
    std::vector<ManifestFile> apply(const std::vector<ManifestFile>& manifests,
                                    const CommitSettings& settings, const TableMetadata& table,
                                    NewManifests& written, const ChangeContext& context);

    // By the last apply().
    int replaced_count() const { return replaced_count_; }

private:
    ManifestFile merged(const std::vector<const ManifestFile*>& manifests,
                        const TableMetadata& table, NewManifests& written,
                        const ChangeContext& context);

    // By the paths that went into it.
    std::map<std::string, ManifestFile> merged_;
    int replaced_count_ = 0;
};

}  // namespace tarn::iceberg
