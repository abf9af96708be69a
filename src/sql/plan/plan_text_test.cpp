#include "sql/plan/plan_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/plan/query_binder.hpp"
#include "sql/syntax/parser.hpp"
#include "sql/tables/declaration.hpp"

namespace tarn::sql {
namespace {

using testing::HasSubstr;

class PlanText : public testing::Test {
protected:
    PlanText() {
        declare("t (a INT, s STRING, xs ARRAY<INT>, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)");
        declare("u (a BIGINT, s STRING)");
    }

    void declare(const std::string& table) {
        Statement statement = parse_statement(Source("table", "CREATE TABLE " + table));
        const auto& create = std::get<CreateTable>(statement.node);
        names_.put(std::make_shared<StoredTable>(
            StoredTable{names_.path_of(create.name), declared(create, session_).table}));
    }

    std::string text(const std::string& sql) const {
        Statement statement = parse_statement(Source("query", sql));
        const auto* insert = std::get_if<Insert>(&statement.node);
        return "\n" +
               text_of(insert ? *bind_insert(*insert, names_, session_)
                              : *bind_query(*std::get<QueryPtr>(statement.node), names_, session_));
    }

    Session session_;
    Namespace names_;
};

TEST_F(PlanText, IsATreeOfSteps) {
    EXPECT_EQ(text("SELECT u.s FROM t LEFT JOIN u ON t.a = u.a WHERE u.s <> 'x' LIMIT 3"), R"(
LogicalSort(fetch=[3])
+- LogicalProject(s=[$5])
   +- LogicalFilter(condition=[<>($5, 'x')])
      +- LogicalJoin(condition=[=(CAST($0):BIGINT, $4)], joinType=[left])
         :- LogicalWatermarkAssigner(rowtime=[ts], watermark=[$3])
         :  +- LogicalTableScan(table=[[default_catalog, default_database, t]])
         +- LogicalTableScan(table=[[default_catalog, default_database, u]])
)");
}

TEST_F(PlanText, ShowsExpressionsByTheirCalls) {
    EXPECT_THAT(text("SELECT CASE WHEN a > 1 AND s IS NULL THEN 'x' ELSE s END AS e FROM u"),
                HasSubstr("(e=[CASE(AND(>($0, 1), IS NULL($1)), 'x', $1)])"));
    EXPECT_THAT(text("SELECT COALESCE(s, 'y') AS e, CAST(NULL AS INT) AS n FROM u"),
                HasSubstr("(e=[COALESCE($1, 'y')], n=[NULL:INT])"));
    EXPECT_THAT(text("SELECT ts + INTERVAL '1' SECOND AS e FROM t"),
                HasSubstr("(e=[+($3, 1000:INTERVAL DAY TO SECOND(3))])"));
}

TEST_F(PlanText, ShowsWhatAggregatesCount) {
    EXPECT_THAT(
        text("SELECT s, COUNT(DISTINCT a) FILTER (WHERE a > 1), COUNT(*) FROM u GROUP BY s"),
        HasSubstr("LogicalAggregate(group=[{0}], $f1=[COUNT(DISTINCT $1) FILTER $2], "
                  "$f2=[COUNT()])"));
    EXPECT_THAT(text("SELECT s, a, COUNT(*) FROM u GROUP BY ROLLUP (s, a)"),
                HasSubstr("LogicalExpand(sets=[{0, 1}, {0}, {}])"));
}

TEST_F(PlanText, ShowsOrdersAndFrames) {
    EXPECT_THAT(text("SELECT a FROM u ORDER BY a DESC, s NULLS LAST OFFSET 2"),
                HasSubstr("LogicalSort(sort0=[$0], sort1=[$1], dir0=[DESC-nulls-last], "
                          "dir1=[ASC-nulls-last], offset=[2])"));
    EXPECT_THAT(text("SELECT SUM(a) OVER (PARTITION BY s ORDER BY a ROWS 3 PRECEDING) FROM u"),
                HasSubstr("LogicalOver(partition=[$1], order=[$0 ASC-nulls-first], frame=[ROWS "
                          "BETWEEN 3 PRECEDING AND CURRENT ROW], $w2=[SUM($0)])"));
}

TEST_F(PlanText, ShowsWindowsAndItems) {
    EXPECT_THAT(text("SELECT * FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '1' SECOND, "
                     "INTERVAL '5' SECOND))"),
                HasSubstr("LogicalWindowTableFunction(window=[HOP($3, 5000 ms, step 1000 ms)])"));
    EXPECT_THAT(text("SELECT x FROM t LEFT JOIN UNNEST(xs) AS i (x) ON TRUE"),
                HasSubstr("LogicalUnnest(collection=[$2], joinType=[left])"));
}

TEST_F(PlanText, ShowsRowsAndWhereTheyGo) {
    EXPECT_EQ(text("INSERT INTO u VALUES (1, 'a'), (2, NULL)"), R"(
LogicalSink(table=[default_catalog.default_database.u], fields=[a, s])
+- LogicalProject(a=[CAST($0):BIGINT NOT NULL], s=[CAST($1):STRING])
   +- LogicalValues(tuples=[[{ 1, 'a' }, { 2, NULL:CHAR(1) }]])
)");
    EXPECT_THAT(text("SELECT a FROM u UNION ALL SELECT a FROM u"),
                HasSubstr("LogicalUnion(all=[true])"));
}

}  // namespace
}  // namespace tarn::sql
