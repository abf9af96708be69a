// Keeps a table that asks for it in order, round by round: small files are compacted before there
// are many, old snapshots go before the metadata grows long, files that failed writers left go once
// they are old. A table asks by its properties:
//
//     tarn.maintenance.enabled           true, else nothing is done
//     tarn.maintenance.compact-min-files so many small files of a partition are compacted (16)
//     tarn.maintenance.snapshots-max     older ones than these expire early (500)
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "iceberg/maintenance/expiry.hpp"
#include "iceberg/maintenance/orphans.hpp"
#include "iceberg/rewrite/compaction.hpp"
#include "iceberg/rewrite/rewrite_deletes.hpp"

namespace tarn::iceberg {

struct UpkeepPolicy {
    bool is_wanted = false;
    size_t compact_min_files = 16;
    size_t snapshots_max = 500;

    // A property that is no number counts as not set: the table must stay usable.
    static UpkeepPolicy of(const TableMetadata& table);
};

// However many there are, a query may still be reading a snapshot of this age.
inline constexpr std::chrono::minutes SnapshotAgeMin{10};
// How often a table is asked about its snapshots and orphans; compaction goes by what was added.
inline constexpr std::chrono::minutes ExpiryInterval{10};
inline constexpr std::chrono::hours OrphanInterval{24};

struct UpkeepResult {
    CompactionResult compaction = {};
    DeleteRewriteResult deletes = {};
    ExpiryResult expiry = {};
    OrphanResult orphans = {};
};

// One table's upkeep. What it remembers between rounds only saves looking.
class Upkeep {
public:
    // The committers outlive this.
    Upkeep(AnyCatalog& catalog, Committers& committers, TableName name)
        : catalog_(catalog), committers_(committers), name_(std::move(name)) {}

    // Throws what any of the steps throws; the others wait for the next round then. Between batches
    // of rows it asks whether it is stopped, and throws Unavailable if so.
    UpkeepResult round(const std::function<bool()>& is_stopped = {});

private:
    void compact_if_grown(const TableMetadata& table, const UpkeepPolicy& policy,
                          const std::function<bool()>& is_stopped, UpkeepResult& result);
    void expire_if_due(const TableMetadata& table, const UpkeepPolicy& policy,
                       UpkeepResult& result);
    void remove_orphans_if_due(UpkeepResult& result);
    MaintainedTable maintained() const;

    AnyCatalog& catalog_;
    Committers& committers_;
    TableName name_;
    // Of data and of deletes, when they were last looked at.
    std::optional<int64_t> files_before_;
    std::optional<Ticks> expired_at_;
    std::optional<Ticks> cleaned_at_;
};

}  // namespace tarn::iceberg
