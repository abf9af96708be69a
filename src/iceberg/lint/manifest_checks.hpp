// The rules about what manifest lists and manifests say: each entry by itself, and all of them
// against the list that names the manifest.
#pragma once

#include <string>
#include <vector>

#include "iceberg/format/data_file.hpp"
#include "iceberg/format/manifest_file.hpp"
#include "iceberg/format/table_metadata.hpp"
#include "iceberg/lint/findings.hpp"

namespace tarn::iceberg {

// `bytes` is how long the file is.
void check_manifest(const ManifestFile& manifest, const std::vector<ManifestEntry>& entries,
                    int64_t bytes, const TableMetadata& table, LintFindings& findings);

// All files that a snapshot has, over all its manifests.
struct LiveFile {
    const ManifestEntry* entry;
    const std::string* manifest;
};
void check_live_files(const std::vector<LiveFile>& live, const Snapshot& snapshot,
                      LintFindings& findings);

}  // namespace tarn::iceberg
