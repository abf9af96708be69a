// Fewer files of deletes: those that concern no row any more go, and the position deletes of a
// partition are put together, as deletion vectors in version 3. No data file is touched. Equality
// deletes that still concern rows stay until the files of those rows are compacted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "iceberg/table/committers.hpp"

namespace tarn::iceberg {

struct DeleteRewriteOptions {
    std::string branch = std::string(MainBranch);
    // So many files of position deletes in a partition are worth it, if fewer come out.
    size_t files_min = 5;
    bool is_dry_run = false;
};

// What was done, or would be.
struct DeleteRewriteResult {
    // Concerned no row.
    int64_t removed_files = 0;
    int64_t rewritten_files = 0;
    // Not known of a dry run.
    int64_t added_files = 0;
};

// Throws Conflict when others rewrite the same files meanwhile.
DeleteRewriteResult rewrite_deletes(Committers& committers, const TableName& name,
                                    const DeleteRewriteOptions& options = {});

}  // namespace tarn::iceberg
