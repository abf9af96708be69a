#include "sql/rewrite/test_plans.hpp"

namespace tarn::sql {
namespace {

class ScanFields : public TestPlans {};

TEST_F(ScanFields, AreThoseThatAreReadOfARow) {
    EXPECT_EQ(rewritten_text("SELECT r.x + 1 AS x FROM t WHERE a = 1"), R"(
LogicalProject(x=[+($1.x, 1)])
+- LogicalFilter(condition=[=($0, 1)])
   +- LogicalTableScan(table=[[t, project=[a, r], filter=[=($0, 1)], r=[x]]])
)");
}

TEST_F(ScanFields, AreFollowedThroughTimesAndViews) {
    declare(
        "e (kind INT, p ROW<id INT, since TIMESTAMP(3), name STRING>, "
        "q ROW<id INT, since TIMESTAMP(3), name STRING>, "
        "ts AS CASE WHEN kind = 0 THEN p.since ELSE q.since END, WATERMARK FOR ts AS ts)");
    EXPECT_EQ(rewritten_text("SELECT id, ts FROM (SELECT p.id, p.name, ts FROM e WHERE kind = 0)"),
              R"(
LogicalProject(id=[$1.id], ts=[$2])
+- LogicalFilter(condition=[=($0, 0)])
   +- LogicalWatermarkAssigner(rowtime=[ts], watermark=[$2])
      +- LogicalProject(kind=[$0], p=[$1], ts=[CASE(=($0, 0), $1.since, $2.since)])
         +- LogicalTableScan(table=[[e, p=[id, since], q=[since]]])
)");
}

TEST_F(ScanFields, AreAllOfARowThatIsReadItself) {
    EXPECT_EQ(rewritten_text("SELECT r.x AS x FROM t WHERE r IS NOT NULL"), R"(
LogicalProject(x=[$0.x])
+- LogicalFilter(condition=[IS NOT NULL($0)])
   +- LogicalTableScan(table=[[t, project=[r], filter=[IS NOT NULL($0)]]])
)");
    EXPECT_EQ(rewritten_text("SELECT r FROM t"), R"(
LogicalTableScan(table=[[t, project=[r]]])
)");
}

TEST_F(ScanFields, OfSeveralReadersAreThoseThatAnyOfThemReads) {
    EXPECT_EQ(rewritten_text("SELECT r.x AS n FROM t UNION ALL SELECT r.y FROM t"), R"(
LogicalUnion(all=[true])
:- LogicalProject(n=[$0.x])
:  +- LogicalTableScan(table=[[t, project=[r], r=[x, y]]])
+- LogicalProject(y=[$0.y])
   +- LogicalTableScan(table=[[t, project=[r], r=[x, y]]])
)");
}

TEST_F(ScanFields, OfBothSidesOfAJoinAreThoseOfOneScan) {
    declare("e (p ROW<x INT, y INT>, q ROW<x INT, y INT>)");
    EXPECT_EQ(rewritten_text(
                  "SELECT l.x FROM (SELECT p.x FROM e) l JOIN (SELECT q.y FROM e) m ON l.x = m.y"),
              R"(
LogicalProject(x=[$0])
+- LogicalJoin(condition=[=($0, $1)], joinType=[inner])
   :- LogicalProject(x=[$0.x])
   :  +- LogicalTableScan(table=[[e, p=[x], q=[y]]])
   +- LogicalProject(y=[$1.y])
      +- LogicalTableScan(table=[[e, p=[x], q=[y]]])
)");
}

}  // namespace
}  // namespace tarn::sql
