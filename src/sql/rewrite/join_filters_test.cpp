#include "sql/rewrite/test_plans.hpp"

namespace tarn::sql {
namespace {

class JoinFilters : public TestPlans {};

TEST_F(JoinFilters, OfOneSideGoThere) {
    EXPECT_EQ(text(with_filters_down(
                  plan("SELECT * FROM u JOIN u AS v ON u.c = v.c AND u.d = 'x' WHERE v.d = 'y'"))),
              R"(
LogicalProject(c=[$0], d=[$1], c0=[$2], d0=[$3])
+- LogicalProject(c=[$0], d=[$1], c=[$2], d=[$3])
   +- LogicalJoin(condition=[=($0, $2)], joinType=[inner])
      :- LogicalFilter(condition=[=($1, 'x')])
      :  +- LogicalTableScan(table=[[u]])
      +- LogicalFilter(condition=[=($1, 'y')])
         +- LogicalTableScan(table=[[u]])
)");
}

TEST_F(JoinFilters, OfBothSidesBecomeTheCondition) {
    EXPECT_EQ(
        text(with_filters_down(plan("SELECT * FROM u, u AS v WHERE u.c = v.c AND u.d < v.d"))), R"(
LogicalProject(c=[$0], d=[$1], c0=[$2], d0=[$3])
+- LogicalProject(c=[$0], d=[$1], c=[$2], d=[$3])
   +- LogicalJoin(condition=[AND(=($0, $2), <($1, $3))], joinType=[inner])
      :- LogicalTableScan(table=[[u]])
      +- LogicalTableScan(table=[[u]])
)");
}

TEST_F(JoinFilters, ThatCanFailStayAbove) {
    EXPECT_EQ(
        text(with_filters_down(plan("SELECT * FROM u, u AS v WHERE u.c = v.c AND 1 / u.c > 0"))),
        R"(
LogicalProject(c=[$0], d=[$1], c0=[$2], d0=[$3])
+- LogicalProject(c=[$0], d=[$1], c=[$2], d=[$3])
   +- LogicalFilter(condition=[>(/(1, $0), 0)])
      +- LogicalJoin(condition=[=($0, $2)], joinType=[inner])
         :- LogicalTableScan(table=[[u]])
         +- LogicalTableScan(table=[[u]])
)");
}

TEST_F(JoinFilters, KeepTheRowsThatALeftJoinKeeps) {
    EXPECT_EQ(text(with_filters_down(plan(
                  "SELECT * FROM u LEFT JOIN u AS v ON u.c = v.c AND u.d = 'l' AND v.d = 'r' WHERE "
                  "u.d = 'x' AND v.d IS NULL"))),
              R"(
LogicalProject(c=[$0], d=[$1], c0=[$2], d0=[$3])
+- LogicalProject(c=[$0], d=[$1], c=[$2], d=[$3])
   +- LogicalFilter(condition=[IS NULL($3)])
      +- LogicalJoin(condition=[AND(=($0, $2), =($1, 'l'))], joinType=[left])
         :- LogicalFilter(condition=[=($1, 'x')])
         :  +- LogicalTableScan(table=[[u]])
         +- LogicalFilter(condition=[=($1, 'r')])
            +- LogicalTableScan(table=[[u]])
)");
}

TEST_F(JoinFilters, KeepTheRowsThatARightJoinKeeps) {
    EXPECT_EQ(text(with_filters_down(
                  plan("SELECT * FROM u RIGHT JOIN u AS v ON u.c = v.c AND u.d = 'l' AND v.d = 'r' "
                       "WHERE u.d IS NULL AND v.d = 'x'"))),
              R"(
LogicalProject(c=[$0], d=[$1], c0=[$2], d0=[$3])
+- LogicalProject(c=[$0], d=[$1], c=[$2], d=[$3])
   +- LogicalFilter(condition=[IS NULL($1)])
      +- LogicalJoin(condition=[AND(=($0, $2), =($3, 'r'))], joinType=[right])
         :- LogicalFilter(condition=[=($1, 'l')])
         :  +- LogicalTableScan(table=[[u]])
         +- LogicalFilter(condition=[=($1, 'x')])
            +- LogicalTableScan(table=[[u]])
)");
}

TEST_F(JoinFilters, OfFullJoinsStay) {
    EXPECT_EQ(
        text(with_filters_down(
            plan("SELECT * FROM u FULL JOIN u AS v ON u.c = v.c AND u.d = 'l' WHERE v.d IS NULL"))),
        R"(
LogicalProject(c=[$0], d=[$1], c0=[$2], d0=[$3])
+- LogicalProject(c=[$0], d=[$1], c=[$2], d=[$3])
   +- LogicalFilter(condition=[IS NULL($3)])
      +- LogicalJoin(condition=[AND(=($0, $2), =($1, 'l'))], joinType=[full])
         :- LogicalTableScan(table=[[u]])
         +- LogicalTableScan(table=[[u]])
)");
}

TEST_F(JoinFilters, ThrowAwayRowsThatAnOuterJoinNeedNotMake) {
    auto kind_of = [&](const std::string& join, const std::string& where) {
        std::string all = filters_down_text(
            fmt::format("SELECT * FROM u {} JOIN u AS v ON u.c = v.c WHERE {}", join, where));
        size_t kind = all.find("joinType=[") + 10;
        return all.substr(kind, all.find(']', kind) - kind);
    };

    EXPECT_EQ(kind_of("LEFT", "v.d = 'x'"), "inner");
    EXPECT_EQ(kind_of("LEFT", "v.c + 1 > u.c"), "inner");
    EXPECT_EQ(kind_of("LEFT", "NOT v.d = 'x' OR v.c > 3"), "inner");
    EXPECT_EQ(kind_of("LEFT", "v.d IS NOT NULL"), "inner");
    EXPECT_EQ(kind_of("LEFT", "(v.c > 3) IS TRUE"), "inner");
    EXPECT_EQ(kind_of("LEFT", "u.d = 'x'"), "left");
    EXPECT_EQ(kind_of("LEFT", "v.d = 'x' OR u.d = 'x'"), "left");
    EXPECT_EQ(kind_of("LEFT", "COALESCE(v.d, 'x') = 'x'"), "left");
    EXPECT_EQ(kind_of("RIGHT", "u.d = 'x'"), "inner");
    EXPECT_EQ(kind_of("FULL", "u.d = 'x'"), "left");
    EXPECT_EQ(kind_of("FULL", "v.d = 'x'"), "right");
    EXPECT_EQ(kind_of("FULL", "u.d = v.d"), "inner");
}

TEST_F(JoinFilters, ThatCanFailAreAskedOfPairsAfterWhatStandsBeforeThem) {
    auto condition_of = [&](const std::string& where) {
        std::string all = filters_down_text("SELECT * FROM u, u AS v WHERE " + where);
        size_t condition = all.find("LogicalJoin(condition=[") + 23;
        return all.substr(condition, all.find("], joinType") - condition);
    };

    EXPECT_EQ(condition_of("u.c = v.c AND 1 / u.c > v.c"), "AND(=($0, $2), >(/(1, $0), $2))");
    EXPECT_EQ(condition_of("1 / u.c = v.c"), "=(/(1, $0), $2)");
    EXPECT_EQ(condition_of("u.c = v.c AND 1 / u.c = v.c"), "=($0, $2)");
    EXPECT_EQ(condition_of("RAND() < u.c AND 1 / u.c = v.c"), "TRUE");
}

TEST_F(JoinFilters, GoBelowSemiJoins) {
    EXPECT_EQ(text(with_filters_down(
                  plan("SELECT * FROM u WHERE d = 'x' AND c IN (SELECT b FROM t WHERE s = 'y')"))),
              R"(
LogicalProject(c=[$0], d=[$1])
+- LogicalJoin(condition=[=($0, CAST($2):BIGINT NOT NULL)], joinType=[semi])
   :- LogicalFilter(condition=[=($1, 'x')])
   :  +- LogicalTableScan(table=[[u]])
   +- LogicalProject(b=[$1])
      +- LogicalFilter(condition=[=($2, 'y')])
         +- LogicalTableScan(table=[[t]])
)");
}

}  // namespace
}  // namespace tarn::sql
