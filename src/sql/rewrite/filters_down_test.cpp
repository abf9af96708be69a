#include <gmock/gmock.h>

#include "sql/rewrite/test_plans.hpp"

namespace tarn::sql {
namespace {

using testing::HasSubstr;

class FiltersDown : public TestPlans {};

TEST_F(FiltersDown, GoBelowProjectionsOfColumns) {
    EXPECT_EQ(text(with_filters_down(plan("SELECT * FROM (SELECT a AS x, s FROM t) WHERE x = 1"))),
              R"(
LogicalProject(x=[$0], s=[$1])
+- LogicalProject(x=[$0], s=[$2])
   +- LogicalFilter(condition=[=($0, 1)])
      +- LogicalTableScan(table=[[t]])
)");
}

TEST_F(FiltersDown, StayAboveWhatIsComputed) {
    EXPECT_EQ(text(with_filters_down(
                  plan("SELECT * FROM (SELECT a * 2 AS x, b FROM t) WHERE x = 1 AND b = 2"))),
              R"(
LogicalProject(x=[$0], b=[$1])
+- LogicalFilter(condition=[=($0, 1)])
   +- LogicalProject(x=[*($0, 2)], b=[$1])
      +- LogicalFilter(condition=[=($1, 2)])
         +- LogicalTableScan(table=[[t]])
)");
}

TEST_F(FiltersDown, ReadCastsBelow) {
    EXPECT_EQ(
        text(with_filters_down(plan(
            "SELECT * FROM (SELECT CAST(a AS BIGINT) AS x, r.y FROM t) WHERE x = 1 AND y = 2"))),
        R"(
LogicalProject(x=[$0], y=[$1])
+- LogicalProject(x=[CAST($0):BIGINT], y=[$3.y])
   +- LogicalFilter(condition=[AND(=(CAST($0):BIGINT, 1), =($3.y, 2))])
      +- LogicalTableScan(table=[[t]])
)");
}

TEST_F(FiltersDown, DoNotDrawARandomNumberTwice) {
    EXPECT_EQ(text(with_filters_down(
                  plan("SELECT x FROM (SELECT RAND() AS x, a FROM t) WHERE x > 0.5 AND a > 1"))),
              R"(
LogicalProject(x=[$0])
+- LogicalFilter(condition=[>($0, 0.5)])
   +- LogicalProject(x=[RAND()], a=[$0])
      +- LogicalFilter(condition=[>($0, 1)])
         +- LogicalTableScan(table=[[t]])
)");
}

TEST_F(FiltersDown, StayBehindWhatKeepsThemFromFailing) {
    // 1 / b is asked only of rows for which x is not 0.
    EXPECT_EQ(text(with_filters_down(plan(
                  "SELECT * FROM (SELECT a * 2 AS x, b FROM t) WHERE x <> 0 AND 1 / b > 0 AND b = "
                  "2"))),
              R"(
LogicalProject(x=[$0], b=[$1])
+- LogicalFilter(condition=[AND(<>($0, 0), >(/(1, $1), 0))])
   +- LogicalProject(x=[*($0, 2)], b=[$1])
      +- LogicalFilter(condition=[=($1, 2)])
         +- LogicalTableScan(table=[[t]])
)");
}

TEST_F(FiltersDown, StayAboveALimit) {
    EXPECT_EQ(text(with_filters_down(
                  plan("SELECT * FROM (SELECT a FROM t ORDER BY a LIMIT 3) WHERE a > 1"))),
              R"(
LogicalProject(a=[$0])
+- LogicalFilter(condition=[>($0, 1)])
   +- LogicalSort(sort0=[$0], dir0=[ASC-nulls-first], fetch=[3])
      +- LogicalProject(a=[$0])
         +- LogicalTableScan(table=[[t]])
)");
}

TEST_F(FiltersDown, GoBelowBothSidesOfAUnion) {
    EXPECT_EQ(text(with_filters_down(
                  plan("SELECT * FROM (SELECT a FROM t UNION ALL SELECT b FROM t) WHERE a = 7"))),
              R"(
LogicalProject(a=[$0])
+- LogicalUnion(all=[true])
   :- LogicalProject(a=[$0])
   :  +- LogicalFilter(condition=[=($0, 7)])
   :     +- LogicalTableScan(table=[[t]])
   +- LogicalProject(b=[$1])
      +- LogicalFilter(condition=[=($1, 7)])
         +- LogicalTableScan(table=[[t]])
)");
}

TEST_F(FiltersDown, OfKeysGoBelowGroups) {
    EXPECT_EQ(text(with_filters_down(plan(
                  "SELECT s, COUNT(*) AS n FROM t GROUP BY s HAVING s = 'x' AND COUNT(*) > 1"))),
              R"(
LogicalProject(s=[$0], n=[$1])
+- LogicalFilter(condition=[>($1, 1)])
   +- LogicalAggregate(group=[{0}], $f1=[COUNT()])
      +- LogicalProject(s=[$2])
         +- LogicalFilter(condition=[=($2, 'x')])
            +- LogicalTableScan(table=[[t]])
)");
}

TEST_F(FiltersDown, StayAboveTheOneGroupThatIsAlwaysThere) {
    EXPECT_EQ(text(with_filters_down(
                  plan("SELECT * FROM (SELECT COUNT(*) AS n, 1 AS x FROM t) WHERE n = 0"))),
              R"(
LogicalProject(n=[$0], x=[$1])
+- LogicalProject(n=[$0], x=[1])
   +- LogicalFilter(condition=[=($0, 0)])
      +- LogicalAggregate(group=[{}], $f0=[COUNT()])
         +- LogicalProject()
            +- LogicalTableScan(table=[[t]])
)");
}

TEST_F(FiltersDown, ThatReadNothingStayAboveThatGroupToo) {
    EXPECT_EQ(text(with_filters_down(plan("SELECT COUNT(*) AS n FROM t HAVING 1 > 2"))), R"(
LogicalProject(n=[$0])
+- LogicalFilter(condition=[FALSE])
   +- LogicalAggregate(group=[{}], $f0=[COUNT()])
      +- LogicalProject()
         +- LogicalTableScan(table=[[t]])
)");
}

TEST_F(FiltersDown, OfPlainColumnsGoBelowGroupingSets) {
    EXPECT_EQ(text(with_filters_down(plan(
                  "SELECT a, b, COUNT(*) AS n FROM t WHERE s = 'x' GROUP BY ROLLUP (a, b) HAVING a "
                  "= 1"))),
              R"(
LogicalProject(a=[$0], b=[$1], n=[$3])
+- LogicalAggregate(group=[{0, 1, 2}], $f3=[COUNT()])
   +- LogicalFilter(condition=[=($0, 1)])
      +- LogicalExpand(sets=[{0, 1}, {0}, {}])
         +- LogicalProject(a=[$0], b=[$1])
            +- LogicalFilter(condition=[=($2, 'x')])
               +- LogicalTableScan(table=[[t]])
)");
}

TEST_F(FiltersDown, StayAboveWatermarks) {
    // Time goes on with each row, be it wanted or not.
    EXPECT_EQ(text(with_filters_down(plan("SELECT k FROM w WHERE v > 1"))), R"(
LogicalProject(k=[$0])
+- LogicalFilter(condition=[>($1, 1)])
   +- LogicalWatermarkAssigner(rowtime=[ts], watermark=[$2])
      +- LogicalTableScan(table=[[w]])
)");
}

TEST_F(FiltersDown, GoBelowWindowsUnlessTheyReadThem) {
    EXPECT_EQ(text(with_filters_down(plan(
                  "SELECT k FROM TABLE(TUMBLE(TABLE w, DESCRIPTOR(ts), INTERVAL '1' DAY)) WHERE k "
                  "= 1 AND CAST(window_end AS DATE) = DATE '2024-01-01'"))),
              R"(
LogicalProject(k=[$0])
+- LogicalFilter(condition=[=(CAST($4):DATE NOT NULL, 2024-01-01)])
   +- LogicalWindowTableFunction(window=[TUMBLE($2, 86400000 ms)])
      +- LogicalFilter(condition=[=($0, 1)])
         +- LogicalWatermarkAssigner(rowtime=[ts], watermark=[$2])
            +- LogicalTableScan(table=[[w]])
)");
}

TEST_F(FiltersDown, GoBelowSessionsWithTheirKeysAlone) {
    EXPECT_EQ(text(with_filters_down(plan(
                  "SELECT k FROM TABLE(SESSION(TABLE w PARTITION BY k, DESCRIPTOR(ts), INTERVAL "
                  "'1' HOUR)) WHERE k = 1 AND v = 2"))),
              R"(
LogicalProject(k=[$0])
+- LogicalFilter(condition=[=($1, 2)])
   +- LogicalWindowTableFunction(window=[SESSION($2, 3600000 ms, partition by $0)])
      +- LogicalFilter(condition=[=($0, 1)])
         +- LogicalWatermarkAssigner(rowtime=[ts], watermark=[$2])
            +- LogicalTableScan(table=[[w]])
)");
}

TEST_F(FiltersDown, GoBelowUnnestUnlessTheyReadItems) {
    // The last one could fail for rows without items.
    EXPECT_EQ(text(with_filters_down(plan(
                  "SELECT a, x FROM t CROSS JOIN UNNEST(xs) AS i (x) WHERE b = 1 AND x = 2 AND 1 / "
                  "b > 0"))),
              R"(
LogicalProject(a=[$0], x=[$5])
+- LogicalFilter(condition=[AND(=($5, 2), >(/(1, $1), 0))])
   +- LogicalUnnest(collection=[$4], joinType=[inner])
      +- LogicalFilter(condition=[=($1, 1)])
         +- LogicalTableScan(table=[[t]])
)");
}

TEST_F(FiltersDown, OfPartitionsGoBelowOver) {
    std::string found =
        text(with_filters_down(plan("SELECT 1 FROM (SELECT b, SUM(a) OVER (PARTITION BY b) AS n "
                                    "FROM t) WHERE b = 2 AND n = 3")));

    EXPECT_THAT(found, HasSubstr("LogicalFilter(condition=[=($5, 3)])\n      +- LogicalOver"));
    EXPECT_THAT(found, HasSubstr("\n         +- LogicalFilter(condition=[=($1, 2)])\n"));
}

}  // namespace
}  // namespace tarn::sql
