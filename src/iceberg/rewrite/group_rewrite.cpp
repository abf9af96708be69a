#include "iceberg/rewrite/group_rewrite.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "base/error.hpp"
#include "base/log.hpp"
#include "iceberg/format/position_deletes.hpp"
#include "iceberg/rewrite/commit_or_remove.hpp"
#include "iceberg/table/ancestry.hpp"
#include "iceberg/write/new_files.hpp"

namespace tarn::iceberg {
namespace {

// Equality deletes go on to apply to rows that keep their age.
std::set<std::string> positions_in(const FileTask& task) {
    std::set<std::string> found;
    for (const DeleteFilePtr& each : task.deletes) {
        if (each->file.content == FileContent::PositionDeletes) {
            found.insert(identity_of(each->file));
        }
    }
    return found;
}

// Rows that were deleted before were not copied.
void add_deleted(const PositionBitmap& positions, const MovedRows& moved,
                 const WrittenFiles& written, std::map<std::string, DeletedRows>& by_file) {
    positions.each([&](int64_t position) {
        auto place = moved.place_of(position);
        if (!place) return;
        FilePosition to = written.position_of(*place);
        const DataFile& file = written.files[to.file];
        DeletedRows& rows = by_file[file.path];
        if (rows.data_file.empty()) {
            rows = {.data_file = file.path, .spec_id = file.spec_id, .partition = file.partition};
        }
        rows.positions.add(to.position);
    });
}

}  // namespace

std::vector<DataFile> files_with_deletes(const std::vector<FileTask>& tasks) {
    std::vector<DataFile> files;
    for (const FileTask& task : tasks) {
        files.push_back(task.file);
        for (const DeleteFilePtr& deletes : task.deletes) {
            bool is_for_it_alone = deletes->file.content == FileContent::PositionDeletes &&
                                   !deletes->file.is_deletion_vector() &&
                                   only_data_file_of(deletes->file).has_value();
            if (is_for_it_alone) files.push_back(deletes->file);
        }
    }
    return files;
}

GroupRewrite::GroupRewrite(Committers& committers, const TableName& name,
                           const CompactionOptions& options, ManifestCache& manifests,
                           const PlannedTable& read, const std::vector<FileGroup>& groups)
    : committers_(committers),
      parts_(committers.parts()),
      name_(name),
      options_(options),
      manifests_(manifests),
      read_(read),
      groups_(groups),
      copier_(parts_, name, options, read) {}

Replacement GroupRewrite::run() {
    copy();
    Replacement done{.added = written_};
    finish_or_remove(parts_.files, written_, [&] { commit(done); });
    return done;
}

void GroupRewrite::copy() {
    try {
        for (const FileGroup& group : groups_) {
            copies_.push_back(copier_.copy(group));
            std::ranges::copy(copies_.back().written.files, std::back_inserter(written_));
        }
    } catch (...) {
        remove_files(parts_.files, written_);
        throw;
    }
}

// Mostly nobody has deleted anything, and the table need not be planned again. Who deletes rows
// between a look and the commit makes the commit a conflict: then there is another look.
void GroupRewrite::commit(Replacement& done) {
    if (is_committed_to(read_, tasks_read(), done)) return;
    for (int tries = 1; tries <= CatchUpsMax; ++tries) {
        PlannedTable today = planned_today();
        if (is_committed_to(today, tasks_in(today), done)) return;
    }
    throw Error(ErrorCode::Conflict, "rows of {} were deleted again and again meanwhile",
                to_text(name_));
}

bool GroupRewrite::is_committed_to(const PlannedTable& table, const std::vector<FileTask>& tasks,
                                   Replacement& done) {
    done.removed = files_with_deletes(tasks);
    FileChanges changes = rewrite_files(done.removed, written_, *read_.plan.snapshot);
    changes.conflicts->since = table.plan.snapshot->id;
    changes.branch = options_.branch;
    auto deletes = write_position_deletes(table.metadata(), parts_.files, parts_.random,
                                          deleted_since(table, tasks))
                       .added;
    std::ranges::copy(deletes, std::back_inserter(changes.added));
    try {
        finish_or_remove(parts_.files, deletes, [&] { committers_.commit(name_, changes); });
        return true;
    } catch (const CatalogError&) {
        throw;  // the committer has tried often enough
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Conflict) throw;
        TARN_LOG_DEBUG("{}: a compaction catches up: {}", to_text(name_), error.what());
        return false;
    }
}

PlannedTable GroupRewrite::planned_today() const {
    auto today = PlannedTable::of(parts_.access.load_table(name_), manifests_, options_.branch, {});
    SnapshotId read = read_.plan.snapshot->id;
    if (is_ancestor(today.metadata(), read, today.plan.snapshot)) return today;
    // After a rollback, rows may be there again that were not copied.
    throw Error(ErrorCode::Conflict,
                "the table's history no longer leads to snapshot {}, which was read", read);
}

std::vector<FileTask> GroupRewrite::tasks_read() const {
    std::vector<FileTask> tasks;
    for (const FileGroup& group : groups_)
        std::ranges::copy(group.tasks, std::back_inserter(tasks));
    return tasks;
}

// Those of the groups, in their order, with the deletes that they have today.
std::vector<FileTask> GroupRewrite::tasks_in(const PlannedTable& today) const {
    std::unordered_map<std::string_view, const FileTask*> by_path;
    for (const FileTask& task : today.plan.tasks) by_path[task.file.path] = &task;
    std::vector<FileTask> tasks;
    for (const FileGroup& group : groups_) {
        for (const FileTask& task : group.tasks) {
            auto found = by_path.find(task.file.path);
            if (found == by_path.end()) {
                throw Error(ErrorCode::Conflict, "{} was removed meanwhile", task.file.path);
            }
            tasks.push_back(*found->second);
        }
    }
    return tasks;
}

// In the new files.
std::vector<DeletedRows> GroupRewrite::deleted_since(const PlannedTable& today,
                                                     const std::vector<FileTask>& tasks) const {
    AppliedDeletes applied(today.metadata(), parts_.files);
    std::map<std::string, DeletedRows> by_file;
    auto task = tasks.begin();
    for (size_t group = 0; group < groups_.size(); ++group) {
        const CopiedGroup& copied = copies_[group];
        for (size_t i = 0; i < copied.rows.size(); ++i, ++task) {
            if (positions_in(*task) == positions_in(groups_[group].tasks[i])) continue;
            if (!copier_.knows_places()) {
                throw Error(ErrorCode::Conflict,
                            "rows of {} were deleted meanwhile, and too many of its rows were "
                            "moved to know where they are",
                            task->file.path);
            }
            add_deleted(applied.positions_of(*task), copied.rows[i], copied.written, by_file);
        }
    }
    std::vector<DeletedRows> all;
    for (auto& [path, rows] : by_file) all.push_back(std::move(rows));
    return all;
}

}  // namespace tarn::iceberg
