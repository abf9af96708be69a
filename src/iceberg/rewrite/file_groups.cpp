#include "iceberg/rewrite/file_groups.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "base/error.hpp"
#include "iceberg/format/partition_text.hpp"
#include "iceberg/format/position_deletes.hpp"
#include "iceberg/write/write_options.hpp"

namespace tarn::iceberg {
namespace {

constexpr double MinPart = 0.75;
constexpr double MaxPart = 1.8;
// So much above the target is better than one more file.
constexpr double RoomPart = 1.1;

int64_t part_of(int64_t bytes, double part) {
    return static_cast<int64_t>(static_cast<double>(bytes) * part);
}

bool has_many_deletes(const FileTask& task, const GroupOptions& options) {
    if (task.deletes.size() >= options.deletes_max) return true;
    int64_t deleted = 0;
    for (const DeleteFilePtr& deletes : task.deletes) {
        bool is_its_own = deletes->file.content == FileContent::PositionDeletes &&
                          only_data_file_of(deletes->file).has_value();
        if (is_its_own) deleted += deletes->file.record_count;
    }
    return deleted > 0 &&
           static_cast<double>(deleted) >=
               options.deleted_part_max * static_cast<double>(task.file.record_count);
}

class Grouping {
public:
    Grouping(const TableMetadata& table, const GroupOptions& options)
        : spec_id_(table.spec().id), options_(options), sizes_(FileSizes::of(table, options)) {}

    std::vector<FileGroup> run(std::vector<FileTask> tasks) {
        std::ranges::sort(tasks, {}, [](const FileTask& task) {
            return std::tie(task.sequence_number, task.file.path);
        });
        for (FileTask& task : tasks) {
            if (is_candidate(task)) partition_of(task.file).push_back(std::move(task));
        }
        std::vector<FileGroup> groups;
        for (std::vector<FileTask>& partition : partitions_) {
            if (options_.leaves_large) leave_large(partition);
            pack(std::move(partition), groups);
        }
        return groups;
    }

private:
    bool is_candidate(const FileTask& task) const {
        if (task.file.format != FileFormat::Parquet) return false;
        int64_t bytes = task.file.file_bytes;
        bool fits = bytes >= sizes_.min && bytes <= sizes_.max;
        return options_.takes_all || !fits || has_many_deletes(task, options_);
    }

    // Rows of an earlier spec go to whichever partitions the spec of today gives them.
    std::vector<FileTask>& partition_of(const DataFile& file) {
        std::string key =
            file.spec_id == spec_id_ ? partition_text(file.spec_id, file.partition) : "";
        auto [place, is_new] = numbers_.try_emplace(std::move(key), partitions_.size());
        if (is_new) partitions_.emplace_back();
        return partitions_[place->second];
    }

    // A file with many deletes is taken for them, not for its size.
    void leave_large(std::vector<FileTask>& tasks) const {
        std::vector<int64_t> sizes;
        for (const FileTask& task : tasks) {
            if (!has_many_deletes(task, options_)) sizes.push_back(task.file.file_bytes);
        }
        std::ranges::sort(sizes);
        // From the first that outweighs those before it, unless too few would be left over.
        int64_t sum = 0;
        int64_t largest = 0;
        for (size_t i = 0; i < sizes.size(); ++i) {
            if (i >= options_.files_min && sizes[i] > sum) break;
            sum += sizes[i];
            largest = sizes[i];
        }
        std::erase_if(tasks, [&](const FileTask& task) {
            return task.file.file_bytes > largest && !has_many_deletes(task, options_);
        });
    }

    void pack(std::vector<FileTask> tasks, std::vector<FileGroup>& groups) const {
        FileGroup group;
        auto close = [&] {
            if (is_worth_it(group)) groups.push_back(std::move(group));
            group = {};
        };
        for (FileTask& task : tasks) {
            int64_t bytes = task.file.file_bytes;
            if (!group.tasks.empty() && group.bytes + bytes > options_.group_bytes_max) close();
            group.bytes += bytes;
            group.tasks.push_back(std::move(task));
        }
        close();
    }

    bool is_worth_it(const FileGroup& group) const {
        if (group.tasks.empty()) return false;
        if (options_.takes_all || group.bytes > sizes_.max) return true;
        bool is_any_for_deletes = std::ranges::any_of(
            group.tasks, [&](const FileTask& task) { return has_many_deletes(task, options_); });
        if (is_any_for_deletes) return true;
        if (group.tasks.size() < 2) return false;
        return group.tasks.size() >= options_.files_min || group.bytes > sizes_.target;
    }

    int32_t spec_id_;
    const GroupOptions& options_;
    FileSizes sizes_;
    std::map<std::string, size_t> numbers_;
    std::vector<std::vector<FileTask>> partitions_;
};

}  // namespace

FileSizes FileSizes::of(const TableMetadata& table, const GroupOptions& options) {
    FileSizes sizes;
    sizes.target = options.target_bytes.value_or(WriteOptions::of_table(table).file_bytes_target);
    sizes.min = options.min_bytes.value_or(part_of(sizes.target, MinPart));
    sizes.max = options.max_bytes.value_or(part_of(sizes.target, MaxPart));
    bool is_in_order = sizes.min >= 0 && sizes.min < sizes.target && sizes.target < sizes.max;
    if (!is_in_order) {
        throw Error(ErrorCode::InvalidInput,
                    "files of {} to {} bytes do not have the target of {} between them", sizes.min,
                    sizes.max, sizes.target);
    }
    return sizes;
}

int64_t FileSizes::for_each_of(int64_t bytes) const {
    if (bytes <= target) return target;
    int64_t whole = bytes / target;
    int64_t rest = bytes % target;
    bool is_rest_small = rest < min && bytes / whole <= part_of(target, RoomPart);
    int64_t count = rest == 0 || is_rest_small ? whole : whole + 1;
    // What is written is never exactly what was read: a little more room, and no file is left over.
    return std::min(part_of(bytes / count, RoomPart), max);
}

std::vector<FileGroup> file_groups(std::vector<FileTask> tasks, const TableMetadata& table,
                                   const GroupOptions& options) {
    return Grouping(table, options).run(std::move(tasks));
}

}  // namespace tarn::iceberg
