#include "sql/rewrite/test_plans.hpp"

namespace tarn::sql {
namespace {

class Neighbours : public TestPlans {};

TEST_F(Neighbours, ProjectionsAreOne) {
    EXPECT_EQ(
        text(with_neighbours_joined(plan("SELECT x + 1 AS y FROM (SELECT a * 2 AS x FROM t)"))), R"(
LogicalProject(y=[+(*($0, 2), 1)])
+- LogicalTableScan(table=[[t]])
)");
}

TEST_F(Neighbours, WhatIsReadTwiceIsComputedOnce) {
    EXPECT_EQ(text(with_neighbours_joined(
                  plan("SELECT x + 1 AS y, x AS z FROM (SELECT a * 2 AS x FROM t)"))),
              R"(
LogicalProject(y=[+($0, 1)], z=[$0])
+- LogicalProject(x=[*($0, 2)])
   +- LogicalTableScan(table=[[t]])
)");
}

TEST_F(Neighbours, ColumnsAndConstantsMayBeReadTwice) {
    EXPECT_EQ(text(with_neighbours_joined(
                  plan("SELECT x + y AS p, x AS q, y AS r FROM (SELECT a AS x, 3 AS y FROM t)"))),
              R"(
LogicalProject(p=[+($0, 3)], q=[$0], r=[3])
+- LogicalTableScan(table=[[t]])
)");
}

TEST_F(Neighbours, FiltersAreOneAndTheLowerComesFirst) {
    // For other rows the upper one would fail.
    EXPECT_EQ(text(with_neighbours_joined(
                  plan("SELECT * FROM (SELECT * FROM t WHERE b <> 0) WHERE 1 / b > 0"))),
              R"(
LogicalFilter(condition=[AND(<>($1, 0), >(/(1, $1), 0))])
+- LogicalTableScan(table=[[t]])
)");
}

TEST_F(Neighbours, AProjectionThatChangesNothingGoes) {
    // The name x is put back where all of a plan is rewritten.
    EXPECT_EQ(text(with_neighbours_joined(plan("SELECT a AS x, b, s, r, xs FROM t WHERE a = 1"))),
              R"(
LogicalFilter(condition=[=($0, 1)])
+- LogicalTableScan(table=[[t]])
)");
}

}  // namespace
}  // namespace tarn::sql
