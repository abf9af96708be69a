// Writes rows to an Iceberg table, each once. The files of an epoch are whole and durable once it
// is prepared, and become one snapshot of the table when it is committed. A commit that is asked
// for again, because nobody knows whether it took place, finds its snapshot and does nothing.
//
// Rows are added, or, when they change and the table has a key, take the place of the row with
// theirs. An epoch without rows makes no snapshot.
//
// An INSERT OVERWRITE keeps the files of all epochs until its last one. Then the partitions that
// have some lose what they had before, and a table without partitions loses all; without any rows
// nothing happens, as in Flink.
#pragma once

#include <mutex>

#include "connectors/formats/stored_columns.hpp"
#include "connectors/iceberg/keyed_rows.hpp"
#include "engine/job/sink.hpp"
#include "iceberg/write/data_file_writer.hpp"

namespace tarn::connectors {

class IcebergSink final : public engine::Sink {
public:
    // `job` tells the sink from all others, and is the same when its job starts again. Throws
    // InvalidInput when the columns are not those of the table.
    IcebergSink(const sql::stream::Sink& sink, IcebergTablePtr table, std::string job,
                Random& random);

    void write(const engine::ChangeBatch& batch) override { write_of(0, batch); }
    // Rows that are only added may come from all at once.
    bool takes_from(int workers) override;
    void write_of(int worker, const engine::ChangeBatch& batch) override;
    engine::Preparation set_aside(const engine::EpochFacts& epoch) override;
    void commit(int64_t epoch, const engine::OperatorState& prepared) override;
    // Where the row of a key is, is known only once it has been committed.
    bool rests_until_commit() const override { return is_keyed_; }

private:
    using Rows = std::shared_ptr<arrow::RecordBatch>;

    void take_columns_of(const iceberg::TableMetadata& table);
    void load();
    using Writers = std::vector<std::unique_ptr<iceberg::DataFileWriter>>;

    void open_writers();
    void begin_run();
    Rows rows_for_table(const engine::ChangeBatch& batch) const;
    void write_by_key(const engine::ChangeBatch& batch);

    KeyedTable keyed(const iceberg::TableMetadata& table, iceberg::TableFiles& files) const;
    iceberg::TableFiles& files_of(const iceberg::LoadedTable& table) const;
    void wait_for_the_end(PreparedEpoch& epoch, bool is_end);
    iceberg::FileChanges overwrite_of(const PreparedEpoch& epoch,
                                      const iceberg::TableMetadata& table) const;
    iceberg::FileChanges changes_of(const PreparedEpoch& epoch,
                                    const iceberg::TableMetadata& table) const;
    iceberg::LoadedTable committed(const EpochMark& mark, PreparedEpoch epoch,
                                   iceberg::LoadedTable table) const;
    void go_on_after(const EpochMark& mark, const PreparedEpoch& epoch,
                     const iceberg::TableMetadata& table);

    StoredColumns columns_;
    std::vector<std::string> key_;
    bool is_keyed_;
    bool is_overwrite_;
    std::string branch_;
    IcebergTablePtr table_;
    std::string job_;
    Random& random_;
    std::optional<JobRun> run_;
    sql::Options options_;
    // The table as it was when the writer was opened, and the same with our options over its own.
    iceberg::LoadedTable written_for_;
    iceberg::TableMetadata metadata_;
    std::shared_ptr<arrow::Schema> row_types_;  // of the columns
    // Guards the opening of writers; each then belongs to its worker until the epoch ends.
    std::mutex opening_;
    Writers appends_{1};  // by worker
    std::optional<KeyedRows> by_key_;
    std::vector<iceberg::DataFile> waiting_;  // of earlier epochs of an overwrite
};

}  // namespace tarn::connectors
