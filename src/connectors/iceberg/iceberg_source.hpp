// Reads the rows of an Iceberg table: those of one snapshot, and then it ends; or, with 'streaming'
// = 'true', those that are there and then what each later snapshot appends. Rows that others change
// or delete later do not come again: as in Java's connector, only what is added does.
#pragma once

#include "base/clock.hpp"
#include "connectors/formats/stored_columns.hpp"
#include "connectors/iceberg/read_range.hpp"
#include "connectors/iceberg_tables/connection.hpp"
#include "engine/job/source.hpp"
#include "iceberg/scan/task_reader.hpp"

namespace tarn::connectors {

class IcebergSource final : public engine::Source {
public:
    // Throws InvalidInput when the columns are not those of the table.
    IcebergSource(const sql::stream::TableSource& source, IcebergTablePtr table, const Clock& clock,
                  const sql::TimeZone& zone);
    ~IcebergSource() override;

    std::vector<int32_t> partitions() override { return {0}; }
    std::optional<engine::ChangeBatch> read(int64_t rows_max) override;
    bool has_end() const override { return !range_.monitor_interval.has_value(); }
    bool is_ended() const override;

    // The snapshot, the file of it and the row of that.
    engine::OperatorState position() const override;
    void seek(const engine::OperatorState& position) override;
    std::map<std::string, std::string> offsets() const override;

private:
    // Some files of a table that are read one after the other.
    struct Scan;
    struct Stretch {
        // Nothing: the snapshot as a whole; else what came after this one.
        std::optional<iceberg::SnapshotId> after;
        iceberg::SnapshotId up_to = 0;
    };
    using Rows = std::shared_ptr<arrow::RecordBatch>;

    void check_columns(const iceberg::TableMetadata& table) const;
    bool look_for_rows();
    std::optional<Stretch> next_stretch(const iceberg::TableMetadata& table) const;
    void open(const Stretch& stretch);
    bool read_file();
    void skip_rows(int64_t rows);
    engine::ChangeBatch next_rows(int64_t rows_max);

    StoredColumns columns_;
    std::vector<sql::Bound> conditions_;  // over the columns, on rows that are wanted
    ReadRange range_;
    IcebergTablePtr table_;
    const Clock& clock_;

    std::optional<Ticks> looked_at_;
    // Everything up to it has been read; nothing before the first snapshot.
    std::optional<iceberg::SnapshotId> done_;
    std::unique_ptr<Scan> scan_;  // null between two stretches
};

}  // namespace tarn::connectors
