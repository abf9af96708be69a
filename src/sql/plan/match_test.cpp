// MATCH_RECOGNIZE as plans have it, and what is refused of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/plan/plan_text.hpp"
#include "sql/plan/query_binder.hpp"
#include "sql/syntax/parser.hpp"
#include "sql/tables/declaration.hpp"

namespace tarn::sql {
namespace {

class MatchBinding : public testing::Test {
protected:
    MatchBinding() {
        Source source("table",
                      "CREATE TABLE t (k STRING, s STRING NOT NULL, n INT NOT NULL, r ROW<x INT>, "
                      "ts TIMESTAMP(3), WATERMARK FOR ts AS ts)");
        Statement statement = parse_statement(source);
        const auto& create = std::get<CreateTable>(statement.node);
        names_.put(std::make_shared<StoredTable>(
            StoredTable{names_.path_of(create.name), declared(create, session_).table}));
    }

    PlanPtr plan(const std::string& sql) const {
        Statement statement = parse_statement(Source("query", sql));
        return bind_query(*std::get<QueryPtr>(statement.node), names_, session_);
    }

    static std::string in_match(const std::string& clauses) {
        return "SELECT * FROM t MATCH_RECOGNIZE (PARTITION BY k ORDER BY ts " + clauses + ")";
    }

    // "1:2: what is wrong: what it is said of (hint)"
    std::string refusal(const std::string& sql) const {
        try {
            plan(sql);
            return "none";
        } catch (const SqlError& error) {
            const Problem& problem = error.problem();
            std::string text =
                problem.what + ": " + std::string(Source("query", sql).text(problem.span));
            return problem.hint.empty() ? text : text + " (" + problem.hint + ")";
        }
    }
    std::string refusal_of(const std::string& clauses) const { return refusal(in_match(clauses)); }
    // Of the pattern that stands between A and C.
    std::string refusal_of_pattern(const std::string& pattern) const {
        return refusal_of("MEASURES A.n AS n PATTERN (" + pattern + ") DEFINE A AS A.n > 1");
    }
    // As the only measure.
    std::string refusal_of_measure(const std::string& measure) const {
        return refusal_of("MEASURES " + measure + " AS m PATTERN (A B) DEFINE A AS A.n > 1");
    }

