// One manifest as the manifest list of a snapshot describes it: enough to tell whether it is worth
// opening. Manifests never change and are shared by many snapshots; what inherits from here into
// their entries is what their commit knew only later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "iceberg/format/snapshot.hpp"

namespace tarn::iceberg {

// As numbered in manifest lists.
enum class ManifestContent { Data = 0, Deletes = 1 };

// What the partitions in a manifest span in one field of its spec.
struct PartitionSummary {
    bool contains_null = false;
    std::optional<bool> contains_nan = {};
    // In the form of single_value.hpp, of the type that the transform gives. Absent when all are
    // null or NaN.
    std::optional<Bytes> lower_bound = {};
    std::optional<Bytes> upper_bound = {};

    bool operator==(const PartitionSummary& other) const = default;
};

struct ManifestFile {
    std::string path = {};
    int64_t length = 0;  // in bytes
    int32_t spec_id = 0;
    ManifestContent content = ManifestContent::Data;
    // Of the commit that added the manifest; nothing before it. 0 in version 1.
    std::optional<int64_t> sequence_number = {};
    // The lowest data sequence number of its live entries. Nothing before the commit if they all
    // take the commit's.
    std::optional<int64_t> min_sequence_number = {};
    SnapshotId added_snapshot_id = 0;
    // Version 1 need not say.
    std::optional<int32_t> added_files = {};
    std::optional<int32_t> existing_files = {};
    std::optional<int32_t> deleted_files = {};
    std::optional<int64_t> added_rows = {};
    std::optional<int64_t> existing_rows = {};
    std::optional<int64_t> deleted_rows = {};
    // One for each field of the spec.
    std::optional<std::vector<PartitionSummary>> partitions = {};
    std::optional<Bytes> key_metadata = {};
    // Version 3, of data manifests: the row id of the first row whose file has none of its own.
    std::optional<int64_t> first_row_id = {};

    // Also true where nobody counted.
    bool has_added_files() const { return added_files != 0; }
    bool has_deleted_files() const { return deleted_files != 0; }
    bool has_live_files() const { return added_files != 0 || existing_files != 0; }

    bool operator==(const ManifestFile& other) const = default;
};

}  // namespace tarn::iceberg
