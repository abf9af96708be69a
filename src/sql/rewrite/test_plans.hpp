// For tests: plans of SQL over declared tables, and what passes make of them, as text.
#pragma once

#include <gtest/gtest.h>

#include "sql/plan/plan_check.hpp"
#include "sql/plan/plan_text.hpp"
#include "sql/plan/query_binder.hpp"
#include "sql/rewrite/passes.hpp"
#include "sql/rewrite/rewrite.hpp"
#include "sql/syntax/parser.hpp"
#include "sql/tables/declaration.hpp"

namespace tarn::sql {

class TestPlans : public testing::Test {
protected:
    TestPlans() {
        declare("t (a INT, b INT NOT NULL, s STRING, r ROW<x INT, y INT>, xs ARRAY<INT>)");
        declare("u (c BIGINT, d STRING)");
        declare("w (k INT, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)");
    }

    void declare(const std::string& table) {
        Statement statement = parse_statement(Source("table", "CREATE TABLE " + table));
        const auto& create = std::get<CreateTable>(statement.node);
        names_.put(std::make_shared<StoredTable>(
            StoredTable{names_.path_of(create.name), declared(create, session_).table}));
    }

    PlanPtr plan(const std::string& sql) const {
        Statement statement = parse_statement(Source("query", sql));
        PlanPtr bound = bind_query(*std::get<QueryPtr>(statement.node), names_, session_);
        check(*bound);
        return bound;
    }

    // With a line before, so that expected texts begin on one of their own.
    static std::string text(const PlanPtr& plan) {
        check(*plan);
        std::string text = "\n" + text_of(*plan);
        std::string_view home = "default_catalog, default_database, ";
        for (size_t at = text.find(home); at != text.npos; at = text.find(home)) {
            text.erase(at, home.size());
        }
        return text;
    }

    std::string rewritten_text(const std::string& sql) const {
        return text(rewritten(plan(sql), session_));
    }
    std::string unread_columns_text(const std::string& sql) const {
        return text(without_unread_columns({plan(sql)}).front());
    }
    std::string filters_down_text(const std::string& sql) const {
        return text(with_filters_down(plan(sql)));
    }

    Session session_;
    Namespace names_;
};

}  // namespace tarn::sql
