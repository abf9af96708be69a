// What becomes of rows that are taken back. Of MIN, MAX, FIRST_VALUE, LAST_VALUE, LISTAGG and the
// JSON aggregates the values are what the functions of a real Flink 1.20 gave, but where a test
// says otherwise.
#include <gtest/gtest.h>

#include "sql/aggregates/answer.hpp"
#include "sql/aggregates/clauses.hpp"
#include "sql/aggregates/distinct_accumulator.hpp"

namespace tarn::sql {
namespace {

// One group of an aggregate of one argument.
class Changes {
public:
    Changes(const AggregateResolver& resolve, const std::string& type)
        : type_(named(type)),
          test_(resolve(std::vector<Argument>{{type_}}), AggregateInput::Changes) {}
    Changes(const std::string& name, const std::string& type)
        : Changes(find_aggregate(name)->resolve, type) {}

    Changes& add(const Texts& values) {
        test_.add(std::vector<uint32_t>(values.size()), {written_column(type_, values)});
        return *this;
    }

    Changes& retract(const Texts& values) {
        test_.retract(std::vector<uint32_t>(values.size()), {written_column(type_, values)});
        return *this;
    }

    Changes& merge(const Changes& other) {
        test_.merge(other.test_, 1);
        return *this;
    }

    // Without the type.
    std::string value() const {
        std::string value = test_.values(1);
        return value.substr(value.find(": ") + 2);
    }

private:
    Type type_;
    AggregateTest test_;
};

AggregateResolver distinct_resolver(const std::string& name) {
    return [name](Arguments arguments) {
        return std::optional(distinct(find_aggregate(name)->resolve(arguments).value()));
    };
}

TEST(ChangesOfCount, go_below_zero) {
    EXPECT_EQ(Changes("COUNT", "INT").add({"1", "NULL"}).retract({"1"}).value(), "0");
    EXPECT_EQ(Changes("COUNT", "INT").retract({"1", "NULL"}).value(), "-1");
}

TEST(ChangesOfSum, leave_null_when_no_value_is_left) {
    EXPECT_EQ(Changes("SUM", "INT").add({"5", "NULL"}).retract({"5"}).value(), "NULL");
    EXPECT_EQ(Changes("SUM", "INT").add({"5", "7"}).retract({"5", "NULL"}).value(), "7");
    EXPECT_EQ(Changes("SUM", "DECIMAL(10, 2)").add({"5"}).retract({"5"}).value(), "NULL");
    EXPECT_EQ(Changes("SUM", "INT").retract({"5"}).value(), "-5");
    EXPECT_EQ(Changes("SUM", "DECIMAL(10, 2)").retract({"5"}).value(), "-5.00");
    EXPECT_EQ(Changes("SUM", "DECIMAL(10, 2)").retract({"5"}).add({"7"}).value(), "NULL");
}

TEST(ChangesOfSum, begin_anew_after_an_overflow) {
    std::string most = "'99999999999999999999999999999999999999'";
    Changes sum("SUM", "DECIMAL(38, 0)");

    EXPECT_EQ(sum.add({most, "1"}).value(), "NULL");
    EXPECT_EQ(sum.retract({"1"}).value(), "-1");
}

TEST(ChangesOfAvg, subtract) {
    EXPECT_EQ(Changes("AVG", "INT").add({"1", "3", "8"}).retract({"8"}).value(), "2");
    EXPECT_EQ(Changes("AVG", "INT").add({"8"}).retract({"8"}).value(), "NULL");
    EXPECT_EQ(Changes("AVG", "DECIMAL(10, 2)").add({"1", "3", "8"}).retract({"8"}).value(),
              "2.000000");
}

TEST(ChangesOfMoments, subtract) {
    Texts values{"1", "2", "4"};
    EXPECT_EQ(Changes("VAR_POP", "INT").add({"9"}).add(values).retract({"9"}).value(), "1");
    EXPECT_EQ(Changes("VAR_POP", "DECIMAL(10, 2)").add({"9"}).retract({"9"}).value(), "NULL");
}

TEST(ChangesOfExtremes, bring_back_the_next_value) {
    EXPECT_EQ(Changes("MIN", "INT").add({"3", "1", "2"}).retract({"1"}).value(), "2");
    EXPECT_EQ(Changes("MAX", "STRING").add({"'b'", "'c'", "'c'"}).retract({"'c'"}).value(), "'c'");
    EXPECT_EQ(Changes("MAX", "INT").add({"3"}).retract({"3", "NULL"}).value(), "NULL");
}

TEST(ChangesOfExtremes, take_nan_for_the_greatest) {
    Changes max("MAX", "DOUBLE");

    EXPECT_EQ(max.add({"1e0", "'NaN'", "2e0"}).value(), "NaN");
    EXPECT_EQ(max.retract({"'NaN'"}).value(), "2.0");
    EXPECT_EQ(Changes("MIN", "DOUBLE").add({"0e0", "'-0.0'"}).value(), "-0.0");
}

TEST(ChangesOfExtremes, remember_values_that_are_still_to_come) {
    Changes min("MIN", "INT");

    EXPECT_EQ(min.retract({"3"}).value(), "NULL");
    EXPECT_EQ(min.add({"5"}).value(), "5");
    // Flink says 3, though each 3 that came was taken back.
    EXPECT_EQ(min.add({"3"}).value(), "5");
    EXPECT_EQ(min.add({"3"}).value(), "3");
    EXPECT_EQ(min.retract({"3", "5"}).value(), "NULL");
}

TEST(ChangesOfPicks, take_the_first_equal_value_back) {
    EXPECT_EQ(Changes("FIRST_VALUE", "INT").add({"1", "2", "1"}).retract({"1"}).value(), "2");
    EXPECT_EQ(Changes("LAST_VALUE", "INT").add({"1", "2", "1"}).retract({"1"}).value(), "1");
    EXPECT_EQ(Changes("LAST_VALUE", "INT").add({"1", "2"}).retract({"2", "NULL"}).value(), "1");
    EXPECT_EQ(Changes("FIRST_VALUE", "STRING").add({"'a'"}).retract({"'a'"}).value(), "NULL");
    EXPECT_EQ(Changes("FIRST_VALUE", "INT").retract({"7"}).add({"7"}).value(), "7");
}

TEST(ChangesOfSingleValue, make_room_for_another_row) {
    EXPECT_EQ(Changes("SINGLE_VALUE", "INT").add({"1"}).retract({"1"}).add({"2"}).value(), "2");
    EXPECT_EQ(Changes("SINGLE_VALUE", "INT").add({"1"}).retract({"1"}).value(), "NULL");
    EXPECT_THROW(Changes("SINGLE_VALUE", "INT").add({"1"}).add({"2"}), RowError);
}

TEST(ChangesOfSingleValue, merge_a_row_that_came_in_place_of_another) {
    Changes value("SINGLE_VALUE", "INT");
    Changes update("SINGLE_VALUE", "INT");
    update.retract({"1"}).add({"NULL"});

    EXPECT_EQ(value.add({"1"}).merge(update).value(), "NULL");
    EXPECT_EQ(value.merge(Changes("SINGLE_VALUE", "INT").retract({"NULL"})).value(), "NULL");
    EXPECT_EQ(value.merge(Changes("SINGLE_VALUE", "INT").add({"4"})).value(), "4");
    EXPECT_EQ(value.merge(Changes("SINGLE_VALUE", "INT")).value(), "4");
    EXPECT_THROW(value.merge(Changes("SINGLE_VALUE", "INT").add({"4"})), RowError);
}

TEST(ChangesOfLists, take_the_first_equal_value_out) {
    EXPECT_EQ(Changes("LISTAGG", "STRING").add({"'a'", "'b'", "'a'"}).retract({"'a'"}).value(),
              "'b,a'");
    EXPECT_EQ(Changes("LISTAGG", "STRING").add({"'a'"}).retract({"'a'"}).value(), "NULL");
    EXPECT_EQ(
        Changes("ARRAY_AGG", "INT").add({"1", "NULL", "2", "1"}).retract({"1", "NULL"}).value(),
        "[2, 1]");
    EXPECT_EQ(Changes(json_array_aggregate({}), "INT")
                  .add({"1", "2", "1", "NULL"})
                  .retract({"1", "NULL"})
                  .value(),
              "'[2,1]'");
}

TEST(ChangesOfLists, take_out_values_that_come_from_elsewhere) {
    Changes here("LISTAGG", "STRING");
    Changes there("LISTAGG", "STRING");

    // As in Flink this is not the one that was taken back.
    EXPECT_EQ(here.retract({"'x'"}).add({"'x'"}).value(), "'x'");
    EXPECT_EQ(here.merge(there.add({"'y'", "'x'"})).value(), "'y,x'");
    EXPECT_EQ(here.merge(Changes("LISTAGG", "STRING").retract({"'y'"})).value(), "'x'");
}

TEST(ChangesOfCollect, count_below_zero) {
    Changes collected("COLLECT", "INT");

    EXPECT_EQ(collected.retract({"4", "NULL"}).add({"5", "5"}).retract({"5"}).value(),
              "{4=-1, 5=1}");
    EXPECT_EQ(collected.add({"4"}).value(), "{5=1}");
}

TEST(ChangesOfObjects, go_by_the_key_alone) {
    Type text = named("STRING");
    std::vector<Argument> arguments{{text}, {text}};
    AggregateTest test(json_object_aggregate({})(arguments), AggregateInput::Changes);

    test.add({0, 0}, {written_column(text, {"'k'", "'n'"}), written_column(text, {"'1'", "NULL"})});
    test.retract({0, 0},
                 {written_column(text, {"'k'", "'q'"}), written_column(text, {"'7'", "'7'"})});

    EXPECT_EQ(test.values(1), "VARCHAR(2000) NOT NULL: '{\"n\":null}'");
}

TEST(ChangesOfPercentile, take_values_back) {
    Type number = named("DOUBLE");
    Column half = written_constant(number, "0.5");
    std::vector<Argument> arguments{{number}, {number, &half}};
    AggregateTest test(find_aggregate("PERCENTILE")->resolve(arguments), AggregateInput::Changes);

    test.add({0, 0, 0}, {written_column(number, {"1", "2", "9"}), half});
    test.retract({0, 0}, {written_column(number, {"1", "100"}), half});

    EXPECT_EQ(test.values(1), "DOUBLE: 5.5");
}

TEST(Distinct, hands_on_the_first_and_the_last_of_equal_rows) {
    Changes sum(distinct_resolver("SUM"), "INT");

    EXPECT_EQ(sum.add({"5", "5", "2", "NULL"}).value(), "7");
    EXPECT_EQ(sum.retract({"5"}).value(), "7");
    EXPECT_EQ(sum.retract({"5"}).value(), "2");
    EXPECT_EQ(sum.retract({"2", "NULL"}).value(), "NULL");
}

TEST(Distinct, waits_for_a_row_that_was_taken_back_before_it_came) {
    Changes count(distinct_resolver("COUNT"), "INT");

    EXPECT_EQ(count.retract({"5"}).value(), "0");
    EXPECT_EQ(count.add({"5"}).value(), "0");
    EXPECT_EQ(count.add({"5"}).value(), "1");
}

TEST(Distinct, merges_what_each_has_seen) {
    Changes here(distinct_resolver("ARRAY_AGG"), "STRING");
    Changes there(distinct_resolver("ARRAY_AGG"), "STRING");
    here.add({"'c'", "'a'", "'c'"});
    there.add({"'z'", "'a'", "NULL", "'b'"}).retract({"'c'", "'c'"});

    EXPECT_EQ(here.merge(there).value(), "['a', 'z', NULL, 'b']");
}

TEST(Distinct, tells_rows_of_values_apart) {
    Type text = named("STRING");
    Type map = named("MAP<STRING, INT>");
    std::vector<Argument> arguments{{text}, {map}};
    AggregateTest test(distinct(*find_aggregate("COUNT")->resolve(arguments)),
                       AggregateInput::Inserts);

    test.add({0, 0, 0, 1, 0, 0},
             {written_column(text, {"'a'", "'a'", "'b'", "'a'", "'a'", "NULL"}),
              written_column(map, {"MAP['x', 1, 'y', 2]", "MAP['y', 2, 'x', 1]", "MAP['x', 1]",
                                   "MAP['x', 1]", "NULL", "MAP['x', 1]"})});

    EXPECT_EQ(test.values(2), "BIGINT NOT NULL: 2 | 1");
}

}  // namespace
}  // namespace tarn::sql
