#include "sql/plan/walk.hpp"
#include "sql/rewrite/test_plans.hpp"

namespace tarn::sql {
namespace {

class UnreadColumns : public TestPlans {};

TEST_F(UnreadColumns, AreNotScanned) {
    EXPECT_EQ(unread_columns_text("SELECT s FROM t WHERE a = 1"), R"(
LogicalProject(s=[$1])
+- LogicalFilter(condition=[=($0, 1)])
   +- LogicalTableScan(table=[[t, project=[a, s]]])
)");
}

TEST_F(UnreadColumns, OfCountsAreAll) {
    EXPECT_EQ(unread_columns_text("SELECT COUNT(*) AS n FROM t"), R"(
LogicalProject(n=[$0])
+- LogicalAggregate(group=[{}], $f0=[COUNT()])
   +- LogicalProject()
      +- LogicalTableScan(table=[[t, project=[]]])
)");
}

TEST_F(UnreadColumns, AreNotComputed) {
    EXPECT_EQ(unread_columns_text("SELECT x FROM (SELECT a + 1 AS x, b + 1 AS y FROM t)"),
              R"(
LogicalProject(x=[$0])
+- LogicalProject(x=[+($0, 1)])
   +- LogicalTableScan(table=[[t, project=[a]]])
)");
}

TEST_F(UnreadColumns, OfGroupsAreCallsAndNotKeys) {
    EXPECT_EQ(unread_columns_text(
                  "SELECT n FROM (SELECT s, COUNT(*) AS n, SUM(a) AS m FROM t GROUP BY s)"),
              R"(
LogicalProject(n=[$0])
+- LogicalProject(n=[$1])
   +- LogicalAggregate(group=[{0}], $f1=[COUNT()])
      +- LogicalProject(s=[$0])
         +- LogicalTableScan(table=[[t, project=[s]]])
)");
}

TEST_F(UnreadColumns, AreNotJoined) {
    EXPECT_EQ(unread_columns_text("SELECT d FROM (SELECT * FROM t WHERE s = 'x') JOIN u ON a = c"),
              R"(
LogicalProject(d=[$2])
+- LogicalJoin(condition=[=(CAST($0):BIGINT, $1)], joinType=[inner])
   :- LogicalProject(a=[$0])
   :  +- LogicalFilter(condition=[=($1, 'x')])
   :     +- LogicalTableScan(table=[[t, project=[a, s]]])
   +- LogicalTableScan(table=[[u]])
)");
}

TEST_F(UnreadColumns, AreNotStacked) {
    // The time of w goes on though nobody reads it.
    EXPECT_EQ(
        unread_columns_text("SELECT a FROM (SELECT a, b FROM t UNION ALL SELECT k, v FROM w)"),
        R"(
LogicalProject(a=[$0])
+- LogicalUnion(all=[true])
   :- LogicalProject(a=[$0])
   :  +- LogicalTableScan(table=[[t, project=[a]]])
   +- LogicalProject(k=[$0])
      +- LogicalWatermarkAssigner(rowtime=[ts], watermark=[$1])
         +- LogicalTableScan(table=[[w, project=[k, ts]]])
)");
}

TEST_F(UnreadColumns, OfOverPutNoRowsInOrder) {
    EXPECT_EQ(unread_columns_text("SELECT a FROM (SELECT a, RANK() OVER (ORDER BY b) AS n FROM t)"),
              R"(
LogicalProject(a=[$0])
+- LogicalProject(a=[$0])
   +- LogicalTableScan(table=[[t, project=[a]]])
)");
}

TEST_F(UnreadColumns, AreNotSorted) {
    EXPECT_EQ(unread_columns_text("SELECT a FROM (SELECT a, s, b FROM t ORDER BY b LIMIT 3)"),
              R"(
LogicalProject(a=[$0])
+- LogicalSort(sort0=[$1], dir0=[ASC-nulls-first], fetch=[3])
   +- LogicalProject(a=[$0], b=[$1])
      +- LogicalTableScan(table=[[t, project=[a, b]]])
)");
}

TEST_F(UnreadColumns, OfAllSidesAreComparedByExcept) {
    EXPECT_EQ(
        unread_columns_text("SELECT a FROM (SELECT a, s FROM t EXCEPT ALL SELECT k, 'x' FROM w)"),
        R"(
LogicalProject(a=[$0])
+- LogicalMinus(all=[true])
   :- LogicalProject(a=[$0], s=[$1])
   :  +- LogicalTableScan(table=[[t, project=[a, s]]])
   +- LogicalProject(k=[$0], EXPR$1=[CAST($1):STRING NOT NULL])
      +- LogicalProject(k=[$0], EXPR$1=['x'])
         +- LogicalWatermarkAssigner(rowtime=[ts], watermark=[$1])
            +- LogicalTableScan(table=[[w, project=[k, ts]]])
)");
}

TEST_F(UnreadColumns, OfOneReaderAreThoseOfAnother) {
    std::vector<PlanPtr> plans = with_shared_parts(
        {plan("SELECT v FROM w WHERE k = 1"), plan("SELECT ts FROM w WHERE v = 2")});

    plans = without_unread_columns(plans);

    EXPECT_EQ(text(plans[0]), R"(
LogicalProject(v=[$1])
+- LogicalFilter(condition=[=($0, 1)])
   +- LogicalWatermarkAssigner(rowtime=[ts], watermark=[$2])
      +- LogicalTableScan(table=[[w]])
)");
    EXPECT_EQ(inputs_of(*inputs_of(*plans[0])[0])[0], inputs_of(*inputs_of(*plans[1])[0])[0]);
}

}  // namespace
}  // namespace tarn::sql
