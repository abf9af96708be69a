// The manifest list of a snapshot, which names the manifests of all its files. Writing it is what
// gives the manifests of a commit their numbers; so a commit that is tried again after somebody
// else's writes its list again, and its manifests stay as they are.
#pragma once

#include <arrow/buffer.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "iceberg/format/manifest_file.hpp"

namespace tarn::iceberg {

struct ManifestListOptions {
    int format_version = 2;
    SnapshotId snapshot_id = 0;
    std::optional<SnapshotId> parent_id = {};
    int64_t sequence_number = 0;
    // Version 3: the table's next row id.
    int64_t first_row_id = 0;
};

struct WrittenManifestList {
    Bytes file;
    // As they stand in it, with sequence numbers and, in version 3, row ids.
    std::vector<ManifestFile> manifests;
    // How many row ids were given out.
    int64_t added_rows = 0;
};

// Manifests without a sequence number are those of this commit. The counts must be there from
// version 2 on.
WrittenManifestList write_manifest_list(std::vector<ManifestFile> manifests,
                                        const ManifestListOptions& options, Random& random);

// Of any version. Throws Corrupt or InvalidInput when it is none.
std::vector<ManifestFile> read_manifest_list(std::shared_ptr<arrow::Buffer> file);

}  // namespace tarn::iceberg
