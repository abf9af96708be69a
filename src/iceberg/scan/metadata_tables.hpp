// What users ask about a table itself, as tables: its snapshots, files, partitions and so on, with
// the columns that Spark and Flink users know.
#pragma once

#include <arrow/record_batch.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "iceberg/scan/plan.hpp"

namespace tarn::iceberg {

// "snapshots", "files" and so on.
const std::vector<std::string>& metadata_table_names();

struct MetadataTableRequest {
    std::string name;
    // For those that show one snapshot: files, manifests, partitions, entries.
    TimeTravel at = {};
    // Where the metadata itself was read from; the newest entry of its log.
    std::string metadata_location = {};
};

// Throws NotFound for a name that is none.
std::shared_ptr<arrow::RecordBatch> metadata_table(const TableMetadata& table,
                                                   ManifestCache& manifests,
                                                   const MetadataTableRequest& request);

}  // namespace tarn::iceberg
