#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/aggregates/distinct_accumulator.hpp"
#include "sql/bounded/test_sum.hpp"
#include "sql/bounded/test_tables.hpp"

namespace tarn::sql {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Aggregation : public testing::Test {
protected:
    Aggregation() {
        tables.add("t", "k STRING, v BIGINT, is_big BOOLEAN",
                   {"'b', 1, TRUE", "'a', 2, FALSE", "'b', 1, NULL", "NULL, 5, TRUE",
                    "'b', NULL, TRUE", "NULL, 5, TRUE"});
    }

    AggregateCall sum() const {
        return {test_sum(), sum_signature(), {1}, simple_type(TypeKind::BigInt)};
    }

    std::vector<std::string> grouped(std::vector<size_t> keys, std::vector<AggregateCall> calls) {
        PlanPtr input = tables.scan("t");
        std::vector<PlanColumn> columns;
        for (size_t key : keys) columns.push_back(input->columns[key]);
        for (const AggregateCall& call : calls) columns.push_back({"", call.type});
        return tables.lines(made({}, columns, AggregateRows{input, keys, calls}));
    }

    TestTables tables;
};

TEST_F(Aggregation, GroupsComeInTheOrderOfTheirFirstRowsAndNullIsOne) {
    EXPECT_THAT(grouped({0}, {sum()}), ElementsAre("'b' | 2", "'a' | 2", "NULL | 10"));
}

TEST_F(Aggregation, WithoutCallsGivesDistinctKeys) {
    EXPECT_THAT(grouped({0, 1}, {}), ElementsAre("'b' | 1", "'a' | 2", "NULL | 5", "'b' | NULL"));
}

TEST_F(Aggregation, WithoutKeysGivesOneRowAlsoOfNone) {
    EXPECT_THAT(grouped({}, {sum()}), ElementsAre("14"));

    tables.add("t", "k STRING, v BIGINT, is_big BOOLEAN", {});
    EXPECT_THAT(grouped({}, {sum()}), ElementsAre("NULL"));
    EXPECT_THAT(grouped({0}, {sum()}), IsEmpty());
}

TEST_F(Aggregation, FilterAndDistinctLeaveRowsOut) {
    AggregateCall filtered = sum();
    filtered.filter = 2;
    AggregateCall distinct = sum();
    distinct.signature = tarn::sql::distinct(distinct.signature);

    EXPECT_THAT(grouped({0}, {sum(), filtered, distinct}),
                ElementsAre("'b' | 2 | 1 | 1", "'a' | 2 | NULL | 2", "NULL | 10 | 10 | 5"));
}

TEST_F(Aggregation, NestedValuesAndMapsAreKeys) {
    tables.add("t", "m MAP<STRING, INT>, v BIGINT",
               {"MAP['a', 1, 'b', 2], 1", "MAP['b', 2, 'a', 1], 2", "MAP['a', 1], 4"});

    EXPECT_THAT(grouped({0}, {sum()}), ElementsAre("{'a'=1, 'b'=2} | 3", "{'a'=1} | 4"));
}

}  // namespace
}  // namespace tarn::sql