    Session session_;
    Namespace names_;
};

TEST_F(MatchBinding, is_one_step_that_shows_its_pattern) {
    PlanPtr found = plan(in_match(
        "MEASURES A.n AS a, LAST(B.r.x, 1) AS x, SUM(B.n + 1) AS s, COUNT(*) AS c, "
        "MATCH_ROWTIME() AS t AFTER MATCH SKIP TO LAST B PATTERN (A B{2,}? C) WITHIN INTERVAL '1' "
        "HOUR DEFINE B AS n < LAST(A.n), C AS C.n > FIRST(B.n)"));

    EXPECT_EQ("\n" + text_of(*found), R"(
LogicalProject(k=[$0], a=[$1], x=[$2], s=[$3], c=[$4], t=[$5])
+- LogicalMatch(partition=[$0], order=[$3 ASC-nulls-first], pattern=[PATTERN (A B{2,}? C) WITHIN 3600000 ms SKIP TO LAST B DEFINE B AS <(LAST($1), LAST(A.$1)), C AS >(LAST(C.$1), FIRST(B.$1)) MEASURES LAST(A.$1), LAST(B.$2, 1).x, SUM(+(B.$1, 1)), COUNT(*), MATCH_ROWTIME()])
   +- LogicalProject(k=[$0], n=[$2], r=[$3], ts=[$4])
      +- LogicalWatermarkAssigner(rowtime=[ts], watermark=[$4])
         +- LogicalTableScan(table=[[default_catalog, default_database, t]])
)");
}

TEST_F(MatchBinding, gives_the_partition_and_the_measures) {
    PlanPtr found = plan(
        in_match("MEASURES A.n AS must, B.n AS may, LAST(A.n, 1) AS other, COUNT(B.n) AS c, "
                 "SUM(A.n) AS s, MATCH_ROWTIME(ts) AS t PATTERN (A B*? C) DEFINE C AS C.n > 1"));

    std::string columns;
    for (const PlanColumn& each : found->columns) {
        columns += each.name + " " + text_of(each.type) +
                   (each.time == TimeRole::Rowtime ? " by time\n" : "\n");
    }
    EXPECT_EQ(columns,
              "k STRING\nmust INT NOT NULL\nmay INT\nother INT\nc BIGINT NOT NULL\ns INT\n"
              "t TIMESTAMP(3) by time\n");
}

TEST_F(MatchBinding, refuses_patterns_that_flink_refuses) {
    EXPECT_EQ(refusal_of_pattern("A (B | C) D"),
              "a pattern cannot have alternatives: A | B: B | C (one variable whose DEFINE has an "
              "OR takes either row)");
    EXPECT_EQ(refusal_of_pattern("A PERMUTE(B, C)"),
              "a pattern cannot have PERMUTE: PERMUTE(B, C)");
    EXPECT_EQ(refusal_of_pattern("A {- B -} C"),
              "a pattern cannot leave rows out: {- A -}: {- B -} (MEASURES need not name a "
              "variable)");
    EXPECT_EQ(refusal_of_pattern("(A B)+ C"),
              "a quantifier goes with one variable, not with several: (A B)+");
    EXPECT_EQ(refusal_of_pattern("A B A"),
              "the variable 'A' is in the pattern twice: A (each place wants a name of its own)");
    EXPECT_EQ(refusal_of_pattern("A B{2,4}"),
              "the last variable of a pattern cannot be greedy: B{2,4} (a match would only end "
              "with the row after it: add a variable for that row, or take as few as it can, as in "
              "B+?)");
    EXPECT_EQ(refusal_of_pattern("A* B? C"),
              "an optional variable cannot follow the greedy 'A': B? (a reluctant quantifier "
              "before it, as in A+? B?, goes with it)");
    EXPECT_EQ(refusal_of_pattern("A B?? C"),
              "a reluctant ?? is not supported: B?? (B{0,1} and B? take the row where they can)");
    EXPECT_EQ(refusal_of_pattern("A*? B?"),
              "the pattern matches no rows at all: A*? B? (at least one variable wants a row)");
    EXPECT_EQ(refusal_of_pattern("A{3,2} B"), "the upper bound is less than 3: A{3,2}");
    EXPECT_EQ(refusal_of_pattern("A{,2} B"),
              "the quantifier wants a lower bound: A{,2} (write {0,2} for {,2})");
    EXPECT_EQ(refusal_of_pattern("A{2000} B"),
              "a variable of a pattern comes 1000 times at most: A{2000} (A+ is one without a "
              "bound)");
}

TEST_F(MatchBinding, refuses_orders_that_are_not_the_time) {
    std::string rest = " MEASURES A.n AS n PATTERN (A B) DEFINE A AS A.n > 1)";
    std::string begin = "SELECT * FROM t MATCH_RECOGNIZE (";
    EXPECT_EQ(refusal(begin + "ORDER BY n" + rest),
              "MATCH_RECOGNIZE is ordered by a time attribute first, and 'n' is none: n (a column "
              "with a WATERMARK, or one of PROCTIME())");
    EXPECT_EQ(refusal(begin + "ORDER BY ts DESC" + rest),
              "MATCH_RECOGNIZE goes with the time, and this order is against it: ts");
    EXPECT_EQ(refusal(begin + "PARTITION BY UPPER(k) ORDER BY ts" + rest),
              "PARTITION BY of MATCH_RECOGNIZE takes columns: UPPER(k) (a subquery in FROM can "
              "compute them)");
}

TEST_F(MatchBinding, refuses_values_that_flink_refuses) {
    EXPECT_EQ(refusal_of_measure("PREV(A.n)"),
              "PREV is not supported, as in Flink: PREV(A.n) (LAST(A.price, 1) is the row of A "
              "before the last one)");
    EXPECT_EQ(refusal_of_measure("CLASSIFIER()"), "CLASSIFIER is not supported: CLASSIFIER()");
    EXPECT_EQ(refusal_of_measure("X.n"),
              "'X' is no variable of the pattern: X (did you mean 'A'?)");
    EXPECT_EQ(refusal_of("MEASURES A.n AS n PATTERN (A DOWN) DEFINE A AS A.n > LAST(DWON.n)"),
              "'DWON' is no variable of the pattern: DWON (did you mean 'DOWN'?)");
    EXPECT_EQ(refusal_of_measure("SUM(A.n * B.n)"),
              "these columns are not all of one variable: B.n (FIRST, LAST and aggregates go over "
              "the rows of one)");
    EXPECT_EQ(refusal_of_measure("COUNT(DISTINCT A.n)"),
              "MATCH_RECOGNIZE has no DISTINCT, as in Flink: COUNT(DISTINCT A.n)");
    EXPECT_EQ(refusal_of_measure("LAST(SUM(A.n))"),
              "SUM has no place in FIRST, LAST or another aggregate: SUM(A.n)");
    EXPECT_EQ(refusal_of_measure("MATCH_ROWTIME(n)"), "'n' is no column with a watermark: n");
}

TEST_F(MatchBinding, refuses_clauses_that_flink_refuses) {
    EXPECT_EQ(refusal_of("MEASURES A.n AS n AFTER MATCH SKIP TO LAST X PATTERN (A B) DEFINE A AS "
                         "A.n > 1"),
              "'X' is no variable of the pattern: X (did you mean 'A'?)");
    EXPECT_EQ(refusal_of("MEASURES A.n AS n AFTER MATCH SKIP TO FIRST A PATTERN (A B) DEFINE A AS "
                         "A.n > 1"),
              "after a match this goes back to its first row for ever: A (SKIP TO NEXT ROW goes on "
              "behind it)");
    EXPECT_EQ(refusal_of("MEASURES A.n AS n PATTERN (A B) DEFINE A AS A.n > 1, A AS A.n > 2"),
              "the variable 'A' is defined twice: A");
    EXPECT_EQ(refusal_of("MEASURES A.n AS n PATTERN (A B) WITHIN INTERVAL '1' MONTH DEFINE A AS "
                         "A.n > 1"),
              "WITHIN wants an interval of days to seconds: INTERVAL '1' MONTH (as in INTERVAL "
              "'10' MINUTE)");
    EXPECT_EQ(refusal_of("MEASURES A.n AS k PATTERN (A B) DEFINE A AS A.n > 1"),
              "there are two columns 'k': k");
}

}  // namespace
}  // namespace tarn::sql
