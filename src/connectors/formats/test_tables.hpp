// For tests of connectors: tables as CREATE TABLE declares them, and batches as text.
#pragma once

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "engine/rows/change_batch.hpp"
#include "sql/bounded/test_tables.hpp"
#include "sql/stream/stream_plan.hpp"
#include "sql/tables/declaration.hpp"

namespace tarn::connectors {

// "trades (id INT, …) WITH (…)"
inline sql::StoredTablePtr test_table(const std::string& text, const sql::Session& session = {}) {
    sql::Statement statement = sql::parse_statement(sql::Source("table", "CREATE TABLE " + text));
    const auto& create = std::get<sql::CreateTable>(statement.node);
    sql::Declaration found = sql::declared(create, session);
    EXPECT_TRUE(found.problems.empty()) << text;
    sql::ObjectPath path{"c", "d", create.name.back().text};
    return std::make_shared<sql::StoredTable>(sql::StoredTable{path, found.table, create.options});
}

inline sql::stream::TableSource source_of(const sql::StoredTablePtr& table,
                                          std::optional<std::vector<size_t>> columns = {}) {
    return {.table = table, .options = table->options, .traits = {}, .columns = columns};
}

inline sql::stream::Sink sink_of(const sql::StoredTablePtr& table) {
    return {.input = nullptr, .table = table, .options = table->options, .takes = {}};
}

inline std::vector<sql::PlanColumn> plan_columns(const std::vector<sql::TableColumn>& columns) {
    std::vector<sql::PlanColumn> found;
    for (const sql::TableColumn& column : columns) found.push_back({column.name, column.type});
    return found;
}

// Each row as "1, 'a'".
inline engine::ChangeBatch batch_of(const std::vector<sql::TableColumn>& columns,
                                    const std::vector<std::string>& rows) {
    return {sql::rows_of_text(plan_columns(columns), rows, {})};
}

// "+I 1 | 'a'" for each row.
inline std::vector<std::string> lines_of(const engine::ChangeBatch& batch,
                                         const std::vector<sql::TableColumn>& columns) {
    std::vector<std::string> lines = sql::lines_of(batch.rows, plan_columns(columns));
    for (size_t row = 0; row < lines.size(); ++row) {
        lines[row] = std::string(text_of(batch.kind(static_cast<int64_t>(row)))) + " " + lines[row];
    }
    return lines;
}

// What the call throws, with its hint; empty when it throws nothing.
template <typename Call>
std::string refusal_of(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.full_text();
    }
    return {};
}

}  // namespace tarn::connectors
