// Reads a table that tells of another one, once: as it is when the first row is asked for. A job
// that starts again reads on in what the table is then.
#pragma once

#include "connectors/formats/stored_columns.hpp"
#include "connectors/iceberg/read_range.hpp"
#include "connectors/iceberg_tables/metadata_tables.hpp"
#include "engine/job/source.hpp"

namespace tarn::connectors {

class MetadataSource final : public engine::Source {
public:
    MetadataSource(const sql::stream::TableSource& source, MetadataTablePtr table,
                   const sql::TimeZone& zone);

    std::vector<int32_t> partitions() override { return {0}; }
    std::optional<engine::ChangeBatch> read(int64_t rows_max) override;
    bool is_ended() const override { return rows_ && rows_done_ >= rows_->num_rows(); }

    engine::OperatorState position() const override;
    void seek(const engine::OperatorState& position) override;

private:
    std::shared_ptr<arrow::RecordBatch> all_rows() const;

    StoredColumns columns_;
    iceberg::TimeTravel at_;
    MetadataTablePtr table_;
    std::shared_ptr<arrow::RecordBatch> rows_;  // null before the first look
    int64_t rows_done_ = 0;
};

}  // namespace tarn::connectors
