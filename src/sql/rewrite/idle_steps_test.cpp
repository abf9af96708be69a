#include "sql/rewrite/test_plans.hpp"

namespace tarn::sql {
namespace {

class IdleSteps : public TestPlans {};

TEST_F(IdleSteps, FiltersThatAreTrueGo) {
    EXPECT_EQ(text(without_idle_steps(plan("SELECT a FROM (SELECT a FROM t) WHERE 1 < 2"))), R"(
LogicalProject(a=[$0])
+- LogicalProject(a=[$0])
   +- LogicalTableScan(table=[[t]])
)");
}

TEST_F(IdleSteps, WhatIsNeverTrueHasNoRows) {
    EXPECT_EQ(text(without_idle_steps(plan("SELECT a + 1 AS x FROM t WHERE 1 > 2"))), R"(
LogicalValues(tuples=[[]])
)");
}

TEST_F(IdleSteps, OneGroupIsThereForNoRows) {
    EXPECT_EQ(text(without_idle_steps(plan("SELECT COUNT(*) AS n FROM t WHERE FALSE"))), R"(
LogicalProject(n=[$0])
+- LogicalAggregate(group=[{}], $f0=[COUNT()])
   +- LogicalValues(tuples=[[]])
)");
}

TEST_F(IdleSteps, JoinsKeepWhatHasNoCounterpart) {
    EXPECT_EQ(text(without_idle_steps(
                  plan("SELECT * FROM u LEFT JOIN (SELECT a FROM t WHERE FALSE) ON a = c"))),
              R"(
LogicalProject(c=[$0], d=[$1], a=[$2])
+- LogicalJoin(condition=[=(CAST($2):BIGINT, $0)], joinType=[left])
   :- LogicalTableScan(table=[[u]])
   +- LogicalValues(tuples=[[]])
)");
}

TEST_F(IdleSteps, UnionsLeaveOutWhatIsEmpty) {
    EXPECT_EQ(
        text(without_idle_steps(plan("SELECT a FROM t WHERE FALSE UNION ALL SELECT b FROM t"))), R"(
LogicalProject(a=[$0])
+- LogicalProject(b=[$1])
   +- LogicalTableScan(table=[[t]])
)");
}

}  // namespace
}  // namespace tarn::sql
