// Inserts rows into a table of a ClickHouse. Where the table has a key a row that changes is
// inserted again, and a ReplacingMergeTree keeps the last one.
#pragma once

#include "connectors/clickhouse/clickhouse_server.hpp"
#include "connectors/http/batched_rows.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::connectors {

class ClickHouseSink final : public engine::Sink {
public:
    ClickHouseSink(const sql::stream::Sink& table, const std::string& writer, const Clock& clock,
                   Random& random, CancelFlag is_cancelled);

    void write(const engine::ChangeBatch& batch) override;
    std::optional<Ticks> wakes_at() const override { return rows_.wakes_at(); }
    void wake() override { rows_.wake(); }
    engine::OperatorState prepare(const engine::EpochFacts& epoch) override {
        return rows_.prepare(epoch);
    }
    void commit(int64_t epoch, const engine::OperatorState& prepared) override {
        rows_.commit(epoch, prepared);
    }
    bool rests_until_commit() const override { return rows_.sends_in_commit(); }

private:
    ClickHouseServer server_;
    std::string insert_;
    bool takes_updates_;
    BatchedRows rows_;
};

}  // namespace tarn::connectors
