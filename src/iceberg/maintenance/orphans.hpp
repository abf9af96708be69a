// Files below a table's location that no version of it names: left by writers that failed, by
// expiry that was interrupted. Never anything younger than the grace period, since a writer may be
// about to commit it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "iceberg/maintenance/maintained_table.hpp"

namespace tarn::iceberg {

// As Java has it. A shorter one than the least is refused: long commits would lose their files.
inline constexpr std::chrono::hours OrphanGraceDefault{3 * 24};
inline constexpr std::chrono::hours OrphanGraceMin{24};

struct OrphanOptions {
    std::chrono::milliseconds grace = OrphanGraceDefault;
    bool is_dry_run = true;
};

struct OrphanResult {
    // What was deleted, or would be.
    std::vector<std::string> files = {};
    int64_t bytes = 0;
    // Orphans that are younger than the grace period.
    int64_t young_files = 0;
    // Files that could not be deleted.
    int64_t failures = 0;
};

// Throws InvalidInput when the table says `gc.enabled=false`, for too short a grace period, when
// another table of the catalog lies within this one's location, and when the table names files by
// another scheme or spelling than they are listed by: then nothing can be told by comparing.
OrphanResult remove_orphans(const MaintainedTable& table, const OrphanOptions& options = {});

}  // namespace tarn::iceberg
