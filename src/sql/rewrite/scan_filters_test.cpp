#include "sql/rewrite/test_plans.hpp"

namespace tarn::sql {
namespace {

class ScanFilters : public TestPlans {};

TEST_F(ScanFilters, AreThoseRightAboveThatCannotFail) {
    EXPECT_EQ(rewritten_text(
                  "SELECT a, b FROM t WHERE a = 1 AND 1 / b > 0 AND b IN (2, 3) AND RAND() < 0.5"),
              R"(
LogicalFilter(condition=[AND(=($0, 1), >(/(1, $1), 0), OR(=($1, 2), =($1, 3)), <(RAND(), 0.5))])
+- LogicalTableScan(table=[[t, project=[a, b], filter=[=($0, 1), OR(=($1, 2), =($1, 3))]]])
)");
}

TEST_F(ScanFilters, AreNotThoseAboveWatermarks) {
    EXPECT_EQ(rewritten_text("SELECT k, ts FROM w WHERE k = 1"), R"(
LogicalFilter(condition=[=($0, 1)])
+- LogicalWatermarkAssigner(rowtime=[ts], watermark=[$1])
   +- LogicalTableScan(table=[[w, project=[k, ts]]])
)");
}

TEST_F(ScanFilters, OfSeveralReadersAreWhatAnyOfThemWants) {
    EXPECT_EQ(rewritten_text(
                  "SELECT a FROM t WHERE a = 1 UNION ALL SELECT b FROM t WHERE a = 2 AND b = 3"),
              R"(
LogicalUnion(all=[true])
:- LogicalProject(a=[$0])
:  +- LogicalFilter(condition=[=($0, 1)])
:     +- LogicalTableScan(table=[[t, project=[a, b], filter=[OR(=($0, 1), AND(=($0, 2), =($1, 3)))]]])
+- LogicalProject(b=[$1])
   +- LogicalFilter(condition=[AND(=($0, 2), =($1, 3))])
      +- LogicalTableScan(table=[[t, project=[a, b], filter=[OR(=($0, 1), AND(=($0, 2), =($1, 3)))]]])
)");
}

TEST_F(ScanFilters, AreNoneWhereSomebodyWantsAllRows) {
    EXPECT_EQ(rewritten_text("SELECT a FROM t WHERE a = 1 UNION ALL SELECT b FROM t"), R"(
LogicalUnion(all=[true])
:- LogicalProject(a=[$0])
:  +- LogicalFilter(condition=[=($0, 1)])
:     +- LogicalTableScan(table=[[t, project=[a, b]]])
+- LogicalProject(b=[$1])
   +- LogicalTableScan(table=[[t, project=[a, b]]])
)");
}

}  // namespace
}  // namespace tarn::sql
