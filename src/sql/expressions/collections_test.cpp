// Arrays and maps beyond what Flink was asked: examples, slices of batches, rare types.
#include <arrow/array/concatenate.h>
#include <gtest/gtest.h>

#include "sql/expressions/answer.hpp"

namespace tarn::sql {
namespace {

const Session AnySession;

Bound bound_over(const std::string& text, const Scope& scope) {
    return bind_expression(parse_expression(Source("test", text)), scope, AnySession);
}

std::string rows_text(const Bound& expression, const Batch& batch) {
    Column column = evaluate(expression, batch, AnySession);
    std::string text;
    for (int64_t row = 0; row < batch.rows; ++row) {
        text += row > 0 ? " | " : "";
        text += value_text(expression->type, *column.values, column.place(row));
    }
    return text;
}

TEST(Collections, find_no_shortened_text) {
    EXPECT_EQ(answer_to("MAP['a', 1]['abc']"), "NULL");
    EXPECT_EQ(answer_to("ARRAY_CONTAINS(ARRAY['a'], 'abc')"), "FALSE");
    EXPECT_EQ(answer_to("ARRAY_APPEND(ARRAY['a'], 'abc')"), "['a', 'abc']");
}

TEST(Collections, find_numbers_of_other_widths) {
    EXPECT_EQ(answer_to("MAP[1, 'x'][CAST(1 AS BIGINT)]"), "'x'");
    EXPECT_EQ(answer_to("MAP[1, 'x'][4294967297]"), "NULL");
    EXPECT_EQ(answer_to("ARRAY[1, 2][4294967297]"), "NULL");
    EXPECT_EQ(answer_to("ARRAY_POSITION(ARRAY[1.50, 2.25], 2)"), "0");
}

TEST(Collections, put_nan_last) {
    std::string nan = "CAST('NaN' AS DOUBLE)";
    EXPECT_EQ(answer_to("ARRAY_SORT(ARRAY[" + nan + ", 1e0, -1e0])"), "[-1.0, 1.0, NaN]");
    EXPECT_EQ(answer_to("ARRAY_MAX(ARRAY[1e0, " + nan + "])"), "NaN");
    EXPECT_EQ(answer_to("ARRAY_MIN(ARRAY[" + nan + ", 1e0])"), "1.0");
}

TEST(Collections, compare_items_that_have_parts) {
    EXPECT_EQ(answer_to("ARRAY_DISTINCT(ARRAY[ARRAY[1], ARRAY[2], ARRAY[1]])"), "[[1], [2]]");
    EXPECT_EQ(answer_to("ARRAY_EXCEPT(ARRAY[ROW(1, 'a'), ROW(2, 'b')], ARRAY[ROW(2, 'b')])"),
              "[(1, 'a')]");
    EXPECT_EQ(answer_to("MAP[ROW(1, 2), 'x'][ROW(1, 2)]"), "'x'");
}

TEST(Collections, hold_values_of_all_types) {
    struct Values {
        std::string type;
        std::string low;
        std::string high;
    };
    for (const auto& [type, low, high] : std::vector<Values>{
             {"BOOLEAN", "FALSE", "TRUE"},
             {"TINYINT", "-1", "1"},
             {"SMALLINT", "-1", "1"},
             {"INT", "-1", "1"},
             {"BIGINT", "-1", "1"},
             {"FLOAT", "-1.0", "1.0"},
             {"DOUBLE", "-1.0", "1.0"},
             {"DECIMAL(5, 2)", "-1.00", "1.00"},
             {"DECIMAL(38, 0)", "-1", "1"},
             {"STRING", "'a'", "'b'"},
             {"BYTES", "x'01'", "x'ff'"},
             {"DATE", "DATE '1969-01-01'", "DATE '2024-01-01'"},
             {"TIME", "TIME '01:00:00'", "TIME '02:00:00'"},
             {"TIMESTAMP(3)", "TIMESTAMP '1969-01-01 00:00:00'", "TIMESTAMP '2024-01-01 00:00:00'"},
             {"TIMESTAMP(9)", "TIMESTAMP '1969-01-01 00:00:00'", "TIMESTAMP '2024-01-01 00:00:00'"},
             {"TIMESTAMP_LTZ(3)", "TIMESTAMP '1969-01-01 00:00:00'",
              "TIMESTAMP '2024-01-01 00:00:00'"},
             {"INTERVAL DAY TO SECOND(3)", "INTERVAL '1' DAY", "INTERVAL '2' DAY"},
             {"INTERVAL YEAR TO MONTH", "INTERVAL '1' YEAR", "INTERVAL '2' YEAR"},
         }) {
        std::string least = "CAST(" + low + " AS " + type + ")";
        std::string greatest = "CAST(" + high + " AS " + type + ")";
        std::string null = "CAST(NULL AS " + type + ")";
        std::string items =
            "ARRAY[" + greatest + ", " + null + ", " + least + ", " + greatest + "]";
        EXPECT_EQ(answer_to("ARRAY_SORT(ARRAY_DISTINCT(" + items + "))"),
                  answer_to("ARRAY[" + null + ", " + least + ", " + greatest + "]"))
            << type;
        EXPECT_EQ(answer_to("ARRAY_MAX(" + items + ")"), answer_to(greatest)) << type;
        EXPECT_EQ(answer_to("ARRAY_POSITION(" + items + ", " + least + ")"), "3") << type;
        EXPECT_EQ(answer_to("MAP[" + least + ", 1, " + greatest + ", 2][" + greatest + "]"), "2")
            << type;
    }
}

TEST(Collections, split_maps_by_patterns) {
    EXPECT_EQ(answer_to("STR_TO_MAP('a=1 ; b = 2;;', ' *; *', ' *= *')"), "{'a'='1', 'b'='2'}");
    EXPECT_EQ(answer_to("STR_TO_MAP('abc', '', '=')"), "{'a'=NULL, 'b'=NULL, 'c'=NULL}");
    EXPECT_EQ(answer_to("STR_TO_MAP(',,')"), "{}");
    EXPECT_NE(answer_to("STR_TO_MAP('a', '(', '=')"), "{'a'=NULL}");
}

TEST(Collections, say_what_has_no_answer) {
    EXPECT_EQ(answer_to("MAP[CAST(NULL AS INT), 1]"), "error: a key of a map cannot be NULL");
    EXPECT_EQ(answer_to("ELEMENT(ARRAY[1, 2])"),
              "error: ELEMENT takes an array of one value, not of 2");
    EXPECT_EQ(answer_to("ARRAY[1, 2][0]"),
              "error: the items of an array count from 1; there is no [0]");
    EXPECT_EQ(answer_to("MAP_FROM_ARRAYS(ARRAY[1, 2], ARRAY[1])"),
              "error: MAP_FROM_ARRAYS was given 2 keys and 1 values");
}

std::shared_ptr<arrow::Array> column_of(const std::vector<std::string>& values) {
    arrow::ArrayVector arrays;
    for (const std::string& value : values) {
        arrays.push_back(evaluate(bound(value), {{}, 1}, AnySession).values);
    }
    return *arrow::Concatenate(arrays);
}

// A batch may be a piece of a longer one, whose lists begin in the middle of their items.
TEST(Collections, read_slices_of_columns) {
    auto arrays =
        column_of({"CAST(ARRAY[9, 9] AS ARRAY<INT>)", "CAST(ARRAY[3, 1, 3] AS ARRAY<INT>)",
                   "CAST(NULL AS ARRAY<INT>)", "CAST(ARRAY[2] AS ARRAY<INT>)"});
    auto maps =
        column_of({"CAST(MAP[9, 9] AS MAP<INT, INT>)", "CAST(MAP[1, 5, 3, 7] AS MAP<INT, INT>)",
                   "CAST(NULL AS MAP<INT, INT>)", "CAST(MAP[2, 6] AS MAP<INT, INT>)"});
    Type array = bound("CAST(NULL AS ARRAY<INT>)")->type;
    Type map = bound("CAST(NULL AS MAP<INT, INT>)")->type;
    Scope scope({{"t", "a", array}, {"t", "m", map}});
    Batch batch{{{arrays->Slice(1)}, {maps->Slice(1)}}, 3};
    auto answers_to = [&](const std::string& text) {
        return rows_text(bound_over(text, scope), batch);
    };

    EXPECT_EQ(answers_to("a[2]"), "1 | NULL | NULL");
    EXPECT_EQ(answers_to("CARDINALITY(a)"), "3 | NULL | 1");
    EXPECT_EQ(answers_to("ARRAY_DISTINCT(a)"), "[3, 1] | NULL | [2]");
    EXPECT_EQ(answers_to("ARRAY_UNION(a, ARRAY[1, 2])"), "[3, 1, 2] | NULL | [2, 1]");
    EXPECT_EQ(answers_to("ARRAY_SORT(a)"), "[1, 3, 3] | NULL | [2]");
    EXPECT_EQ(answers_to("ARRAY_MAX(a)"), "3 | NULL | 2");
    EXPECT_EQ(answers_to("ARRAY_REMOVE(a, a[1])"), "[1] | NULL | []");
    EXPECT_EQ(answers_to("ARRAY_JOIN(CAST(a AS ARRAY<STRING>), '-')"), "'3-1-3' | NULL | '2'");
    EXPECT_EQ(answers_to("m[3]"), "7 | NULL | NULL");
    EXPECT_EQ(answers_to("MAP_KEYS(m)"), "[1, 3] | NULL | [2]");
    EXPECT_EQ(answers_to("MAP_ENTRIES(m)"), "[(1, 5), (3, 7)] | NULL | [(2, 6)]");
    EXPECT_EQ(answers_to("MAP_UNION(m, MAP[3, 0])"), "{1=5, 3=0} | NULL | {2=6, 3=0}");
    EXPECT_EQ(answers_to("MAP_FROM_ARRAYS(a, a)"), "{1=1, 3=3} | NULL | {2=2}");
}

}  // namespace
}  // namespace tarn::sql
