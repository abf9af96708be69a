#include "iceberg/scan/plan.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "iceberg/format/reserved_fields.hpp"
#include "iceberg/format/single_value.hpp"
#include "iceberg/scan/delete_index.hpp"
#include "iceberg/scan/parallel.hpp"
#include "iceberg/scan/partition_filter.hpp"

namespace tarn::iceberg {
namespace {

SnapshotPtr snapshot_as_of(const TableMetadata& table, int64_t as_of_ms) {
    const SnapshotLogEntry* newest = nullptr;
    for (const SnapshotLogEntry& entry : table.snapshot_log) {
        if (entry.timestamp_ms <= as_of_ms) newest = &entry;
    }
    auto time_text = [](int64_t ms) {
        return to_text(Value(ms * 1000), Type(TypeKind::TimestampTz));
    };
    if (!newest) {
        Error error(ErrorCode::NotFound, "the table has no snapshot from {} or before",
                    time_text(as_of_ms));
        if (table.snapshot_log.empty()) throw error;
        throw std::move(error).with_hint("its oldest one is from " +
                                         time_text(table.snapshot_log.front().timestamp_ms));
    }
    auto snapshot = table.find_snapshot(newest->snapshot_id);
    if (!snapshot) {
        throw Error(ErrorCode::NotFound, "the snapshot of {} is expired", time_text(as_of_ms));
    }
    return snapshot;
}

class Planner {
public:
    Planner(const TableMetadata& table, ManifestCache& cache, const ScanRequest& request)
        : table_(table),
          cache_(cache),
          thread_count_(request.thread_count),
          metrics_of_(request.metrics_of) {
        if (!table.encryption_keys.empty()) {
            throw Error(ErrorCode::InvalidInput, "the table is encrypted, which is not supported");
        }
        plan_.snapshot = snapshot_at(table, request.at);
        plan_.schema = request.has_columns_of_today ? table.find_schema(table.current_schema_id)
                                                    : schema_at(table, request.at);
        plan_.filter = bind(request.filter, *plan_.schema, {.ignores_case = request.ignores_case});
    }

    ScanPlan run() {
        if (!plan_.snapshot || plan_.filter.is_false()) return std::move(plan_);
        auto manifests = cache_.manifests_of(*plan_.snapshot);
        std::vector<const ManifestFile*> data;
        std::vector<const ManifestFile*> deletes;
        for (const ManifestFile& manifest : *manifests) choose(manifest, data, deletes);
        read_deletes(deletes);
        read_data(data);
        return std::move(plan_);
    }

private:
    // What one thread found in one manifest.
    struct Found {
        std::vector<FileTask> tasks;
        int64_t skipped = 0;
    };

    const PartitionFilter& filter_of(const ManifestFile& manifest) {
        auto found = filters_.find(manifest.spec_id);
        if (found != filters_.end()) return found->second;
        const PartitionSpec* spec = table_.find_spec(manifest.spec_id);
        if (!spec) {
            throw Error(ErrorCode::Corrupt, "manifest {}: the table has no partition spec {}",
                        manifest.path, manifest.spec_id);
        }
        PartitionTypes types(table_, *spec);
        return filters_
            .emplace(manifest.spec_id, PartitionFilter(plan_.filter, *spec, std::move(types)))
            .first->second;
    }

    void choose(const ManifestFile& manifest, std::vector<const ManifestFile*>& data,
                std::vector<const ManifestFile*>& deletes) {
        bool is_data = manifest.content == ManifestContent::Data;
        bool is_wanted = manifest.has_live_files() && filter_of(manifest).can_match(manifest);
        PlanStatistics& counts = plan_.statistics;
        if (is_wanted) {
            (is_data ? data : deletes).push_back(&manifest);
            ++(is_data ? counts.manifests_read : counts.delete_manifests_read);
        } else {
            ++(is_data ? counts.manifests_skipped : counts.delete_manifests_skipped);
        }
    }

    void read_deletes(const std::vector<const ManifestFile*>& manifests) {
        std::vector<std::vector<DeleteFilePtr>> found(manifests.size());
        in_parallel(manifests.size(), thread_count_,
                    [&](size_t i) { found[i] = deletes_in(*manifests[i]); });
        for (size_t i = 0; i < manifests.size(); ++i) {
            bool is_global = filters_.at(manifests[i]->spec_id).spec().is_unpartitioned();
            for (DeleteFilePtr& file : found[i]) deletes_.add(std::move(file), is_global);
        }
        plan_.statistics.delete_files_taken = deletes_.count();
    }

