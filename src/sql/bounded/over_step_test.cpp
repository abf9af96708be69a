#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/aggregates/distinct_accumulator.hpp"
#include "sql/bounded/test_sum.hpp"
#include "sql/bounded/test_tables.hpp"

namespace tarn::sql {
namespace {

using testing::ElementsAre;
using Kind = FrameBound::Kind;

constexpr Frame::Bound Begin{Kind::UnboundedPreceding};
constexpr Frame::Bound Current{Kind::CurrentRow};
constexpr Frame::Bound End{Kind::UnboundedFollowing};
constexpr Frame ToCurrentRow{false, Begin, Current};
constexpr Frame WholePartition{false, Begin, End};

Frame rows_between(Frame::Bound from, Frame::Bound to) {
    return {true, from, to};
}

Frame range_between(Frame::Bound from, Frame::Bound to) {
    return {false, from, to};
}

// Over a table with the columns k, v and n. Rows are given and answered as "k, v".
class Over : public testing::Test {
protected:
    Over() { fill("v BIGINT", {"'a', 1", "'b', 7", "'a', 2", "'a', 2", "'a', 5", "'b', NULL"}); }

    void fill(const std::string& column, const std::vector<std::string>& rows) {
        tables.add("t", "k STRING, " + column, rows);
    }

    OverCall sum() const {
        return {"SUM", test_sum(), sum_signature(), {1}, simple_type(TypeKind::BigInt)};
    }

    static OverCall call(const std::string& name, TypeKind type = TypeKind::BigInt,
                         std::vector<size_t> arguments = {}) {
        return {name, nullptr, {}, std::move(arguments), simple_type(type)};
    }

    // The call's values, in the order in which the rows of the partitions stand.
    std::string over(const Frame& frame, const OverCall& call, SortKey order = {1}) const {
        PlanPtr input = tables.scan("t");
        OverRows step{input, {0}, {order}, frame, {call}};
        PlanPtr plan = made({}, together(input->columns, {{"result", call.type}}), step);
        std::string values;
        for (const std::string& line : tables.lines(plan)) {
            if (!values.empty()) values += ", ";
            values += line.substr(line.rfind('|') + 2);
        }
        return values;
    }

