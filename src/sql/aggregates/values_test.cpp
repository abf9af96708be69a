// The values here are what a real Flink 1.20 answered.
#include <gtest/gtest.h>

#include "sql/aggregates/answer.hpp"
#include "sql/aggregates/clauses.hpp"

namespace tarn::sql {
namespace {

TEST(Extremes, are_of_numbers_texts_times_and_truths) {
    EXPECT_EQ(answer("MIN", "INT NOT NULL", {"2", "1", "3"}), "INT NOT NULL: 1");
    EXPECT_EQ(answer("MAX", "BIGINT", {"-2", "NULL", "-3"}), "BIGINT: -2");
    EXPECT_EQ(answer("MAX", "DECIMAL(10, 2)", {"-1.5", "0.25"}), "DECIMAL(10, 2): 0.25");
    EXPECT_EQ(answer("MIN", "STRING", {"'é'", "NULL", "'z'"}), "STRING: 'z'");
    EXPECT_EQ(answer("MAX", "CHAR(3)", {"'a'", "'b'"}), "CHAR(3): 'b  '");
    EXPECT_EQ(answer("MIN", "BOOLEAN", {"TRUE", "FALSE"}), "BOOLEAN: FALSE");
    EXPECT_EQ(answer("MAX", "DATE", {"DATE '2024-01-02'", "DATE '2024-01-01'"}),
              "DATE: 2024-01-02");
    EXPECT_EQ(answer("MIN", "TIME(0)", {"TIME '10:00:00'", "TIME '09:00:00'"}),
              "TIME(0): 09:00:00");
    EXPECT_EQ(answer("MAX", "TIMESTAMP(9)", {"TIMESTAMP '2024-01-01 10:00:00.123456789'", "NULL"}),
              "TIMESTAMP(9): 2024-01-01 10:00:00.123456789");
    EXPECT_EQ(answer("MIN", "STRING", {}), "STRING: NULL");
}

TEST(Extremes, have_no_bytes_intervals_or_collections) {
    for (const char* type : {"BYTES", "INTERVAL DAY TO SECOND(3)", "ARRAY<INT>", "ROW<a INT>"}) {
        EXPECT_EQ(answer("MIN", type, {}), "refused") << type;
    }
}

TEST(Extremes, keep_nan_only_if_it_comes_first) {
    EXPECT_EQ(answer("MIN", "DOUBLE", {"'NaN'", "1e0", "2e0"}), "DOUBLE: NaN");
    EXPECT_EQ(answer("MAX", "DOUBLE", {"'NaN'", "1e0", "2e0"}), "DOUBLE: NaN");
    EXPECT_EQ(answer("MIN", "FLOAT", {"1e0", "'NaN'"}), "FLOAT: 1.0");
    EXPECT_EQ(answer("MAX", "DOUBLE", {"1e0", "'NaN'"}), "DOUBLE: 1.0");
}

TEST(Extremes, keep_their_groups_apart) {
    Type type = named("STRING");
    AggregateTest test(find_aggregate("MAX")->resolve, {{type}});

    test.add({0, 2, 0}, {written_column(type, {"'a'", "'c'", "'b'"})});
    test.add({3, 2}, {written_constant(type, "'x'")});

    EXPECT_EQ(test.values(4), "STRING: 'b' | NULL | 'x' | 'x'");
}

TEST(Picks, are_the_first_and_the_last_that_are_not_null) {
    Texts values{"NULL", "2", "1", "NULL"};
    EXPECT_EQ(answer("FIRST_VALUE", "INT", values), "INT: 2");
    EXPECT_EQ(answer("LAST_VALUE", "INT", values), "INT: 1");
    EXPECT_EQ(answer("LAST_VALUE", "STRING NOT NULL", {"'p'", "'q'"}), "STRING NOT NULL: 'q'");
    EXPECT_EQ(answer("FIRST_VALUE", "BOOLEAN", {"TRUE", "FALSE"}), "BOOLEAN: TRUE");
    EXPECT_EQ(answer("LAST_VALUE", "DECIMAL(10, 2)", {"1.25", "2.5"}), "DECIMAL(10, 2): 2.50");
    EXPECT_EQ(answer("FIRST_VALUE", "INT", {"NULL"}), "INT: NULL");
}

TEST(Picks, are_of_the_types_that_flink_has_them_for) {
    for (const char* type : {"CHAR(2)", "BYTES", "DATE", "TIMESTAMP(3)", "ARRAY<INT>"}) {
        EXPECT_EQ(answer("FIRST_VALUE", type, {}), "refused") << type;
    }
}

TEST(SingleValue, is_that_of_the_only_row) {
    Type type = named("ARRAY<INT>");
    AggregateTest test(find_aggregate("SINGLE_VALUE")->resolve, {{type}});

    test.add({2, 0}, {written_column(type, {"ARRAY[1, 2]", "NULL"})});
    test.add({3}, {written_constant(type, "ARRAY[3]")});

    EXPECT_EQ(test.values(5), "ARRAY<INT>: NULL | NULL | [1, 2] | [3] | NULL");
    EXPECT_THROW(test.add({0}, {written_column(type, {"NULL"})}), RowError);
}

TEST(SingleValue, refuses_a_second_row_of_the_same_batch) {
    EXPECT_EQ(answer("SINGLE_VALUE", "INT", {"1", "1"}),
              "error: a subquery of one value has several rows");
    EXPECT_EQ(answer("SINGLE_VALUE", "INT", {}), "INT: NULL");
}

TEST(DistinctCount, is_exact) {
    EXPECT_EQ(answer("APPROX_COUNT_DISTINCT", "STRING", {"'a'", "'b'", "'a'", "NULL"}),
              "BIGINT NOT NULL: 2");
    EXPECT_EQ(answer("APPROX_COUNT_DISTINCT", "DOUBLE", {"'NaN'", "'NaN'", "1"}),
              "BIGINT NOT NULL: 2");
    EXPECT_EQ(answer("APPROX_COUNT_DISTINCT", "DECIMAL(10, 2)", {"1", "1.00"}),
              "BIGINT NOT NULL: 1");
    EXPECT_EQ(answer("APPROX_COUNT_DISTINCT", "INT", {}), "BIGINT NOT NULL: 0");
    EXPECT_EQ(answer("APPROX_COUNT_DISTINCT", "BOOLEAN", {}), "refused");
}

TEST(ListAgg, joins_texts) {
    Texts values{"'b'", "NULL", "'a'"};
    EXPECT_EQ(answer("LISTAGG", "STRING", values), "STRING: 'b,a'");
    EXPECT_EQ(answer("LISTAGG", "CHAR(3)", values), "CHAR(3): 'b  ,a  '");
    EXPECT_EQ(answer_with("LISTAGG", "STRING NOT NULL", {"'p'", "'q'"}, "CHAR(2) NOT NULL", "'; '"),
              "STRING NOT NULL: 'p; q'");
    EXPECT_EQ(answer("LISTAGG", "STRING", {"NULL"}), "STRING: NULL");
    EXPECT_EQ(answer("LISTAGG", "STRING", {"''", "''"}), "STRING: ','");
    EXPECT_EQ(answer("LISTAGG", "INT", {}), "refused");
    EXPECT_EQ(answer_with("LISTAGG", "STRING", values, "STRING", "NULL"), "refused");
}

TEST(Collect, counts_the_values) {
    EXPECT_EQ(answer("COLLECT", "INT", {"1", "NULL", "2", "1"}),
              "MULTISET<INT> NOT NULL: {1=2, 2=1}");
    EXPECT_EQ(answer("COLLECT", "DOUBLE", {"0e0", "'-0.0'", "0e0", "'NaN'", "'NaN'"}),
              "MULTISET<DOUBLE> NOT NULL: {-0.0=1, 0.0=2, NaN=2}");
    EXPECT_EQ(answer("COLLECT", "ARRAY<INT>", {"ARRAY[1]", "ARRAY[1, 2]", "ARRAY[1]"}),
              "MULTISET<ARRAY<INT>> NOT NULL: {[1, 2]=1, [1]=2}");
    EXPECT_EQ(answer("COLLECT", "INT", {"NULL"}), "MULTISET<INT> NOT NULL: {}");
}

TEST(Collect, keeps_its_groups_apart) {
    Type type = named("STRING");
    AggregateTest test(find_aggregate("COLLECT")->resolve, {{type}});

    test.add({2, 0}, {written_column(type, {"'b'", "'a'"})});
    test.add({0, 2, 2}, {written_constant(type, "'b'")});

    EXPECT_EQ(test.values(3), "MULTISET<STRING> NOT NULL: {'a'=1, 'b'=1} | {} | {'b'=3}");
}

TEST(ArrayAgg, keeps_order_and_nulls) {
    EXPECT_EQ(answer("ARRAY_AGG", "INT", {"3", "NULL", "1"}), "ARRAY<INT>: [3, NULL, 1]");
    EXPECT_EQ(answer("ARRAY_AGG", "INT NOT NULL", {"1"}), "ARRAY<INT NOT NULL> NOT NULL: [1]");
    EXPECT_EQ(answer("ARRAY_AGG", "INT", {}), "ARRAY<INT>: NULL");
    AggregateResolver without_nulls = array_aggregate(NullItems::LeftOut);
    EXPECT_EQ(answer(without_nulls, "INT", {"3", "NULL", "1"}), "ARRAY<INT>: [3, 1]");
    EXPECT_EQ(answer(without_nulls, "INT", {"NULL"}), "ARRAY<INT>: NULL");
}

TEST(ArrayAgg, takes_many_small_batches) {
    Type type = named("INT");
    AggregateTest test(find_aggregate("ARRAY_AGG")->resolve, {{type}});

    for (uint32_t i = 0; i < 11; ++i) {
        test.add({i % 3}, {written_column(type, {std::to_string(i)})});
    }

    EXPECT_EQ(test.values(2), "ARRAY<INT>: [0, 3, 6, 9] | [1, 4, 7, 10]");
}

TEST(JsonArrayAgg, leaves_nulls_out_unless_told_otherwise) {
    EXPECT_EQ(answer("JSON_ARRAYAGG", "INT", {"2", "NULL", "1"}),
              "VARCHAR(2000) NOT NULL: '[2,1]'");
    EXPECT_EQ(answer("JSON_ARRAYAGG", "STRING", {"'a\"'"}),
              "VARCHAR(2000) NOT NULL: '[\"a\\\\\"\"]'");
    EXPECT_EQ(answer("JSON_ARRAYAGG", "INT", {}), "VARCHAR(2000) NOT NULL: '[]'");
    EXPECT_EQ(answer(json_array_aggregate({}), "INT", {"2", "NULL"}),
              "VARCHAR(2000) NOT NULL: '[2,null]'");
    EXPECT_EQ(answer(json_array_aggregate({.is_json = {true}}), "STRING", {"'[1]'", "'{}'"}),
              "VARCHAR(2000) NOT NULL: '[[1],{}]'");
    EXPECT_EQ(answer("JSON_ARRAYAGG", "DATE", {}), "refused");
}

std::string object_of(JsonConstructorOptions options, const Texts& keys, const Texts& values) {
    Type text = named("STRING");
    Type number = named("INT");
    AggregateTest test(json_object_aggregate(std::move(options)), {{text}, {number}});
    try {
        test.add(std::vector<uint32_t>(keys.size()),
                 {written_column(text, keys), written_column(number, values)});
        return test.values(1);
    } catch (const RowError& error) {
        return fmt::format("row {}: {}", error.row(), error.what());
    }
}

TEST(JsonObjectAgg, sorts_its_keys) {
    EXPECT_EQ(object_of({}, {"'b'", "'a'"}, {"1", "NULL"}),
              "VARCHAR(2000) NOT NULL: '{\"a\":null,\"b\":1}'");
    EXPECT_EQ(object_of({.leaves_out_null = true}, {"'b'", "'a'"}, {"1", "NULL"}),
              "VARCHAR(2000) NOT NULL: '{\"b\":1}'");
    EXPECT_EQ(object_of({}, {}, {}), "VARCHAR(2000) NOT NULL: '{}'");
}

TEST(JsonObjectAgg, refuses_keys_that_are_there_already) {
    EXPECT_EQ(object_of({}, {"'k'", "'k'"}, {"1", "2"}),
              "row 1: JSON_OBJECTAGG has the key 'k' already");
    EXPECT_EQ(object_of({.leaves_out_null = true}, {"'k'", "'k'"}, {"NULL", "2"}),
              "VARCHAR(2000) NOT NULL: '{\"k\":2}'");
    EXPECT_EQ(object_of({}, {"NULL"}, {"1"}), "row 0: a key of JSON_OBJECTAGG must not be NULL");
}

}  // namespace
}  // namespace tarn::sql