    std::vector<DeleteFilePtr> deletes_in(const ManifestFile& manifest) const {
        const PartitionFilter& filter = filters_.at(manifest.spec_id);
        auto decoded = cache_.manifest(manifest, filter.partition_type(),
                                       ManifestColumns::with_metrics_of({reserved::DeletePath}));
        std::vector<DeleteFilePtr> found;
        for (const ManifestEntries& entries : decoded->batches) {
            for (int64_t i = 0; i < entries.size(); ++i) {
                if (!entries.is_live(i) || !filter.can_match(entries, i)) continue;
                found.push_back(std::make_shared<const DeleteFile>(
                    DeleteFile{entries.file(i), entries.sequence_number(i).value_or(0)}));
            }
        }
        return found;
    }

    void read_data(const std::vector<const ManifestFile*>& manifests) {
        auto columns = columns_for(plan_.filter, metrics_of_);
        std::vector<Found> found(manifests.size());
        in_parallel(manifests.size(), thread_count_,
                    [&](size_t i) { found[i] = tasks_in(*manifests[i], columns); });
        for (Found& each : found) {
            plan_.statistics.files_skipped += each.skipped;
            plan_.statistics.files_taken += std::ssize(each.tasks);
            std::ranges::move(each.tasks, std::back_inserter(plan_.tasks));
        }
    }

    Found tasks_in(const ManifestFile& manifest, const ManifestColumns& columns) const {
        const PartitionFilter& filter = filters_.at(manifest.spec_id);
        auto decoded = cache_.manifest(manifest, filter.partition_type(), columns);
        Found found;
        // Files of one partition often stand together.
        std::optional<PartitionValues> last;
        std::shared_ptr<const Filter> residual;
        for (const ManifestEntries& entries : decoded->batches) {
            for (int64_t i = 0; i < entries.size(); ++i) {
                if (!entries.is_live(i)) continue;
                if (!filter.can_match(entries, i) || !can_match_metrics(plan_.filter, entries, i)) {
                    ++found.skipped;
                    continue;
                }
                FileTask task{.file = entries.file(i),
                              .sequence_number = entries.sequence_number(i).value_or(0)};
                task.file.metrics.keep_only(metrics_of_);
                if (!last || !std::ranges::equal(*last, task.file.partition, is_same)) {
                    last = task.file.partition;
                    residual = std::make_shared<const Filter>(filter.residual(*last));
                }
                task.residual = residual;
                if (!deletes_.is_empty()) {
                    task.deletes = deletes_.deletes_of(task.file, task.sequence_number);
                }
                found.tasks.push_back(std::move(task));
            }
        }
        return found;
    }

    const TableMetadata& table_;
    ManifestCache& cache_;
    int thread_count_;
    const std::vector<int32_t>& metrics_of_;
    ScanPlan plan_;
    std::map<int32_t, PartitionFilter> filters_;  // by spec
    DeleteIndex deletes_;
};

}  // namespace

SnapshotPtr snapshot_at(const TableMetadata& table, const TimeTravel& at) {
    if (at.as_of_ms) return snapshot_as_of(table, *at.as_of_ms);
    std::optional<SnapshotId> id = at.snapshot_id;
    if (at.ref) {
        const SnapshotRef* ref = table.find_ref(*at.ref);
        if (!ref) {
            throw Error(ErrorCode::NotFound, "the table has no branch or tag '{}'", *at.ref);
        }
        id = ref->snapshot_id;
    }
    if (!id) return table.current_snapshot();
    auto snapshot = table.find_snapshot(*id);
    if (!snapshot) {
        throw Error(ErrorCode::NotFound, "the table has no snapshot {}", *id)
            .with_hint("it may be expired");
    }
    return snapshot;
}

SchemaPtr schema_at(const TableMetadata& table, const TimeTravel& at) {
    bool is_of_today = !at.snapshot_id && !at.as_of_ms;
    if (is_of_today && at.ref) {
        const SnapshotRef* ref = table.find_ref(*at.ref);
        is_of_today = ref && ref->kind == RefKind::Branch;
    }
    auto current = table.find_schema(table.current_schema_id);
    if (is_of_today) return current;
    auto snapshot = snapshot_at(table, at);
    auto own = snapshot && snapshot->schema_id ? table.find_schema(*snapshot->schema_id) : nullptr;
    return own ? own : current;
}

ManifestColumns columns_for(const Filter& filter, const std::vector<int32_t>& metrics_of) {
    auto wanted = columns_of(filter);
    wanted.insert(metrics_of.begin(), metrics_of.end());
    if (wanted.empty()) return ManifestColumns::without_metrics();
    auto columns =
        ManifestColumns::with_metrics_of(std::vector<int32_t>(wanted.begin(), wanted.end()));
    if (!metrics_of.empty()) columns.metrics = ManifestColumns::Metrics::All;
    return columns;
}

ScanPlan plan(const TableMetadata& table, ManifestCache& manifests, const ScanRequest& request) {
    return Planner(table, manifests, request).run();
}

}  // namespace tarn::iceberg
