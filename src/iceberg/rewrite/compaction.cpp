#include "iceberg/rewrite/compaction.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "iceberg/format/position_deletes.hpp"
#include "iceberg/format/reserved_fields.hpp"
#include "iceberg/rewrite/commit_or_remove.hpp"
#include "iceberg/scan/task_reader.hpp"
#include "iceberg/write/data_file_writer.hpp"

namespace tarn::iceberg {
namespace {

// What one commit takes out and puts in.
struct Replacement {
    std::vector<DataFile> removed = {};
    std::vector<DataFile> added = {};
    int64_t groups = 0;
};

class Compaction {
public:
    Compaction(Committers& committers, const TableName& name, const CompactionOptions& options)
        : committers_(committers),
          parts_(committers.parts()),
          name_(name),
          options_(options),
          loaded_(parts_.access.load_table(name)),
          table_(loaded_.metadata()) {
        if (options_.is_sorted && table_.sort_order().fields.empty()) {
            throw Error(ErrorCode::InvalidInput, "{} has no sort order", to_text(name))
                .with_hint("give it one, or compact without sorting");
        }
    }

    CompactionResult run() {
        std::vector<FileGroup> groups = plan_groups();
        if (options_.is_dry_run) {
            for (const FileGroup& group : groups) count(replacement_of(group));
        } else if (options_.commits_each_group) {
            for (const FileGroup& group : groups) rewrite_alone(group);
        } else {
            rewrite_together(groups);
        }
        return std::move(result_);
    }

private:
    std::vector<FileGroup> plan_groups() {
        ManifestCache manifests(parts_.files);
        ScanRequest request{.filter = options_.where};
        if (options_.branch != MainBranch) request.at.ref = options_.branch;
        plan_ = plan(table_, manifests, request);
        // Rows that do not fulfil the condition lie in the same files, and are rewritten as well.
        auto all_rows = std::make_shared<const Filter>();
        for (FileTask& task : plan_.tasks) task.residual = all_rows;
        plan_.filter = {};
        GroupOptions wanted = options_.groups;
        if (options_.is_sorted) {
            wanted.group_bytes_max = std::min(wanted.group_bytes_max, SortedGroupBytesMax);
        }
        return file_groups(std::move(plan_.tasks), table_, wanted);
    }

    static Replacement replacement_of(const FileGroup& group) {
        Replacement replacement{.groups = 1};
        for (const FileTask& task : group.tasks) {
            replacement.removed.push_back(task.file);
            for (const DeleteFilePtr& deletes : task.deletes) {
                // A deletion vector goes with its data file anyway.
                bool goes_too = deletes->file.content == FileContent::PositionDeletes &&
                                !deletes->file.is_deletion_vector() &&
                                only_data_file_of(deletes->file).has_value();
                if (goes_too) replacement.removed.push_back(deletes->file);
            }
        }
        return replacement;
    }

    void rewrite_together(const std::vector<FileGroup>& groups) {
        Replacement all;
        try {
            for (const FileGroup& group : groups) rewrite(group, all);
        } catch (...) {
            remove_files(parts_.files, all.added);
            throw;
        }
        if (all.removed.empty()) return;
        FileChanges changes = rewrite_files(all.removed, all.added, *plan_.snapshot);
        changes.branch = options_.branch;
        commit_or_remove(committers_, name_, changes);
        count(all);
    }

    void rewrite_alone(const FileGroup& group) {
        try {
            rewrite_together({group});
        } catch (const Error& error) {
            if (is_stopped()) throw;
            TARN_LOG_WARN("{}: {} files are not compacted: {}", to_text(name_), group.tasks.size(),
                          error.what());
            result_.failures.push_back(error.what());
        }
    }

    void rewrite(const FileGroup& group, Replacement& replacement) {
        std::vector<DataFile> written = write(group);
        Replacement one = replacement_of(group);
        ++replacement.groups;
        std::ranges::move(one.removed, std::back_inserter(replacement.removed));
        std::ranges::move(written, std::back_inserter(replacement.added));
    }

    std::vector<DataFile> write(const FileGroup& group) {
        ScanReader reader(table_, parts_.files, plan_,
                          {.columns = columns(), .checks_filter = false});
        DataFileWriter writer(table_, parts_.files, parts_.random, writer_options(group));
        for (const FileTask& task : group.tasks) copy_rows(reader, task, writer);
        return writer.finish().files;
    }

    void copy_rows(ScanReader& reader, const FileTask& task, DataFileWriter& writer) const {
        int64_t count = 0;
        TaskReader rows = reader.open(task);
        while (auto batch = rows.next()) {
            if (is_stopped()) {
                throw Error(ErrorCode::Unavailable, "the compaction of {} was stopped",
                            to_text(name_));
            }
            count += batch->num_rows();
            writer.append(*batch);
        }
        int64_t expected = task.file.record_count;
        if (task.deletes.empty() ? count != expected : count > expected) {
            throw Error(ErrorCode::Corrupt, "{} has {} rows, its manifest says {}", task.file.path,
                        count, expected);
        }
    }

    bool is_stopped() const { return options_.is_stopped && options_.is_stopped(); }
    bool has_lineage() const { return table_.format_version >= 3; }

    std::vector<Field> columns() const {
        std::vector<Field> fields = plan_.schema->fields();
        if (!has_lineage()) return fields;
        auto lineage = select_columns(*plan_.schema, {std::string(reserved::RowIdName),
                                                      std::string(reserved::LastUpdatedName)});
        fields.insert(fields.end(), lineage.begin(), lineage.end());
        return fields;
    }

    DataFileOptions writer_options(const FileGroup& group) const {
        using Sorting = DataFileOptions::Sorting;
        FileSizes sizes = FileSizes::of(table_, options_.groups);
        DataFileOptions options{
            .sorting = options_.is_sorted ? Sorting::Always : Sorting::Never,
            .file_bytes_target = sizes.for_each_of(group.bytes),
            .keeps_lineage = has_lineage(),
        };
        if (options_.is_sorted) {
            // One run, so that no two files of a group have the same values.
            options.limits.sorted_bytes_max = std::numeric_limits<int64_t>::max();
            options.limits.gathered_bytes_max = std::numeric_limits<int64_t>::max();
        }
        return options;
    }

    void count(const Replacement& replacement) {
        result_.groups += replacement.groups;
        for (const DataFile& file : replacement.removed) {
            if (file.content != FileContent::Data) {
                ++result_.removed_delete_files;
                continue;
            }
            ++result_.rewritten_files;
            result_.rewritten_bytes += file.file_bytes;
        }
        for (const DataFile& file : replacement.added) {
            ++result_.added_files;
            result_.added_bytes += file.file_bytes;
        }
    }

    Committers& committers_;
    const CommitterParts& parts_;
    const TableName& name_;
    const CompactionOptions& options_;
    LoadedTable loaded_;
    const TableMetadata& table_;
    ScanPlan plan_;
    CompactionResult result_;
};

}  // namespace

CompactionResult compact(Committers& committers, const TableName& name,
                         const CompactionOptions& options) {
    return Compaction(committers, name, options).run();
}

}  // namespace tarn::iceberg
