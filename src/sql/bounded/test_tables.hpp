// For tests: tables from texts, plans over them, and their rows as text.
#pragma once

#include <arrow/array/concatenate.h>

#include <map>
#include <string>
#include <vector>

#include "columns/arrow_result.hpp"
#include "sql/bounded/answer.hpp"
#include "sql/expressions/binder.hpp"
#include "sql/syntax/parser.hpp"
#include "sql/values/value_text.hpp"

namespace tarn::sql {

struct TestTable {
    std::vector<PlanColumn> columns;
    Batch rows;
};

inline Scope scope_of(const std::vector<PlanColumn>& columns) {
    std::vector<ScopeColumn> found;
    for (const PlanColumn& column : columns) {
        found.push_back({"", column.name, column.type, column.time});
    }
    return Scope(std::move(found));
}

inline Bound bound_over(const std::vector<PlanColumn>& columns, const std::string& expression,
                        const Session& session) {
    Scope scope = scope_of(columns);
    return bind_expression(parse_expression(Source("test", expression)), scope, session);
}

// "a INT, b STRING NOT NULL"
inline std::vector<PlanColumn> columns_of(const std::string& text) {
    std::vector<PlanColumn> columns;
    if (text.empty()) return columns;
    Expression cast = parse_expression(Source("columns", "CAST(NULL AS ROW<" + text + ">)"));
    Type row = type_of(std::get<Cast>(cast.node).type);
    for (const Type::Field& field : row.fields) columns.push_back({field.name, field.type});
    return columns;
}

// Each row is a list of expressions, which are cast to the columns' types: "1, 'a'".
inline Batch rows_of_text(const std::vector<PlanColumn>& columns,
                          const std::vector<std::string>& rows, const Session& session) {
    Scope nothing;
    ExpressionBinder binder(nothing, session);
    std::vector<arrow::ArrayVector> values(columns.size());
    for (const std::string& row : rows) {
        Expression list = parse_expression(Source("row", "ROW(" + row + ")"));
        const auto& items = std::get<Constructor>(list.node).items;
        for (size_t i = 0; i < columns.size(); ++i) {
            Bound value = binder.cast_to(binder.bind(items.at(i)), columns[i].type);
            values[i].push_back(evaluate(value, {{}, 1}, session).values);
        }
    }
    Batch batch{{}, static_cast<int64_t>(rows.size())};
    for (size_t i = 0; i < columns.size(); ++i) {
        values[i].push_back(spread(null_column(columns[i].type), 0));
        batch.columns.push_back({columns::or_throw(arrow::Concatenate(values[i]))});
    }
    return batch;
}

inline TestTable test_table(const std::string& columns, const std::vector<std::string>& rows,
                            const Session& session = {}) {
    TestTable table{columns_of(columns), {{}, 0}};
    table.rows = rows_of_text(table.columns, rows, session);
    return table;
}

// A line for each row: "1 | 'a'".
inline std::vector<std::string> lines_of(const Batch& batch,
                                         const std::vector<PlanColumn>& columns) {
    std::vector<std::string> lines;
    for (int64_t row = 0; row < batch.rows; ++row) {
        std::string line;
        for (size_t i = 0; i < columns.size(); ++i) {
            const Column& column = batch.columns.at(i);
            if (i > 0) line += " | ";
            line += value_text(columns[i].type, *column.values, column.place(row));
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

// Tables by their names, and the session that asks for their rows.
struct TestTables {
    Session session = {};
    std::map<std::string, TestTable> tables = {};

    void add(const std::string& name, const std::string& columns,
             const std::vector<std::string>& rows) {
        tables[name] = test_table(columns, rows, session);
    }

    PlanPtr scan(const std::string& name) const {
        auto table = std::make_shared<StoredTable>();
        table->path.name = name;
        return made({}, tables.at(name).columns, Scan{table, {}});
    }

    // A value over the columns of the plan.
    Bound value(const PlanPtr& plan, const std::string& expression) const {
        return bound_over(plan->columns, expression, session);
    }

    std::vector<std::string> lines(const PlanPtr& plan) const {
        auto reader = [this](const Scan& scan) { return tables.at(scan.table->path.name).rows; };
        return lines_of(answer(*plan, reader, session), plan->columns);
    }
};

inline std::vector<PlanColumn> together(std::vector<PlanColumn> left,
                                        const std::vector<PlanColumn>& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

}  // namespace tarn::sql
