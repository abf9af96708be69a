#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/bounded/test_tables.hpp"

namespace tarn::sql {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SimpleSteps : public testing::Test {
protected:
    SimpleSteps() {
        tables.add("orders", "id INT, name STRING",
                   {"3, 'c'", "1, 'a'", "NULL, 'n'", "2, NULL", "1, 'b'"});
    }

    PlanPtr sorted(std::vector<SortKey> keys, int64_t offset = 0,
                   std::optional<int64_t> limit = {}) const {
        PlanPtr input = tables.scan("orders");
        return made({}, input->columns, SortRows{input, std::move(keys), offset, limit});
    }

    PlanPtr unnested(const std::string& type, const std::vector<std::string>& rows,
                     const std::string& columns, Unnested step = {}) {
        tables.add("lists", "id INT, items " + type, rows);
        step.input = tables.scan("lists");
        step.collection = tables.value(step.input, "items");
        return made({}, together(step.input->columns, columns_of(columns)), step);
    }

    PlanPtr combined(SetOperation::Kind kind, bool is_all) {
        tables.add("left", "a INT", {"1", "1", "1", "NULL", "2", "NULL"});
        tables.add("right", "a INT", {"NULL", "1", "3", "1"});
        std::vector<PlanPtr> inputs = {tables.scan("left"), tables.scan("right")};
        return made({}, inputs[0]->columns, CombineRows{kind, is_all, inputs});
    }

