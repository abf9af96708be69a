#include "sql/types/type.hpp"

#include <gtest/gtest.h>

#include "sql/types/named_type.hpp"

namespace tarn::sql {
namespace {

std::string refusal_of(const std::string& name) {
    try {
        named(name);
        return "";
    } catch (const SqlError& error) {
        const Problem& problem = error.problem();
        return problem.hint.empty() ? problem.what : problem.what + "; " + problem.hint;
    }
}

TEST(Type, is_printed_as_flink_prints_it) {
    for (const char* name :
         {"BOOLEAN", "INT NOT NULL", "DECIMAL(10, 2)", "CHAR(3)", "VARCHAR(5) NOT NULL", "STRING",
          "BYTES", "BINARY(2)", "DATE", "TIME(0)", "TIMESTAMP(3)", "TIMESTAMP_LTZ(9)",
          "INTERVAL YEAR TO MONTH", "INTERVAL DAY TO SECOND(3)", "ARRAY<INT NOT NULL>",
          "MULTISET<STRING>", "MAP<STRING, ARRAY<DOUBLE>>",
          "ROW<`a` INT, `b c` ROW<`d` STRING NOT NULL>> NOT NULL"}) {
        EXPECT_EQ(text_of(named(name)), name);
    }
}

TEST(Type, has_sizes_of_its_own_where_none_are_said) {
    EXPECT_EQ(text_of(named("DECIMAL")), "DECIMAL(10, 0)");
    EXPECT_EQ(text_of(named("NUMERIC(5)")), "DECIMAL(5, 0)");
    EXPECT_EQ(text_of(named("CHAR")), "CHAR(1)");
    EXPECT_EQ(text_of(named("VARCHAR")), "VARCHAR(1)");
    EXPECT_EQ(text_of(named("TIMESTAMP")), "TIMESTAMP(6)");
    EXPECT_EQ(text_of(named("TIMESTAMP WITH LOCAL TIME ZONE")), "TIMESTAMP_LTZ(6)");
    EXPECT_EQ(text_of(named("TIME")), "TIME(0)");
}

TEST(Type, refuses_sizes_that_there_are_not) {
    EXPECT_EQ(refusal_of("DECIMAL(39, 2)"), "the precision of DECIMAL is between 1 and 38");
    EXPECT_EQ(refusal_of("DECIMAL(5, 6)"), "the scale of DECIMAL is between 0 and 5");
    EXPECT_EQ(refusal_of("TIMESTAMP(10)"), "the precision of TIMESTAMP is between 0 and 9");
    EXPECT_EQ(refusal_of("CHAR(0)"), "the length of CHAR is between 1 and 2147483647");
}

TEST(Type, names_the_nearest_one_for_a_slip) {
    EXPECT_EQ(refusal_of("INTT"), "there is no type INTT; did you mean INT?");
    EXPECT_EQ(refusal_of("timestmp"), "there is no type timestmp; did you mean TIMESTAMP?");
    EXPECT_EQ(refusal_of("ROW<a INT, a INT>"), "the row has two fields called a");
    EXPECT_EQ(refusal_of("RAW('c', 's')"), "values of Java's own cannot be read without a JVM");
}

}  // namespace
}  // namespace tarn::sql
