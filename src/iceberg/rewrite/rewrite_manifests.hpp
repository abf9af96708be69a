// As few manifests as will do, sorted by partition, so that plans with a condition open few.
#pragma once

#include <cstdint>
#include <string>

#include "iceberg/table/committers.hpp"

namespace tarn::iceberg {

struct ManifestRewriteOptions {
    std::string branch = std::string(MainBranch);
    bool is_dry_run = false;
};

struct ManifestRewriteResult {
    // Of a dry run, how many there would be is not known.
    int64_t rewritten = 0;
    int64_t added = 0;
};

ManifestRewriteResult rewrite_manifests(Committers& committers, const TableName& name,
                                        const ManifestRewriteOptions& options = {});

}  // namespace tarn::iceberg