    TestTables tables;
};

TEST_F(SimpleSteps, ProjectComputesEachRow) {
    PlanPtr input = tables.scan("orders");
    PlanPtr plan = made({}, columns_of("twice INT, same INT"),
                        Project{input, {tables.value(input, "id * 2"), tables.value(input, "1")}});

    EXPECT_THAT(tables.lines(plan), ElementsAre("6 | 1", "2 | 1", "NULL | 1", "4 | 1", "2 | 1"));
}

TEST_F(SimpleSteps, FilterKeepsWhatIsTrueAndNotWhatIsNull) {
    PlanPtr input = tables.scan("orders");
    PlanPtr plan = made({}, input->columns, Filter{input, tables.value(input, "id < 3")});

    EXPECT_THAT(tables.lines(plan), ElementsAre("1 | 'a'", "2 | NULL", "1 | 'b'"));
}

TEST_F(SimpleSteps, FilterOfAConstantKeepsAllOrNothing) {
    PlanPtr input = tables.scan("orders");

    EXPECT_EQ(
        tables.lines(made({}, input->columns, Filter{input, tables.value(input, "TRUE")})).size(),
        5);
    EXPECT_THAT(tables.lines(made({}, input->columns, Filter{input, tables.value(input, "1 > 2")})),
                IsEmpty());
}

TEST_F(SimpleSteps, ValuesThatCannotBeComputedSayInWhichRow) {
    PlanPtr input = tables.scan("orders");
    PlanPtr plan = made({}, columns_of("x INT"), Project{input, {tables.value(input, "1/(id-1)")}});

    try {
        tables.lines(plan);
        FAIL();
    } catch (const EvaluationError& error) {
        EXPECT_EQ(error.row(), 1);
    }
}

TEST_F(SimpleSteps, ConstantRowsMayHaveNoColumnsAndMayBeNone) {
    auto value = [&](const std::string& text) { return bound_over({}, text, tables.session); };
    PlanPtr two = made({}, columns_of("a INT, b CHAR(1)"),
                       ConstantRows{{{value("1"), value("'x'")}, {value("2"), value("'y'")}}});
    PlanPtr one = made({}, {}, ConstantRows{{{}}});
    PlanPtr none = made({}, columns_of("a INT"), ConstantRows{});

    EXPECT_THAT(tables.lines(two), ElementsAre("1 | 'x'", "2 | 'y'"));
    EXPECT_THAT(tables.lines(one), ElementsAre(""));
    EXPECT_THAT(tables.lines(none), IsEmpty());
}

TEST_F(SimpleSteps, SortGoesByEachKeyAndThenByTheInput) {
    EXPECT_THAT(tables.lines(sorted({{0}})),
                ElementsAre("NULL | 'n'", "1 | 'a'", "1 | 'b'", "2 | NULL", "3 | 'c'"));
    EXPECT_THAT(tables.lines(sorted({{0, true, false}, {1, true}})),
                ElementsAre("3 | 'c'", "2 | NULL", "1 | 'b'", "1 | 'a'", "NULL | 'n'"));
}

TEST_F(SimpleSteps, LimitAndOffsetCutTheRows) {
    EXPECT_THAT(tables.lines(sorted({{0}}, 1, 2)), ElementsAre("1 | 'a'", "1 | 'b'"));
    EXPECT_THAT(tables.lines(sorted({}, 0, 1)), ElementsAre("3 | 'c'"));
    EXPECT_THAT(tables.lines(sorted({}, 4, 9)), ElementsAre("1 | 'b'"));
    EXPECT_THAT(tables.lines(sorted({}, 9, 9)), IsEmpty());
}

TEST_F(SimpleSteps, ExpandGivesEachRowForEachGroupingSet) {
    tables.add("sales", "a INT, b INT, v INT", {"1, 2, 3", "4, 5, 6"});
    PlanPtr input = tables.scan("sales");
    PlanPtr plan = made({}, together(input->columns, columns_of("id BIGINT NOT NULL")),
                        Expand{input, {{{true, true}, 0}, {{true, false}, 1}}});

    EXPECT_THAT(tables.lines(plan), ElementsAre("1 | 2 | 3 | 0", "1 | NULL | 3 | 1",
                                                "4 | 5 | 6 | 0", "4 | NULL | 6 | 1"));
}

TEST_F(SimpleSteps, UnnestGivesARowForEachItem) {
    std::vector<std::string> rows = {"1, ARRAY[7, NULL]", "2, NULL", "3, ARRAY[8]"};

    EXPECT_THAT(tables.lines(unnested("ARRAY<INT>", rows, "item INT")),
                ElementsAre("1 | [7, NULL] | 7", "1 | [7, NULL] | NULL", "3 | [8] | 8"));
}

TEST_F(SimpleSteps, UnnestMayKeepRowsWithoutItemsAndCount) {
    std::vector<std::string> rows = {"1, ARRAY[7, 9]", "2, NULL"};

    EXPECT_THAT(
        tables.lines(unnested(
            "ARRAY<INT>", rows, "item INT, place INT",
            {.input = {}, .collection = {}, .with_ordinality = true, .keeps_rows_without = true})),
        ElementsAre("1 | [7, 9] | 7 | 1", "1 | [7, 9] | 9 | 2", "2 | NULL | NULL | NULL"));
}

TEST_F(SimpleSteps, UnnestGivesFieldsOfRowsAndEntriesOfMaps) {
    EXPECT_THAT(
        tables.lines(unnested("ARRAY<ROW<x INT, y STRING>>", {"1, ARRAY[ROW(2, 'b'), ROW(3, 'c')]"},
                              "x INT, y STRING")),
        ElementsAre("1 | [(2, 'b'), (3, 'c')] | 2 | 'b'", "1 | [(2, 'b'), (3, 'c')] | 3 | 'c'"));
    EXPECT_THAT(tables.lines(unnested("MAP<STRING, INT>", {"1, MAP['k', 5]"}, "k STRING, v INT")),
                ElementsAre("1 | {'k'=5} | 'k' | 5"));
}

TEST_F(SimpleSteps, UnionStacksTheRows) {
    EXPECT_THAT(tables.lines(combined(SetOperation::Kind::Union, true)),
                ElementsAre("1", "1", "1", "NULL", "2", "NULL", "NULL", "1", "3", "1"));
}

TEST_F(SimpleSteps, IntersectTakesNullsForEqual) {
    EXPECT_THAT(tables.lines(combined(SetOperation::Kind::Intersect, false)),
                ElementsAre("1", "NULL"));
    EXPECT_THAT(tables.lines(combined(SetOperation::Kind::Intersect, true)),
                ElementsAre("1", "1", "NULL"));
}

TEST_F(SimpleSteps, ExceptWithAllTakesAwayOneForOne) {
    EXPECT_THAT(tables.lines(combined(SetOperation::Kind::Except, false)), ElementsAre("2"));
    EXPECT_THAT(tables.lines(combined(SetOperation::Kind::Except, true)),
                ElementsAre("1", "2", "NULL"));
}

TEST_F(SimpleSteps, WatermarksAndWritesPassRowsThrough) {
    PlanPtr input = tables.scan("orders");
    PlanPtr marked = made({}, input->columns, AssignWatermark{input, 0, tables.value(input, "id")});
    PlanPtr written = made({}, input->columns, WriteRows{marked, {}, {}});

    EXPECT_EQ(tables.lines(written), tables.lines(input));
}

}  // namespace
}  // namespace tarn::sql
