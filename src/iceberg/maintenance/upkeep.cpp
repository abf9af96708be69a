#include "iceberg/maintenance/upkeep.hpp"

#include <algorithm>
#include <charconv>

#include "iceberg/table/change_summary.hpp"

namespace tarn::iceberg {
namespace {

size_t count_property(const TableMetadata& table, std::string_view name, size_t otherwise) {
    std::string text = table.property(name, "");
    size_t number = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    bool is_number = failure == std::errc() && end == text.data() + text.size() && number > 0;
    return is_number ? number : otherwise;
}

int64_t total_in(const Snapshot& snapshot, const std::string& name) {
    return summary_number(snapshot, name).value_or(0);
}

// By the table's own rule; earlier when that would leave too many.
ExpiryOptions options_for(const TableMetadata& table, size_t snapshots_max, int64_t now_ms) {
    size_t expired = plan_expiry(table, {}, now_ms).snapshots.size();
    if (table.snapshots.size() - expired <= snapshots_max) return {};
    std::vector<int64_t> times;
    for (const SnapshotPtr& snapshot : table.snapshots) times.push_back(snapshot->timestamp_ms);
    auto oldest_kept = times.end() - static_cast<ptrdiff_t>(snapshots_max);
    std::ranges::nth_element(times, oldest_kept);
    int64_t in_use_since = now_ms - std::chrono::milliseconds(SnapshotAgeMin).count();
    return {.older_than_ms = std::min(*oldest_kept, in_use_since)};
}

}  // namespace

UpkeepPolicy UpkeepPolicy::of(const TableMetadata& table) {
    UpkeepPolicy policy;
    policy.is_wanted = table.property("tarn.maintenance.enabled", "false") == "true";
    policy.compact_min_files =
        count_property(table, "tarn.maintenance.compact-min-files", policy.compact_min_files);
    policy.snapshots_max =
        count_property(table, "tarn.maintenance.snapshots-max", policy.snapshots_max);
    return policy;
}

UpkeepResult Upkeep::round(const std::function<bool()>& is_stopped) {
    LoadedTable loaded = catalog_.load_table(name_);
    UpkeepPolicy policy = UpkeepPolicy::of(loaded.metadata());
    UpkeepResult result;
    if (!policy.is_wanted) return result;
    compact_if_grown(loaded.metadata(), policy, is_stopped, result);
    bool may_delete = loaded.metadata().property("gc.enabled", "true") == "true";
    if (!may_delete) return result;
    expire_if_due(loaded.metadata(), policy, result);
    remove_orphans_if_due(result);
    return result;
}

// A plan of the whole table costs something: it is made when enough files came that a partition
// could have too many, or any deletes.
void Upkeep::compact_if_grown(const TableMetadata& table, const UpkeepPolicy& policy,
                              const std::function<bool()>& is_stopped, UpkeepResult& result) {
    SnapshotPtr head = table.current_snapshot();
    if (!head) return;
    int64_t files =
        total_in(*head, "total-data-files") +
        total_in(*head, "total-delete-files") * static_cast<int64_t>(policy.compact_min_files);
    bool has_grown = !files_before_ || files < *files_before_ ||
                     files - *files_before_ >= static_cast<int64_t>(policy.compact_min_files);
    if (!has_grown) return;
    result.compaction =
        compact(committers_, name_,
                {.groups = {.files_min = policy.compact_min_files, .leaves_large = true},
                 .commits_each_group = true,
                 .is_stopped = is_stopped});
    result.deletes = rewrite_deletes(committers_, name_, {.files_min = policy.compact_min_files});
    // What was added meanwhile counts for the next round; what failed is tried again.
    files_before_ = files;
    if (!result.compaction.failures.empty()) files_before_.reset();
}

void Upkeep::expire_if_due(const TableMetadata& table, const UpkeepPolicy& policy,
                           UpkeepResult& result) {
    const Clock& clock = committers_.parts().clock;
    if (expired_at_ && clock.ticks() - *expired_at_ < ExpiryInterval) return;
    result.expiry = expire_snapshots(
        maintained(), options_for(table, policy.snapshots_max, unix_ms(clock.now())));
    expired_at_ = clock.ticks();
}

void Upkeep::remove_orphans_if_due(UpkeepResult& result) {
    const Clock& clock = committers_.parts().clock;
    if (cleaned_at_ && clock.ticks() - *cleaned_at_ < OrphanInterval) return;
    // First: a listing that cannot be told from the files in use is not made again each round.
    cleaned_at_ = clock.ticks();
    result.orphans = remove_orphans(maintained(), {.is_dry_run = false});
}

MaintainedTable Upkeep::maintained() const {
    return {catalog_, committers_.parts().files, committers_.parts().clock, name_};
}

}  // namespace tarn::iceberg
