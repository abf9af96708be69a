// Makes large files of small ones and carries out deletes, with the same rows before and after.
// Runs beside writers: what they append is not touched, rows that they delete meanwhile of a file
// that is being rewritten are deleted of the new file. When a file itself is taken away, the others
// are read again, a few times at most. Rows keep their age, so that newer equality deletes go on to
// apply to them, and in version 3 their row ids.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "iceberg/format/expression.hpp"
#include "iceberg/rewrite/file_groups.hpp"
#include "iceberg/table/committers.hpp"

namespace tarn::iceberg {

struct CompactionOptions {
    GroupOptions groups = {};
    // Files that have no row of it stay as they are.
    Expression where = {};
    std::string branch = std::string(MainBranch);
    // The rows of each group by the order of the table; they must fit into memory together.
    bool is_sorted = false;
    // Each group is a commit of its own, and one that fails leaves the others. Else all of them are
    // one commit.
    bool commits_each_group = false;
    bool is_dry_run = false;
    // Asked between batches of rows; what is not committed then is given up.
    std::function<bool()> is_stopped = {};
};

// What was done, or would be.
struct CompactionResult {
    int64_t groups = 0;
    int64_t rewritten_files = 0;
    int64_t rewritten_bytes = 0;
    int64_t added_files = 0;
    int64_t added_bytes = 0;
    // Files of deletes that concerned rewritten files alone. Deletion vectors are not counted.
    int64_t removed_delete_files = 0;
    // Why groups were not rewritten, one text each.
    std::vector<std::string> failures = {};
};

// Of sorted groups, when nothing else is said: several times as much in memory.
inline constexpr int64_t SortedGroupBytesMax = int64_t{256} << 20;

// Throws InvalidInput for sizes that make no sense, a table without an order where sorting is asked
// for, and conditions that do not fit it; Conflict, unless each group is its own commit; and
// Unavailable when it is stopped.
CompactionResult compact(Committers& committers, const TableName& name,
                         const CompactionOptions& options = {});

}  // namespace tarn::iceberg
