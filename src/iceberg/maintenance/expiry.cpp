#include "iceberg/maintenance/expiry.hpp"

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "base/log.hpp"
#include "iceberg/format/metadata_builder.hpp"
#include "iceberg/format/table_update.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

constexpr int64_t SnapshotAgeMsDefault = 5LL * 24 * 60 * 60 * 1000;
constexpr int64_t Forever = INT64_MAX;

int64_t number_property(const TableMetadata& table, std::string_view name, int64_t otherwise) {
    std::string text = table.property(name, "");
    if (text.empty()) return otherwise;
    int64_t number = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size() || number < 0) {
        throw Error(ErrorCode::InvalidInput, "property {}: '{}' is no number", name, text);
    }
    return number;
}

class Planner {
public:
    Planner(const TableMetadata& table, const ExpiryOptions& options, int64_t now_ms)
        : table_(table), options_(options), now_ms_(now_ms) {}

    ExpiryPlan plan() {
        check_ids();
        ExpiryPlan plan;
        for (const auto& [name, ref] : table_.refs) {
            if (name != MainBranch && is_past_its_age(ref)) {
                plan.refs.push_back(name);
            } else {
                keep_for(ref);
            }
        }
        keep_unreferenced();
        for (const SnapshotPtr& snapshot : table_.snapshots) {
            if (!kept_.contains(snapshot->id) || options_.ids.contains(snapshot->id)) {
                plan.snapshots.push_back(snapshot->id);
            }
        }
        return plan;
    }

private:
    void check_ids() const {
        for (SnapshotId id : options_.ids) {
            if (!table_.find_snapshot(id)) {
                throw Error(ErrorCode::InvalidInput, "the table has no snapshot {}", id);
            }
            for (const auto& [name, ref] : table_.refs) {
                if (ref.snapshot_id == id) {
                    throw Error(ErrorCode::InvalidInput, "snapshot {} cannot expire: {} is at it",
                                id, name);
                }
            }
        }
    }

    bool is_past_its_age(const SnapshotRef& ref) const {
        int64_t age_max = ref.max_ref_age_ms.value_or(
            number_property(table_, "history.expire.max-ref-age-ms", Forever));
        auto snapshot = table_.find_snapshot(ref.snapshot_id);
        return snapshot && now_ms_ - snapshot->timestamp_ms > age_max;
    }

    // Who names single snapshots and nothing else means only those.
    bool goes_by_age() const {
        return options_.ids.empty() || options_.older_than_ms || options_.retain_last;
    }

    int64_t oldest_kept_ms() const {
        if (options_.older_than_ms) return *options_.older_than_ms;
        return now_ms_ -
               number_property(table_, "history.expire.max-snapshot-age-ms", SnapshotAgeMsDefault);
    }

    // The head always; of a branch also what came before it, until it is both too old and enough.
    void keep_for(const SnapshotRef& ref) {
        kept_.insert(ref.snapshot_id);
        if (ref.kind == RefKind::Tag) return;
        int64_t since = ref.max_snapshot_age_ms && !options_.older_than_ms
                            ? now_ms_ - *ref.max_snapshot_age_ms
                            : oldest_kept_ms();
        int64_t at_least = ref.min_snapshots_to_keep.value_or(options_.retain_last.value_or(
            number_property(table_, "history.expire.min-snapshots-to-keep", 1)));
        auto snapshot = table_.find_snapshot(ref.snapshot_id);
        std::set<SnapshotId> seen;
        while (snapshot && seen.insert(snapshot->id).second) {
            bool is_enough = std::ssize(seen) > at_least;
            if (goes_by_age() && is_enough && snapshot->timestamp_ms < since) return;
            kept_.insert(snapshot->id);
            snapshot = snapshot->parent_id ? table_.find_snapshot(*snapshot->parent_id) : nullptr;
        }
    }

    // Of no branch, such as those that wait to be published: they go by their age alone.
    void keep_unreferenced() {
        std::set<SnapshotId> of_branches;
        for (const auto& [name, ref] : table_.refs) {
            auto snapshot = table_.find_snapshot(ref.snapshot_id);
            while (snapshot && of_branches.insert(snapshot->id).second) {
                snapshot =
                    snapshot->parent_id ? table_.find_snapshot(*snapshot->parent_id) : nullptr;
            }
        }
        for (const SnapshotPtr& snapshot : table_.snapshots) {
            if (of_branches.contains(snapshot->id)) continue;
            if (!goes_by_age() || snapshot->timestamp_ms >= oldest_kept_ms()) {
                kept_.insert(snapshot->id);
            }
        }
    }

    const TableMetadata& table_;
    const ExpiryOptions& options_;
    int64_t now_ms_;
    std::set<SnapshotId> kept_;
};

