// Rows by the key of a table: each takes the place of the one that had its key. Which row that is
// is known from the table itself, which is read once, and from what was written since; so readers
// have nothing but positions to leave out.
//
// What others do to the table meanwhile, a compaction above all, may move those rows. Then the
// deletes are made again, from the keys that the epoch has kept.
#pragma once

#include "connectors/iceberg/prepared_epoch.hpp"
#include "connectors/iceberg_tables/connection.hpp"

namespace tarn::connectors {

struct KeyedTable {
    const iceberg::TableMetadata& metadata;
    iceberg::TableFiles& files;
    Random& random;
    // Columns of the key.
    std::vector<int32_t> key_ids;
    std::string branch;
};

class KeyedRows {
public:
    // Reads the keys of all rows. Throws InvalidInput when two of them share one.
    explicit KeyedRows(KeyedTable table);

    // Each key at most once: rows that come, and keys of rows that go.
    void upsert(const std::shared_ptr<arrow::RecordBatch>& rows);
    void remove(const std::shared_ptr<arrow::RecordBatch>& rows);

    // What was written since the last time.
    void finish(PreparedEpoch& epoch);
    // It was committed as this snapshot.
    void go_on_from(iceberg::SnapshotId snapshot) { since_ = snapshot; }

private:
    std::shared_ptr<arrow::RecordBatch> keys_of(const arrow::RecordBatch& rows) const;

    KeyedTable table_;
    iceberg::TableMetadata metadata_;  // with the options that this needs
    std::vector<std::string> key_names_;
    std::optional<iceberg::UpsertWriter> writer_;
    std::optional<iceberg::SnapshotId> since_;
    std::vector<std::shared_ptr<arrow::RecordBatch>> keys_;
};

// The epoch with deletes as the table wants them now.
PreparedEpoch made_again(PreparedEpoch epoch, const KeyedTable& table);

}  // namespace tarn::connectors
