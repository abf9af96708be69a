// Which data files are worth writing anew, and which of them together: those of a partition that
// are far from the size that the table wants, or that have lost many rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "iceberg/scan/plan.hpp"

namespace tarn::iceberg {

// The numbers that are not given follow from the target, and that from the table.
struct GroupOptions {
    std::optional<int64_t> target_bytes = {};
    // Files from here to there are left alone: three quarters of the target, and 1.8 of it.
    std::optional<int64_t> min_bytes = {};
    std::optional<int64_t> max_bytes = {};
    // So many are worth it, however small they are together.
    size_t files_min = 5;
    // So many files of deletes, or such a part of the rows deleted, and a file is worth it alone.
    size_t deletes_max = std::numeric_limits<size_t>::max();
    double deleted_part_max = 0.3;
    // What is rewritten by one go of reading and writing.
    int64_t group_bytes_max = int64_t{10} << 30;
    // Every file, whatever its size.
    bool takes_all = false;
    // A file that is larger than all the smaller ones together stays: when groups are made again
    // and again, a row is then written only as often as its partition doubles.
    bool leaves_large = false;
};

struct FileSizes {
    int64_t target = 0;
    int64_t min = 0;
    int64_t max = 0;

    // Throws InvalidInput for numbers that make no sense together.
    static FileSizes of(const TableMetadata& table, const GroupOptions& options);

    // How large each file should become, for so many bytes to be shared out evenly: a small rest
    // goes into the others.
    int64_t for_each_of(int64_t bytes) const;
};

// Of one partition; or of several, where the partitions are those of an earlier spec.
struct FileGroup {
    std::vector<FileTask> tasks = {};
    int64_t bytes = 0;
};

// The oldest rows come first, in groups and within them.
std::vector<FileGroup> file_groups(std::vector<FileTask> tasks, const TableMetadata& table,
                                   const GroupOptions& options);

}  // namespace tarn::iceberg
