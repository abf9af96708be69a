// The metadata tables that come from manifests: files, entries, partitions and manifests.
#pragma once

#include <arrow/record_batch.h>

#include <memory>
#include <optional>
#include <vector>

#include "iceberg/scan/plan.hpp"

namespace tarn::iceberg {

// The manifests of some snapshots and the table that they are of.
struct ManifestsOf {
    const TableMetadata& table;
    ManifestCache& cache;
    std::vector<SnapshotPtr> snapshots;

    // Each once, in the order in which they are first named.
    std::vector<ManifestFile> distinct() const;
    // With all that manifests say.
    DecodedManifestPtr decoded(const ManifestFile& manifest) const;
};

// Live files, of one content only where it is given: deletes are two.
std::shared_ptr<arrow::RecordBatch> files_table(const ManifestsOf& manifests,
                                                std::optional<ManifestContent> content);
std::shared_ptr<arrow::RecordBatch> entries_table(const ManifestsOf& manifests);
std::shared_ptr<arrow::RecordBatch> partitions_table(const ManifestsOf& manifests);
// Once for each snapshot that names them, which is then told, or once at all.
std::shared_ptr<arrow::RecordBatch> manifests_table(const ManifestsOf& manifests,
                                                    bool tells_snapshot);

}  // namespace tarn::iceberg