// That every ref is still where the plan was made: whoever moved one meanwhile may need what the
// plan gives up.
json::array conditions_of(const TableMetadata& base) {
    json::array conditions{json::object{{"type", "assert-table-uuid"}, {"uuid", base.uuid}}};
    for (const auto& [name, ref] : base.refs) {
        conditions.push_back(json::object{
            {"type", "assert-ref-snapshot-id"}, {"ref", name}, {"snapshot-id", ref.snapshot_id}});
    }
    return conditions;
}

MetadataBuilder changed_by(const TableMetadata& base, const ExpiryPlan& plan, int64_t now_ms) {
    MetadataBuilder builder(base, now_ms);
    for (const std::string& ref : plan.refs) builder.remove_ref(ref);
    builder.remove_snapshots(plan.snapshots);
    return builder;
}

void spare(ReachableFiles& losses, const ReachableFiles& kept) {
    auto take = [](std::set<std::string>& from, const std::set<std::string>& others) {
        std::erase_if(from, [&](const std::string& file) { return others.contains(file); });
    };
    take(losses.data_files, kept.data_files);
    take(losses.manifests, kept.manifests);
    take(losses.manifest_lists, kept.manifest_lists);
    take(losses.statistics_files, kept.statistics_files);
}

// What the table reaches by the snapshots of the plan alone.
ReachableFiles losses_of(const TableMetadata& base, const ExpiryPlan& plan,
                         const TableMetadata& after, const TableFiles& files) {
    std::set<SnapshotId> expired(plan.snapshots.begin(), plan.snapshots.end());
    TableMetadata gone = base;
    std::erase_if(gone.snapshots,
                  [&](const SnapshotPtr& snapshot) { return !expired.contains(snapshot->id); });
    auto stays = [&](const StatisticsFile& file) { return !expired.contains(file.snapshot_id); };
    std::erase_if(gone.statistics, stays);
    std::erase_if(gone.partition_statistics, stays);
    gone.metadata_log.clear();
    // What an unreadable manifest of theirs names stays.
    auto losses = reachable_files(gone, files, WhenUnreadable::GoOn, WhichEntries::All);
    // But of what is kept every file must be known before the first is deleted.
    spare(losses, reachable_files(after, files, WhenUnreadable::Throw, WhichEntries::Live));
    return losses;
}

// Snapshots that came between the plan and its commit, which no branch is at yet.
void spare_newcomers(ReachableFiles& losses, const TableMetadata& planned,
                     const TableMetadata& after, const TableFiles& files) {
    TableMetadata newcomers = after;
    std::erase_if(newcomers.snapshots, [&](const SnapshotPtr& snapshot) {
        return planned.find_snapshot(snapshot->id) != nullptr;
    });
    spare(losses, reachable_files(newcomers, files, WhenUnreadable::Throw, WhichEntries::Live));
}

void delete_files(TableFiles& files, ExpiryResult& result) {
    // Data first, then what names it: who is killed in between leaves orphans, whose lists can
    // still be read.
    for (const auto* kind : {&result.files.data_files, &result.files.manifests,
                             &result.files.manifest_lists, &result.files.statistics_files}) {
        for (const std::string& file : *kind) {
            try {
                files.remove(file);
            } catch (const Error& error) {
                ++result.failures;
                TARN_LOG_WARN("an expired file stays: {}", error.what());
            }
        }
    }
}

}  // namespace

ExpiryPlan plan_expiry(const TableMetadata& table, const ExpiryOptions& options, int64_t now_ms) {
    return Planner(table, options, now_ms).plan();
}

ExpiryResult expire_snapshots(const MaintainedTable& table, const ExpiryOptions& options) {
    LoadedTable before = table.catalog.load_table(table.name);
    const TableMetadata& base = before.metadata();
    if (base.property("gc.enabled", "true") != "true") {
        throw Error(ErrorCode::InvalidInput,
                    "{} says gc.enabled=false: its files may be another table's too",
                    to_text(table.name));
    }
    int64_t now_ms = unix_ms(table.clock.now());
    ExpiryResult result{.plan = plan_expiry(base, options, now_ms)};
    if (result.plan.is_empty()) return result;
    MetadataBuilder builder = changed_by(base, result.plan, now_ms);

    ReachableFiles losses = losses_of(base, result.plan, builder.metadata(), table.files);
    if (!options.is_dry_run) {
        LoadedTable after = table.catalog.commit({.name = table.name,
                                                  .requirements = conditions_of(base),
                                                  .updates = builder.updates()});
        spare_newcomers(losses, builder.metadata(), after.metadata(), table.files);
    }
    if (options.deletes_files) result.files = std::move(losses);
    if (!options.is_dry_run) delete_files(table.files, result);
    return result;
}

}  // namespace tarn::iceberg
