#include "iceberg/rewrite/rewrite_deletes.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "iceberg/format/partition_text.hpp"
#include "iceberg/rewrite/commit_or_remove.hpp"
#include "iceberg/scan/applied_deletes.hpp"
#include "iceberg/table/partition_key.hpp"
#include "iceberg/write/delete_files.hpp"
#include "iceberg/write/write_options.hpp"

namespace tarn::iceberg {
namespace {

// Of one partition: the data files with position deletes, and the files that those are in.
struct Partition {
    std::vector<const FileTask*> tasks = {};
    std::map<std::string, const DataFile*> deletes = {};  // by identity

    bool has_files_of_version_2() const {
        return std::ranges::any_of(
            deletes, [](const auto& each) { return !each.second->is_deletion_vector(); });
    }
};

class DeleteRewrite {
public:
    DeleteRewrite(Committers& committers, const TableName& name,
                  const DeleteRewriteOptions& options)
        : committers_(committers),
          parts_(committers.parts()),
          name_(name),
          options_(options),
          loaded_(parts_.access.load_table(name)),
          table_(loaded_.metadata()),
          manifests_(parts_.files) {
        ScanRequest request;
        if (options_.branch != MainBranch) request.at.ref = options_.branch;
        plan_ = plan(table_, manifests_, request);
    }

    DeleteRewriteResult run() {
        if (!plan_.snapshot) return {};
        remove_dangling();
        rewrite_positions();
        if (!options_.is_dry_run && !removed_.empty()) commit();
        return result_;
    }

private:
    // The plan knows which deletes concern which files: a file of deletes that it did not need is
    // needed by nobody.
    void remove_dangling() {
        std::set<std::string> needed;
        for (const FileTask& task : plan_.tasks) {
            for (const DeleteFilePtr& deletes : task.deletes) {
                needed.insert(identity_of(deletes->file));
            }
        }
        for (const ManifestFile& manifest : *manifests_.manifests_of(*plan_.snapshot)) {
            if (manifest.content != ManifestContent::Deletes || !manifest.has_live_files()) {
                continue;
            }
            auto decoded = manifests_.manifest(manifest, partition_type_of(manifest, table_),
                                               ManifestColumns::without_metrics());
            for (const ManifestEntries& entries : decoded->batches) {
                for (int64_t i = 0; i < entries.size(); ++i) {
                    if (!entries.is_live(i)) continue;
                    DataFile file = entries.file(i);
                    if (needed.contains(identity_of(file))) continue;
                    ++result_.removed_files;
                    removed_.push_back(std::move(file));
                }
            }
        }
    }

    std::map<std::string, Partition> partitions() const {
        std::map<std::string, Partition> partitions;
        for (const FileTask& task : plan_.tasks) {
            bool has_positions = false;
            Partition& partition =
                partitions[partition_text(task.file.spec_id, task.file.partition)];
            for (const DeleteFilePtr& deletes : task.deletes) {
                if (deletes->file.content != FileContent::PositionDeletes) continue;
                partition.deletes.emplace(identity_of(deletes->file), &deletes->file);
                has_positions = true;
            }
            if (has_positions) partition.tasks.push_back(&task);
        }
        return partitions;
    }

    bool is_worth_it(const Partition& partition) const {
        if (partition.deletes.empty()) return false;
        // A vector is all that there can be of its file.
        if (table_.format_version >= 3) return partition.has_files_of_version_2();
        auto granularity = WriteOptions::of_table(table_).delete_granularity;
        size_t after = granularity == DeleteGranularity::File ? partition.tasks.size() : size_t{1};
        return partition.deletes.size() >= options_.files_min && partition.deletes.size() > after;
    }

    void rewrite_positions() {
        AppliedDeletes applied(table_, parts_.files);
        std::vector<DeletedRows> rows;
        for (const auto& [key, partition] : partitions()) {
            if (!is_worth_it(partition)) continue;
            for (const auto& [identity, file] : partition.deletes) removed_.push_back(*file);
            result_.rewritten_files += std::ssize(partition.deletes);
            if (options_.is_dry_run) continue;
            for (const FileTask* task : partition.tasks) {
                required_.push_back(task->file.path);
                rows.push_back({.data_file = task->file.path,
                                .spec_id = task->file.spec_id,
                                .partition = task->file.partition,
                                .positions = applied.positions_of(*task)});
            }
        }
        if (rows.empty()) return;
        added_ = write_position_deletes(table_, parts_.files, parts_.random, rows).added;
        result_.added_files = std::ssize(added_);
    }

    void commit() {
        FileChanges changes = rewrite_files(removed_, added_, *plan_.snapshot);
        changes.required_files = required_;
        changes.branch = options_.branch;
        commit_or_remove(committers_, name_, changes);
    }

    Committers& committers_;
    const CommitterParts& parts_;
    const TableName& name_;
    const DeleteRewriteOptions& options_;
    LoadedTable loaded_;
    const TableMetadata& table_;
    ManifestCache manifests_;
    ScanPlan plan_;
    std::vector<DataFile> removed_;
    std::vector<DataFile> added_;
    std::vector<std::string> required_;
    DeleteRewriteResult result_;
};

}  // namespace

DeleteRewriteResult rewrite_deletes(Committers& committers, const TableName& name,
                                    const DeleteRewriteOptions& options) {
    return DeleteRewrite(committers, name, options).run();
}

}  // namespace tarn::iceberg
