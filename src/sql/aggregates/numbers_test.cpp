// The values here are what a real Flink 1.20 answered.
#include <gtest/gtest.h>

#include "sql/aggregates/answer.hpp"

namespace tarn::sql {
namespace {

const Texts OneTwoFour{"1", "2", "4"};

TEST(Aggregate, is_found_by_its_name) {
    EXPECT_EQ(find_aggregate("LISTAGG")->name, "LISTAGG");
    EXPECT_EQ(find_aggregate("SINGLE_VALUE")->name, "SINGLE_VALUE");
    EXPECT_EQ(find_aggregate("EVERY"), nullptr);
}

TEST(Count, counts_rows_and_values) {
    AggregateTest rows(find_aggregate("COUNT")->resolve, {});
    rows.add({0, 2, 2}, {});

    EXPECT_EQ(rows.values(4), "BIGINT NOT NULL: 1 | 0 | 2 | 0");
    EXPECT_EQ(answer("COUNT", "STRING", {"'a'", "NULL"}), "BIGINT NOT NULL: 1");
    EXPECT_EQ(answer("COUNT", "STRING", {}), "BIGINT NOT NULL: 0");
}

TEST(Count, leaves_out_rows_in_which_any_value_is_null) {
    Type type = named("INT");
    AggregateTest test(find_aggregate("COUNT")->resolve, {{type}, {type}, {type}});

    test.add({0, 0, 0, 0},
             {written_column(type, {"1", "NULL", "1", "NULL"}),
              written_column(type, {"1", "1", "NULL", "NULL"}), written_constant(type, "7")});
    EXPECT_EQ(test.values(1), "BIGINT NOT NULL: 1");

    test.add({0}, {written_column(type, {"1"}), written_column(type, {"1"}),
                   written_constant(type, "NULL")});
    EXPECT_EQ(test.values(1), "BIGINT NOT NULL: 1");
}

TEST(Sum, keeps_the_type_of_integers_and_wraps) {
    EXPECT_EQ(answer("SUM", "INT", {"1", "NULL", "3"}), "INT: 4");
    EXPECT_EQ(answer("SUM", "INT NOT NULL", OneTwoFour), "INT NOT NULL: 7");
    EXPECT_EQ(answer("SUM", "TINYINT", {"100", "NULL", "100"}), "TINYINT: -56");
    EXPECT_EQ(answer("SUM", "SMALLINT", {"30000", "30000"}), "SMALLINT: -5536");
    EXPECT_EQ(answer("SUM", "INT", {"2147483647", "1"}), "INT: -2147483648");
    EXPECT_EQ(answer("SUM", "BIGINT", {"9223372036854775807", "1"}),
              "BIGINT: -9223372036854775808");
    EXPECT_EQ(answer("SUM", "FLOAT", {"16777216e0", "1e0", "1e0"}), "FLOAT: 1.6777216E7");
    EXPECT_EQ(answer("SUM", "DOUBLE", {"1e0", "2.5e0"}), "DOUBLE: 3.5");
    EXPECT_EQ(answer("SUM", "DOUBLE", {"1e0", "'NaN'"}), "DOUBLE: NaN");
    EXPECT_EQ(answer("SUM", "INT", {"NULL"}), "INT: NULL");
}

TEST(Sum, of_decimals_is_null_when_it_overflows_and_begins_anew) {
    std::string most = "'99999999999999999999999999999999999999'";
    EXPECT_EQ(answer("SUM", "DECIMAL(10, 2) NOT NULL", {"1.11", "2.22", "4.44"}),
              "DECIMAL(38, 2) NOT NULL: 7.77");
    EXPECT_EQ(answer("SUM", "DECIMAL(38, 0)", {most, "1"}), "DECIMAL(38, 0): NULL");
    EXPECT_EQ(answer("SUM", "DECIMAL(38, 0)", {most, "1", "5"}), "DECIMAL(38, 0): 5");
}

TEST(Sum, takes_numbers_only) {
    EXPECT_EQ(answer("SUM", "STRING", {}), "refused");
    EXPECT_EQ(answer("SUM", "INTERVAL DAY TO SECOND(3)", {}), "refused");
    EXPECT_EQ(answer("AVG", "BOOLEAN", {}), "refused");
}

TEST(Sum, keeps_its_groups_apart_and_adds_constants) {
    Type type = named("BIGINT");
    AggregateTest test(find_aggregate("SUM")->resolve, {{type}});

    test.add({0, 2, 0}, {written_column(type, {"1", "10", "NULL"})});
    test.add({5, 0}, {written_constant(type, "7")});
    test.add({1}, {written_constant(type, "NULL")});

    EXPECT_EQ(test.values(3), "BIGINT: 8 | NULL | 10");
    EXPECT_EQ(test.values(7), "BIGINT: 8 | NULL | 10 | NULL | NULL | 7 | NULL");
}

TEST(Avg, keeps_the_type_but_adds_in_a_wider_one) {
    EXPECT_EQ(answer("AVG", "INT NOT NULL", OneTwoFour), "INT NOT NULL: 2");
    EXPECT_EQ(answer("AVG", "INT", {"2147483647", "1", "1"}), "INT: 715827883");
    EXPECT_EQ(answer("AVG", "TINYINT", {"100", "90", "90"}), "TINYINT: 93");
    EXPECT_EQ(answer("AVG", "BIGINT", {"9223372036854775807", "1", "1"}),
              "BIGINT: -3074457345618258602");
    EXPECT_EQ(answer("AVG", "FLOAT", {"16777216e0", "1e0", "1e0"}), "FLOAT: 5592406.0");
    EXPECT_EQ(answer("AVG", "DOUBLE", {"0e0", "1e0", "2e0"}), "DOUBLE: 1.0");
    EXPECT_EQ(answer("AVG", "DOUBLE", {"NULL"}), "DOUBLE: NULL");
}

TEST(Avg, of_decimals_has_six_digits_or_more) {
    EXPECT_EQ(answer("AVG", "DECIMAL(10, 2)", {"1.25", "2.5", "2.5"}), "DECIMAL(38, 6): 2.083333");
    EXPECT_EQ(
        answer("AVG", "DECIMAL(20, 10) NOT NULL", {"1.2345678901", "2.3456789012", "3.4567890123"}),
        "DECIMAL(38, 10) NOT NULL: 2.3456786012");
    EXPECT_EQ(
        answer("AVG", "DECIMAL(38, 0)", {"'99999999999999999999999999999999999999'", "1", "5"}),
        "DECIMAL(38, 6): NULL");
}

TEST(Moments, of_integers_wrap_and_are_cut) {
    EXPECT_EQ(answer("VAR_POP", "INT NOT NULL", OneTwoFour), "INT NOT NULL: 1");
    EXPECT_EQ(answer("VAR_SAMP", "INT", OneTwoFour), "INT: 2");
    EXPECT_EQ(answer("STDDEV_POP", "INT", OneTwoFour), "INT: 1");
    EXPECT_EQ(answer("STDDEV_SAMP", "INT", OneTwoFour), "INT: 1");
    EXPECT_EQ(answer("VAR_POP", "TINYINT", {"100", "90", "-77"}), "TINYINT: -8");
    EXPECT_EQ(answer("VAR_SAMP", "TINYINT", {"100", "90", "-77"}), "TINYINT: -12");
    EXPECT_EQ(answer("STDDEV_POP", "TINYINT", {"100", "90", "-77"}), "TINYINT: 0");
    Texts large{"7", "100000", "200000"};
    EXPECT_EQ(answer("VAR_POP", "INT", large), "INT: -492078816");
    EXPECT_EQ(answer("VAR_SAMP", "INT", large), "INT: -738118224");
    Texts narrow{"7", "-31072", "3392"};  // the same as SMALLINT
    EXPECT_EQ(answer("VAR_POP", "SMALLINT", narrow), "SMALLINT: 9163");
    EXPECT_EQ(answer("VAR_SAMP", "SMALLINT", narrow), "SMALLINT: 13744");
    EXPECT_EQ(answer("STDDEV_SAMP", "SMALLINT", narrow), "SMALLINT: 117");
    Texts huge{"5000000000", "7000000000", "9000000000"};
    EXPECT_EQ(answer("VAR_POP", "BIGINT", huge), "BIGINT: 2666666666666666666");
    EXPECT_EQ(answer("STDDEV", "BIGINT", huge), "BIGINT: 2000000000");
}

TEST(Moments, of_floats_are_computed_as_floats) {
    Texts values{"1e-1", "2e-1", "3e-1"};
    EXPECT_EQ(answer("VAR_POP", "FLOAT", values), "FLOAT: 0.00666667");
    EXPECT_EQ(answer("VAR_SAMP", "FLOAT", values), "FLOAT: 0.010000005");
    EXPECT_EQ(answer("STDDEV_POP", "FLOAT", values), "FLOAT: 0.081649676");
    EXPECT_EQ(answer("STDDEV_SAMP", "FLOAT", values), "FLOAT: 0.100000024");
}

TEST(Moments, of_doubles_lose_digits_far_from_zero) {
    EXPECT_EQ(answer("VAR_POP", "DOUBLE NOT NULL", OneTwoFour),
              "DOUBLE NOT NULL: 1.555555555555556");
    EXPECT_EQ(answer("VARIANCE", "DOUBLE", OneTwoFour), "DOUBLE: 2.333333333333334");
    EXPECT_EQ(answer("STDDEV_POP", "DOUBLE", OneTwoFour), "DOUBLE: 1.2472191289246473");
    EXPECT_EQ(answer("STDDEV_SAMP", "DOUBLE", OneTwoFour), "DOUBLE: 1.5275252316519468");
    Texts close{"1.000000001e8", "1e8", "1e8"};
    EXPECT_EQ(answer("VAR_POP", "DOUBLE", close), "DOUBLE: -1.3333333333333333");
    EXPECT_EQ(answer("STDDEV_POP", "DOUBLE", close), "DOUBLE: NaN");
}

TEST(Moments, of_decimals_are_decimals) {
    Texts values{"1.11", "2.22", "4.44"};
    EXPECT_EQ(answer("VAR_POP", "DECIMAL(10, 2)", values), "DECIMAL(38, 6): 1.916600");
    EXPECT_EQ(answer("VAR_SAMP", "DECIMAL(10, 2)", values), "DECIMAL(38, 6): 2.874900");
    EXPECT_EQ(answer("STDDEV_POP", "DECIMAL(10, 2)", values), "DECIMAL(38, 6): 1.384413");
    EXPECT_EQ(answer("STDDEV_SAMP", "DECIMAL(10, 2)", values), "DECIMAL(38, 6): 1.695553");
    Texts fine{"1.2345678901", "2.3456789012", "3.4567890123"};
    EXPECT_EQ(answer("VAR_POP", "DECIMAL(20, 10)", fine), "DECIMAL(38, 10): 0.8230450000");
    EXPECT_EQ(answer("VAR_SAMP", "DECIMAL(20, 10)", fine), "DECIMAL(38, 10): 1.2345670000");
    EXPECT_EQ(answer("STDDEV_POP", "DECIMAL(20, 10)", fine), "DECIMAL(38, 10): 0.9072182758");
    EXPECT_EQ(answer("STDDEV_SAMP", "DECIMAL(20, 10)", fine), "DECIMAL(38, 10): 1.1111107056");
}

TEST(Moments, of_one_value_are_null_for_a_sample) {
    EXPECT_EQ(answer("VAR_POP", "DOUBLE", {"7", "NULL"}), "DOUBLE: 0.0");
    EXPECT_EQ(answer("VAR_SAMP", "INT NOT NULL", {"7"}), "INT: NULL");
    EXPECT_EQ(answer("STDDEV_SAMP", "DECIMAL(10, 2)", {"7"}), "DECIMAL(38, 6): NULL");
    EXPECT_EQ(answer("VAR_POP", "DOUBLE", {"NULL"}), "DOUBLE: NULL");
}

TEST(Percentile, lies_between_two_values_in_proportion) {
    Texts values{"40", "NULL", "10", "20", "30"};
    EXPECT_EQ(answer_with("PERCENTILE", "DOUBLE", values, "DOUBLE NOT NULL", "0.5"),
              "DOUBLE: 25.0");
    EXPECT_EQ(answer_with("PERCENTILE", "DOUBLE", values, "DOUBLE", "1"), "DOUBLE: 40.0");
    EXPECT_EQ(answer_with("PERCENTILE", "DOUBLE", values, "ARRAY<DOUBLE>", "ARRAY[0, 0.25, 1]"),
              "ARRAY<DOUBLE NOT NULL>: [10.0, 17.5, 40.0]");
    EXPECT_EQ(answer_with("PERCENTILE", "DOUBLE", {"NULL"}, "DOUBLE", "0"), "DOUBLE: NULL");
    EXPECT_EQ(answer_with("PERCENTILE", "DOUBLE", values, "DOUBLE", "1.5"),
              "error: PERCENTILE takes fractions from 0 to 1");
}

TEST(Percentile, counts_values_as_often_as_they_say) {
    Type number = named("DOUBLE");
    Type count = named("BIGINT");
    Column fraction = written_constant(number, "0.5");
    AggregateTest test(find_aggregate("PERCENTILE")->resolve,
                       {{number}, {number, &fraction}, {count}});

    test.add({0, 0, 0, 0, 2}, {written_column(number, {"1", "2", "3", "4", "5"}), fraction,
                               written_column(count, {"1", "5", "NULL", "-1", "0"})});

    EXPECT_EQ(test.values(3), "DOUBLE: 2.0 | NULL | NULL");
}

}  // namespace
}  // namespace tarn::sql
