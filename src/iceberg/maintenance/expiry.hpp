// Forgets old snapshots of a table, and then the files that only they needed. The commit comes
// first: whoever is killed after it leaves orphans, which orphans.hpp finds, and never a table that
// names a file which is gone.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "iceberg/catalog/reachable_files.hpp"
#include "iceberg/maintenance/maintained_table.hpp"

namespace tarn::iceberg {

// What is not said is taken from the table: `history.expire.max-snapshot-age-ms`,
// `.min-snapshots-to-keep` and `.max-ref-age-ms`. Branches and tags may say otherwise for
// themselves.
struct ExpiryOptions {
    // Snapshots from before this may go.
    std::optional<int64_t> older_than_ms = {};
    // How many of each branch stay however old they are.
    std::optional<int32_t> retain_last = {};
    // These go in any case; a branch or tag must not be at one.
    std::set<SnapshotId> ids = {};
    // Files that stay are orphans.
    bool deletes_files = true;
    bool is_dry_run = false;
};

struct ExpiryPlan {
    std::vector<SnapshotId> snapshots = {};
    // Branches and tags that have reached their age.
    std::vector<std::string> refs = {};

    bool is_empty() const { return snapshots.empty() && refs.empty(); }
};

struct ExpiryResult {
    ExpiryPlan plan;
    // What was deleted, or would be.
    ReachableFiles files = {};
    // Files that could not be deleted: they are orphans now.
    int64_t failures = 0;
};

// Throws InvalidInput for ids that are not there or that a ref is at.
ExpiryPlan plan_expiry(const TableMetadata& table, const ExpiryOptions& options, int64_t now_ms);

// Throws InvalidInput when the table says `gc.enabled=false`, and what a commit throws.
ExpiryResult expire_snapshots(const MaintainedTable& table, const ExpiryOptions& options = {});

}  // namespace tarn::iceberg
