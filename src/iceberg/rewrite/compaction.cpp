#include "iceberg/rewrite/compaction.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/log.hpp"
#include "iceberg/rewrite/group_rewrite.hpp"

namespace tarn::iceberg {
namespace {

// Each is a go of reading and writing.
constexpr int RewritesMax = 3;

class Compaction {
public:
    Compaction(Committers& committers, const TableName& name, const CompactionOptions& options)
        : committers_(committers),
          parts_(committers.parts()),
          name_(name),
          options_(options),
          manifests_(parts_.files),
          table_(PlannedTable::of(parts_.access.load_table(name), manifests_, options.branch,
                                  options.where)) {
        if (options_.is_sorted && table_.metadata().sort_order().fields.empty()) {
            throw Error(ErrorCode::InvalidInput, "{} has no sort order", to_text(name))
                .with_hint("give it one, or compact without sorting");
        }
    }

    CompactionResult run() {
        std::vector<FileGroup> groups = plan_groups();
        if (options_.is_dry_run) {
            for (const FileGroup& group : groups) {
                count({.removed = files_with_deletes(group.tasks)}, 1);
            }
        } else if (options_.commits_each_group) {
            for (const FileGroup& group : groups) rewrite_alone(group);
        } else {
            rewrite(groups);
        }
        return std::move(result_);
    }

private:
    std::vector<FileGroup> plan_groups() {
        GroupOptions wanted = options_.groups;
        if (options_.is_sorted) {
            wanted.group_bytes_max = std::min(wanted.group_bytes_max, SortedGroupBytesMax);
        }
        return file_groups(std::move(table_.plan.tasks), table_.metadata(), wanted);
    }

    void rewrite_alone(const FileGroup& group) {
        try {
            rewrite({group});
        } catch (const Error& error) {
            if (is_stopped()) throw;
            TARN_LOG_WARN("{}: {} files are not compacted: {}", to_text(name_), group.tasks.size(),
                          error.what());
            result_.failures.push_back(error.what());
        }
    }

    // In one commit. When somebody took files away meanwhile, those that are left are read again.
    void rewrite(std::vector<FileGroup> groups) {
        std::optional<PlannedTable> today;
        for (int tries = 1; !groups.empty(); ++tries) {
            try {
                const PlannedTable& read = today ? *today : table_;
                GroupRewrite rewrite(committers_, name_, options_, manifests_, read, groups);
                return count(rewrite.run(), std::ssize(groups));
            } catch (const CatalogError&) {
                throw;
            } catch (const Error& error) {
                if (error.code() != ErrorCode::Conflict || tries >= RewritesMax) throw;
                TARN_LOG_INFO("{}: compacting again: {}", to_text(name_), error.what());
            }
            today =
                PlannedTable::of(parts_.access.load_table(name_), manifests_, options_.branch, {});
            groups = still_there(groups, *today);
        }
    }

    // Of each group the files that the table still has, as they are now.
    static std::vector<FileGroup> still_there(const std::vector<FileGroup>& groups,
                                              const PlannedTable& today) {
        std::map<std::string_view, const FileTask*> by_path;
        for (const FileTask& task : today.plan.tasks) by_path[task.file.path] = &task;
        std::vector<FileGroup> left;
        for (const FileGroup& group : groups) {
            FileGroup now;
            for (const FileTask& task : group.tasks) {
                auto found = by_path.find(task.file.path);
                if (found == by_path.end()) continue;
                now.tasks.push_back(*found->second);
                now.bytes += task.file.file_bytes;
            }
            if (!now.tasks.empty()) left.push_back(std::move(now));
        }
        return left;
    }

    bool is_stopped() const { return options_.is_stopped && options_.is_stopped(); }

    void count(const Replacement& done, int64_t groups) {
        result_.groups += groups;
        for (const DataFile& file : done.removed) {
            if (file.content != FileContent::Data) {
                ++result_.removed_delete_files;
                continue;
            }
            ++result_.rewritten_files;
            result_.rewritten_bytes += file.file_bytes;
        }
        for (const DataFile& file : done.added) {
            ++result_.added_files;
            result_.added_bytes += file.file_bytes;
        }
    }

    Committers& committers_;
    const CommitterParts& parts_;
    const TableName& name_;
    const CompactionOptions& options_;
    ManifestCache manifests_;
    PlannedTable table_;
    CompactionResult result_;
};

}  // namespace

CompactionResult compact(Committers& committers, const TableName& name,
                         const CompactionOptions& options) {
    return Compaction(committers, name, options).run();
}

}  // namespace tarn::iceberg
