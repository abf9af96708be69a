// What a sink has made of an epoch, as it is kept with the epoch: all that a commit needs, whoever
// makes it and however late.
#pragma once

#include <arrow/record_batch.h>

#include <vector>

#include "connectors/iceberg/epoch_mark.hpp"
#include "engine/state/operator_state.hpp"
#include "iceberg/write/upsert_writer.hpp"

namespace tarn::connectors {

// Rows that take the place of others wait for the last epoch: each holds the files of those before.
enum class Overwrite : int64_t { No, Waits, Now };

struct PreparedEpoch {
    JobRun run;
    std::string table_uuid;
    std::map<std::string, std::string> summary = {};
    iceberg::RowDelta files = {};
    // Of rows by key: which snapshot the deletes were made from, and the keys that rows came or
    // went under.
    std::optional<iceberg::SnapshotId> since = {};
    std::vector<std::shared_ptr<arrow::RecordBatch>> keys = {};
    Overwrite overwrite = Overwrite::No;

    bool is_empty() const { return files.is_empty(); }
};

// Files are kept as manifests have them; the table is the one that they were written for.
engine::OperatorState encoded(const PreparedEpoch& epoch, const iceberg::TableMetadata& table,
                              Random& random);

// Throws Corrupt for what is no such state, Conflict when the table is no longer the one that the
// files were made for.
PreparedEpoch decoded_epoch(const engine::OperatorState& state,
                            const iceberg::TableMetadata& table);
// Without the files: whose run it was, and whether there are any.
JobRun run_of(const engine::OperatorState& state);
bool has_files(const engine::OperatorState& state);

}  // namespace tarn::connectors
