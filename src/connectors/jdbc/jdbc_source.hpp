// Reads a table of a database once, from a cursor, in parts that several workers share where the
// table says by which column. Rows that come in the order of a key of the table are read once
// whatever happens: a new source goes on behind the last one. Of other tables a part that was not
// read to its end is read anew.
#pragma once

#include <deque>

#include "connectors/jdbc/database_query.hpp"
#include "engine/job/source.hpp"

namespace tarn::connectors {

class JdbcSource final : public engine::Source {
public:
    JdbcSource(const sql::stream::TableSource& table, const sql::TimeZone& zone,
               engine::SourceShare share);

    std::vector<int32_t> partitions() override;
    std::optional<engine::ChangeBatch> read(int64_t rows_max) override;
    bool is_ended() const override { return current_ == parts_.size(); }

    engine::OperatorState position() const override;
    void seek(const engine::OperatorState& position) override;

private:
    // Values of the column that tasks share the rows by, both included.
    struct Range {
        int64_t from;
        int64_t to;
    };
    struct Part {
        int32_t number;
        std::optional<Range> range = {};
        TextValues last_key = {};  // of the rows that were read; nothing at the beginning
        bool is_done = false;
    };

    static std::vector<Part> parts_of(const sql::Options& options, engine::SourceShare share);
    std::vector<DatabaseColumn> ordered_key(const sql::Table& table);
    void open_cursor(const Part& part);
    void close_cursor();
    void skip_done();

    sql::stream::TableSource source_;
    StoredColumns columns_;
    int64_t fetch_rows_;  // 0 for as many as are asked for
    DatabaseConnection connection_;
    DatabaseTable table_;
    std::string partition_column_;
    std::vector<DatabaseColumn> key_;  // none where rows have no order
    std::vector<Part> parts_;
    size_t current_ = 0;  // of the parts; those before are done
    bool has_cursor_ = false;
};

}  // namespace tarn::connectors
