// Changes to the branches and tags of a table, as changes that a committer makes. Each throws
// NotFound for what is not there, InvalidInput for what makes no sense, Conflict for a name that is
// taken.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "iceberg/table/metadata_change.hpp"

namespace tarn::iceberg {

// What expiry spares; nothing means that the table's properties decide.
struct RefRetention {
    std::optional<int32_t> min_snapshots_to_keep = {};
    std::optional<std::chrono::milliseconds> max_snapshot_age = {};
    std::optional<std::chrono::milliseconds> max_ref_age = {};
};

// Without a snapshot: the one that the main branch is at.
MetadataChange create_branch(std::string name, std::optional<SnapshotId> snapshot = {},
                             const RefRetention& retention = {});
MetadataChange create_tag(std::string name, std::optional<SnapshotId> snapshot = {},
                          std::optional<std::chrono::milliseconds> max_ref_age = {});
// The branch or tag then points elsewhere, whatever it pointed to.
MetadataChange replace_branch(std::string name, SnapshotId snapshot);
MetadataChange replace_tag(std::string name, SnapshotId snapshot);
// Moves a branch on to where another branch or tag is, which must descend from it.
MetadataChange fast_forward(std::string branch, std::string to);
MetadataChange rename_branch(std::string from, std::string to);
MetadataChange drop_branch(std::string name);
MetadataChange drop_tag(std::string name);
MetadataChange set_retention(std::string name, const RefRetention& retention);

// The main branch goes back to a snapshot that it came from.
MetadataChange roll_back_to(SnapshotId snapshot);
// To the last one that the main branch was at before the time.
MetadataChange roll_back_to_time(WallTime time);
// The main branch goes to any snapshot of the table.
MetadataChange set_current_snapshot(SnapshotId snapshot);

}  // namespace tarn::iceberg