    TestTables tables;
};

TEST_F(Over, GivesTheInputsColumnsPartitionByPartition) {
    PlanPtr input = tables.scan("t");
    PlanPtr plan = made({}, together(input->columns, {{"n", simple_type(TypeKind::BigInt)}}),
                        OverRows{input, {0}, {{1, true}}, ToCurrentRow, {call("ROW_NUMBER")}});

    EXPECT_THAT(tables.lines(plan), ElementsAre("'a' | 5 | 1", "'a' | 2 | 2", "'a' | 2 | 3",
                                                "'a' | 1 | 4", "'b' | NULL | 1", "'b' | 7 | 2"));
}

TEST_F(Over, NumbersRowsAndRanks) {
    EXPECT_EQ(over(ToCurrentRow, call("ROW_NUMBER")), "1, 2, 3, 4, 1, 2");
    EXPECT_EQ(over(ToCurrentRow, call("RANK")), "1, 2, 2, 4, 1, 2");
    EXPECT_EQ(over(ToCurrentRow, call("DENSE_RANK")), "1, 2, 2, 3, 1, 2");
    EXPECT_EQ(over(ToCurrentRow, call("CUME_DIST", TypeKind::Double)),
              "0.25, 0.75, 0.75, 1.0, 0.5, 1.0");
    EXPECT_EQ(over(ToCurrentRow, call("PERCENT_RANK", TypeKind::Double), {0}),
              "0.0, 0.0, 0.0, 0.0, 0.0, 0.0");
}

TEST_F(Over, TheFirstBucketsAreTheLargerOnes) {
    fill("v INT, n INT", {"'a', 1, 3", "'a', 2, 3", "'a', 3, 3", "'a', 4, 3", "'b', 5, 3"});

    EXPECT_EQ(over(ToCurrentRow, call("NTILE", TypeKind::Int, {2})), "1, 1, 2, 3, 1");
}

TEST_F(Over, LagAndLeadReachWithinThePartition) {
    fill("v BIGINT, n INT, d BIGINT",
         {"'a', 1, 2, -1", "'a', 2, 2, -1", "'a', 3, 2, -1", "'b', 4, 2, -1"});

    EXPECT_EQ(over(ToCurrentRow, call("LAG", TypeKind::BigInt, {1})), "NULL, 1, 2, NULL");
    EXPECT_EQ(over(ToCurrentRow, call("LEAD", TypeKind::BigInt, {1, 2})), "3, NULL, NULL, NULL");
    EXPECT_EQ(over(ToCurrentRow, call("LAG", TypeKind::BigInt, {1, 2, 3})), "-1, -1, 1, -1");
}

TEST_F(Over, RangesIncludePeersAndRowsDoNot) {
    EXPECT_EQ(over(ToCurrentRow, sum()), "1, 5, 5, 10, NULL, 7");
    EXPECT_EQ(over(rows_between(Begin, Current), sum()), "1, 3, 5, 10, NULL, 7");
    EXPECT_EQ(over(range_between(Current, End), sum()), "10, 9, 9, 5, 7, 7");
    EXPECT_EQ(over(WholePartition, sum()), "10, 10, 10, 10, 7, 7");
}

TEST_F(Over, RowFramesSlideAndMayBeEmpty) {
    EXPECT_EQ(over(rows_between({Kind::Preceding, 1}, {Kind::Following, 1}), sum()),
              "3, 5, 9, 7, 7, 7");
    EXPECT_EQ(over(rows_between({Kind::Preceding, 9}, {Kind::Preceding, 1}), sum()),
              "NULL, 1, 3, 5, NULL, NULL");
    EXPECT_EQ(over(rows_between({Kind::Following, 2}, {Kind::Following, 9}), sum()),
              "7, 5, NULL, NULL, NULL, NULL");
}

TEST_F(Over, RangeFramesGoByTheValueOfTheSortKey) {
    Frame near = range_between({Kind::Preceding, 1}, Current);
    Frame after = range_between({Kind::Following, 1}, {Kind::Following, 3});

    EXPECT_EQ(over(near, sum()), "1, 5, 5, 5, NULL, 7");
    EXPECT_EQ(over(after, sum()), "4, 5, 5, NULL, NULL, NULL");
    EXPECT_EQ(over(near, sum(), {1, true, false}), "5, 4, 4, 5, 7, NULL");
}

TEST_F(Over, RangeFramesOfTimesAreInMilliseconds) {
    fill("v BIGINT, ts TIMESTAMP(6)",
         {"'a', 1, TIMESTAMP '2024-01-01 00:00:00'", "'a', 2, TIMESTAMP '2024-01-01 00:00:01.0005'",
          "'a', 4, TIMESTAMP '2024-01-01 00:00:02.0005'"});
    Frame second = range_between({Kind::Preceding, 1000}, Current);

    EXPECT_EQ(over(second, sum(), {2}), "1, 2, 6");
}

TEST_F(Over, RangeFramesOfDecimalsAndDoublesCountInOnes) {
    Frame near = range_between({Kind::Preceding, 1}, Current);

    fill("v BIGINT, d DECIMAL(4, 2)", {"'a', 1, 0.50", "'a', 2, 1.50", "'a', 4, 2.51"});
    EXPECT_EQ(over(near, sum(), {2}), "1, 3, 4");
    fill("v BIGINT, d DOUBLE", {"'a', 1, 0.5", "'a', 2, 1.5", "'a', 4, 2.75"});
    EXPECT_EQ(over(near, sum(), {2}), "1, 3, 4");
}

TEST_F(Over, DistinctArgumentsCountOnceInEachFrame) {
    OverCall distinct = sum();
    distinct.signature = tarn::sql::distinct(distinct.signature);

    EXPECT_EQ(over(rows_between(Begin, Current), distinct), "1, 3, 3, 8, NULL, 7");
    EXPECT_EQ(over(rows_between({Kind::Preceding, 1}, Current), distinct), "1, 3, 2, 7, NULL, 7");
}

TEST_F(Over, FirstAndLastValueSkipNulls) {
    fill("v BIGINT, x BIGINT", {"'a', 1, NULL", "'a', 2, 8", "'a', 3, 9", "'a', 4, NULL"});
    Frame near = rows_between({Kind::Preceding, 1}, Current);

    EXPECT_EQ(over(ToCurrentRow, call("FIRST_VALUE", TypeKind::BigInt, {2})), "NULL, 8, 8, 8");
    EXPECT_EQ(over(near, call("LAST_VALUE", TypeKind::BigInt, {2})), "NULL, 8, 9, 9");
}

TEST_F(Over, NoRowsHaveNoValues) {
    fill("v BIGINT", {});

    EXPECT_EQ(over(ToCurrentRow, sum()), "");
    EXPECT_EQ(over(ToCurrentRow, call("ROW_NUMBER")), "");
}

}  // namespace
}  // namespace tarn::sql
