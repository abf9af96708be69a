#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/bounded/test_tables.hpp"

namespace tarn::sql {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Joins : public testing::Test {
protected:
    Joins() {
        tables.add("l", "a INT, x STRING", {"1, 'p'", "NULL, 'q'", "2, 'r'", "1, 's'"});
        tables.add("r", "b BIGINT, y STRING", {"1, 'B'", "3, 'C'", "1, 'A'", "NULL, 'N'"});
    }

    std::vector<std::string> joined(JoinKind kind, const std::string& condition) const {
        PlanPtr left = tables.scan("l");
        PlanPtr right = tables.scan("r");
        std::vector<PlanColumn> both = together(left->columns, right->columns);
        Bound bound = bound_over(both, condition, tables.session);
        bool is_left_alone = kind == JoinKind::Semi || kind == JoinKind::Anti;
        return tables.lines(
            made({}, is_left_alone ? left->columns : both, JoinRows{kind, left, right, bound}));
    }

    TestTables tables;
};

TEST_F(Joins, InnerGivesPairsInTheOrderOfTheLeftThenTheRight) {
    EXPECT_THAT(joined(JoinKind::Inner, "a = b"),
                ElementsAre("1 | 'p' | 1 | 'B'", "1 | 'p' | 1 | 'A'", "1 | 's' | 1 | 'B'",
                            "1 | 's' | 1 | 'A'"));
}

TEST_F(Joins, TheRestOfTheConditionIsAskedOfEqualRows) {
    EXPECT_THAT(joined(JoinKind::Inner, "x > 'p' AND b = a AND y = 'A'"),
                ElementsAre("1 | 's' | 1 | 'A'"));
    // For other pairs it would fail.
    EXPECT_THAT(joined(JoinKind::Inner, "a = b AND 10 / (b - 3) < 0 AND y <> 'A'"),
                ElementsAre("1 | 'p' | 1 | 'B'", "1 | 's' | 1 | 'B'"));
}

TEST_F(Joins, OuterJoinsKeepRowsWithoutCounterparts) {
    EXPECT_THAT(joined(JoinKind::Left, "a = b AND y = 'A'"),
                ElementsAre("1 | 'p' | 1 | 'A'", "NULL | 'q' | NULL | NULL",
                            "2 | 'r' | NULL | NULL", "1 | 's' | 1 | 'A'"));
    EXPECT_THAT(joined(JoinKind::Right, "a = b AND x = 's'"),
                ElementsAre("1 | 's' | 1 | 'B'", "1 | 's' | 1 | 'A'", "NULL | NULL | 3 | 'C'",
                            "NULL | NULL | NULL | 'N'"));
    EXPECT_THAT(joined(JoinKind::Full, "a = b AND x = 's' AND y = 'A'"),
                ElementsAre("1 | 'p' | NULL | NULL", "NULL | 'q' | NULL | NULL",
                            "2 | 'r' | NULL | NULL", "1 | 's' | 1 | 'A'", "NULL | NULL | 1 | 'B'",
                            "NULL | NULL | 3 | 'C'", "NULL | NULL | NULL | 'N'"));
}

TEST_F(Joins, SemiAndAntiJoinsGiveEachLeftRowOnce) {
    EXPECT_THAT(joined(JoinKind::Semi, "a = b"), ElementsAre("1 | 'p'", "1 | 's'"));
    EXPECT_THAT(joined(JoinKind::Anti, "a = b"), ElementsAre("NULL | 'q'", "2 | 'r'"));
    EXPECT_THAT(joined(JoinKind::Semi, "a = b AND y = 'A'"), ElementsAre("1 | 'p'", "1 | 's'"));
    EXPECT_EQ(joined(JoinKind::Semi, "TRUE").size(), 4);
    EXPECT_THAT(joined(JoinKind::Semi, "CAST(NULL AS BOOLEAN)"), IsEmpty());
}

TEST_F(Joins, WithoutEqualitiesEachPairIsTested) {
    EXPECT_THAT(joined(JoinKind::Inner, "a < b"),
                ElementsAre("1 | 'p' | 3 | 'C'", "2 | 'r' | 3 | 'C'", "1 | 's' | 3 | 'C'"));
    EXPECT_EQ(joined(JoinKind::Inner, "TRUE").size(), 16);
    EXPECT_THAT(joined(JoinKind::Anti, "a IS NULL OR b IS NULL OR a = b"), IsEmpty());
}

TEST_F(Joins, AnEmptySideLeavesTheOtherAlone) {
    tables.add("r", "b BIGINT, y STRING", {});

    EXPECT_THAT(joined(JoinKind::Inner, "a = b"), IsEmpty());
    EXPECT_EQ(joined(JoinKind::Left, "a = b")[0], "1 | 'p' | NULL | NULL");
    EXPECT_EQ(joined(JoinKind::Full, "a < b").size(), 4);
    EXPECT_EQ(joined(JoinKind::Anti, "TRUE").size(), 4);
}

TEST_F(Joins, DecimalsOfDifferentScalesAreEqualByValue) {
    tables.add("l", "a DECIMAL(4, 2)", {"1.50", "2.00", "-3.10"});
    tables.add("r", "b DECIMAL(9, 1)", {"1.5", "-3.1"});

    EXPECT_THAT(joined(JoinKind::Inner, "a = b"), ElementsAre("1.50 | 1.5", "-3.10 | -3.1"));
}

TEST_F(Joins, ManyPairsAreTestedChunkByChunk) {
    std::vector<std::string> rows(400, "1");
    tables.add("l", "a INT", rows);
    tables.add("r", "b INT", rows);

    EXPECT_EQ(joined(JoinKind::Inner, "a = b AND a + b = 2").size(), 160'000);
    EXPECT_EQ(joined(JoinKind::Left, "a <> b").size(), 400);
    EXPECT_EQ(joined(JoinKind::Semi, "a <= b").size(), 400);
    EXPECT_EQ(joined(JoinKind::Anti, "a <> b").size(), 400);
}

class VersionJoins : public testing::Test {
protected:
    VersionJoins() {
        tables.add(
            "orders", "ts TIMESTAMP(3), cur STRING",
            {"TIMESTAMP '2024-01-01 10:00:00', 'EUR'", "TIMESTAMP '2024-01-01 09:00:00', 'EUR'",
             "TIMESTAMP '2024-01-01 12:30:00', 'EUR'", "TIMESTAMP '2024-01-01 12:30:00', 'USD'",
             "NULL, 'EUR'"});
        tables.add("rates", "code STRING, rate INT, since TIMESTAMP(6)",
                   {"'EUR', 3, TIMESTAMP '2024-01-01 12:00:00'",
                    "'EUR', 1, TIMESTAMP '2024-01-01 10:00:00'",
                    "'YEN', 9, TIMESTAMP '2024-01-01 10:00:00'",
                    "'EUR', 2, TIMESTAMP '2024-01-01 11:00:00'"});
    }

    std::vector<std::string> joined(JoinKind kind, const std::string& condition,
                                    TimeRole left_time = TimeRole::Rowtime) {
        tables.tables["orders"].columns[0].time = left_time;
        tables.tables["rates"].columns[2].time = TimeRole::Rowtime;
        PlanPtr left = tables.scan("orders");
        PlanPtr right = tables.scan("rates");
        Bound bound =
            bound_over(together(left->columns, right->columns), condition, tables.session);
        PlanPtr all = made({}, together(left->columns, right->columns),
                           JoinVersion{kind, left, right, bound, 0});
        return tables.lines(
            made({}, columns_of("ts TIMESTAMP(3), rate INT"),
                 Project{all, {tables.value(all, "ts"), tables.value(all, "rate")}}));
    }

    TestTables tables;
};

TEST_F(VersionJoins, TakeTheLatestVersionThatIsNotLater) {
    EXPECT_THAT(joined(JoinKind::Inner, "code = cur"),
                ElementsAre("2024-01-01 10:00:00 | 1", "2024-01-01 12:30:00 | 3"));
}

TEST_F(VersionJoins, MayKeepRowsThatHaveNoVersion) {
    EXPECT_THAT(
        joined(JoinKind::Left, "code = cur"),
        ElementsAre("2024-01-01 10:00:00 | 1", "2024-01-01 09:00:00 | NULL",
                    "2024-01-01 12:30:00 | 3", "2024-01-01 12:30:00 | NULL", "NULL | NULL"));
}

TEST_F(VersionJoins, AskTheRestOfTheConditionOfTheOneVersion) {
    // The version before fits, but it is not the one of that time.
    EXPECT_THAT(joined(JoinKind::Inner, "code = cur AND rate < 3"),
                ElementsAre("2024-01-01 10:00:00 | 1"));
}

TEST_F(VersionJoins, OfProcessingTimeTakeTheRowsAsTheyAre) {
    EXPECT_EQ(joined(JoinKind::Inner, "code = cur", TimeRole::Proctime).size(), 12);
}

}  // namespace
}  // namespace tarn::sql
