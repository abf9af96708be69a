// Writes rows to a table of a database. With a primary key a row replaces the one that has its key,
// and a delete takes it away; without one rows are added. They go in transactions of a few, and all
// of them before an epoch ends; rows that were written after the last epoch are written once more
// after a crash, which changes nothing where there is a key.
#pragma once

#include <unordered_map>

#include "base/clock.hpp"
#include "connectors/jdbc/database_table.hpp"
#include "engine/job/sink.hpp"

namespace tarn::connectors {

class JdbcSink final : public engine::Sink {
public:
    JdbcSink(const sql::stream::Sink& table, const Clock& clock, const sql::TimeZone& zone);

    void write(const engine::ChangeBatch& batch) override;
    std::optional<Ticks> wakes_at() const override;
    void wake() override { flush(); }
    engine::OperatorState prepare(const engine::EpochFacts& epoch) override;

private:
    struct PendingRow {
        bool is_delete;
        TextValues values;  // of a delete those of the key alone
    };

    std::string upsert_statement(const DatabaseTable& table) const;
    std::string delete_statement(const DatabaseTable& table) const;
    void add(std::string_view key, PendingRow row);
    void flush();
    void write_pending();
    void connect();

    DatabaseAccess access_;
    StoredColumns columns_;
    std::vector<size_t> key_;  // of the columns; none where rows are added
    int64_t rows_max_;
    std::chrono::milliseconds interval_;
    int64_t retries_max_;
    const Clock& clock_;
    std::string upsert_;
    std::string delete_;

    std::optional<DatabaseConnection> connection_;  // nothing after it was lost
    // In their order; of rows with the same key only the last one is there.
    std::vector<std::optional<PendingRow>> pending_;
    std::unordered_map<std::string, size_t> by_key_;
    std::optional<Ticks> first_pending_;
};

}  // namespace tarn::connectors
