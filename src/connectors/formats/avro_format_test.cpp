#include <gmock/gmock.h>

#include "connectors/formats/avro_schema_of.hpp"
#include "connectors/formats/format_fixture.hpp"

namespace tarn::connectors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string with_format(const std::string& columns, const std::string& more = "") {
    return "t (" + columns + ") WITH ('format' = 'avro'" + more + ")";
}

std::string schema_text(const std::string& columns,
                        TimestampMapping mapping = TimestampMapping::Legacy) {
    auto table = test_table(with_format(columns));
    return avro_schema_of(physical_columns(table->table), mapping).text();
}

const std::string Exact = ", 'avro.timestamp_mapping.legacy' = 'false'";

// The bytes that Avro's specification has for these.
TEST(AvroFormat, writes_a_value_and_nothing_else) {
    EXPECT_THAT(encoded(with_format("a BIGINT NOT NULL, b STRING"), {"27, 'foo'", "-1, NULL"}),
                ElementsAre(std::string("\x36\x02\x06"
                                        "foo"),
                            std::string("\x01\x00", 2)));
    EXPECT_THAT(encoded(with_format("d DECIMAL(10, 2) NOT NULL"), {"1.27", "1.28", "-1.28"}),
                ElementsAre("\x02\x7f", std::string("\x04\x00\x80", 3), "\x02\x80"));
}

TEST(AvroFormat, has_the_schema_that_flink_makes_of_a_table) {
    EXPECT_EQ(schema_text("a INT, b STRING NOT NULL"),
              R"({"type":"record","name":"record","namespace":"org.apache.flink.avro.generated",)"
              R"("fields":[{"name":"a","type":["null","int"],"default":null},)"
              R"({"name":"b","type":"string"}]})");
    EXPECT_THAT(schema_text("r ROW<x ARRAY<TINYINT>, m MAP<STRING, DATE NOT NULL>> NOT NULL"),
                HasSubstr(R"({"name":"r","type":{"type":"record","name":"record_r","fields":[)"
                          R"({"name":"x","type":["null",{"type":"array","items":["null","int"]}],)"
                          R"("default":null},{"name":"m","type":["null",{"type":"map","values":)"
                          R"({"type":"int","logicalType":"date"}}],"default":null}]}})"));
}

TEST(AvroFormat, has_one_kind_of_timestamps_or_two) {
    EXPECT_THAT(schema_text("a TIMESTAMP(3) NOT NULL"), HasSubstr(R"("timestamp-millis")"));
    EXPECT_THAT(schema_text("a TIMESTAMP(6) NOT NULL", TimestampMapping::Exact),
                HasSubstr(R"("local-timestamp-micros")"));
    EXPECT_THAT(schema_text("a TIMESTAMP_LTZ(3) NOT NULL", TimestampMapping::Exact),
                HasSubstr(R"("timestamp-millis")"));
    EXPECT_THAT(refusal_of([] { schema_text("a TIMESTAMP_LTZ(3)"); }),
                HasSubstr("column 'a': TIMESTAMP_LTZ(3) cannot be written as Avro; the format avro "
                          "takes it with 'timestamp_mapping.legacy' = 'false'"));
    EXPECT_THAT(refusal_of([] { schema_text("a TIMESTAMP(9)", TimestampMapping::Exact); }),
                HasSubstr("times have 6 digits behind the second at most here"));
}

TEST(AvroFormat, refuses_columns_that_have_no_form_in_avro) {
    EXPECT_THAT(refusal_of([] { schema_text("r ROW<`a b` INT>"); }),
                HasSubstr("column 'r.a b': this is no name in Avro"));
    EXPECT_THAT(refusal_of([] { schema_text("m MAP<INT, INT>"); }),
                HasSubstr("column 'm': MAP<INT, INT> cannot be written as Avro; keys in Avro are"));
    EXPECT_THAT(
        refusal_of([] { encoded(with_format("a INT", ", 'avro.encoding' = 'json'"), {"1"}); }),
        HasSubstr("the option 'avro.encoding' does not work here"));
}

TEST(AvroFormat, gives_back_what_was_written) {
    std::string table = with_format(
        "a BOOLEAN, b TINYINT, c SMALLINT NOT NULL, d FLOAT, e DECIMAL(20, 3), f BYTES, g DATE, "
        "h TIME(3), i TIMESTAMP_LTZ(6), j TIMESTAMP(6), k ARRAY<ROW<x INT>>, l MAP<STRING, DOUBLE>",
        Exact);
    Lines records = encoded(
        table,
        {"TRUE, CAST(-1 AS TINYINT), CAST(300 AS SMALLINT), CAST(1.5 AS FLOAT), "
         "CAST(-12.5 AS DECIMAL(20, 3)), x'0a0b', DATE '1969-12-31', TIME '10:11:12.345', "
         "TO_TIMESTAMP_LTZ(-1, 3), TIMESTAMP '1969-12-31 23:59:59.999999', ARRAY[ROW(1), NULL], "
         "MAP['k', 2.5e0]",
         "NULL, NULL, CAST(1 AS SMALLINT), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL"});

    EXPECT_THAT(decoded(table, records).rows,
                ElementsAre("+I TRUE | -1 | 300 | 1.5 | -12.500 | x'0a0b' | 1969-12-31 | "
                            "10:11:12.345 | 1969-12-31 23:59:59.999Z | 1969-12-31 23:59:59.999999 "
                            "| [(1), NULL] | {'k'=2.5}",
                            "+I NULL | NULL | 1 | NULL | NULL | NULL | NULL | NULL | NULL | NULL | "
                            "NULL | NULL"));
    EXPECT_THAT(decoded(table, records, {{3, 1}}).rows,
                ElementsAre("+I 1.5 | -1", "+I NULL | NULL"));
}

TEST(AvroFormat, says_why_a_record_is_none) {
    Decoded found =
        decoded(with_format("a INT NOT NULL, b STRING"),
                {std::string("\x02\x02\x02x"), std::string("\x02"), std::string("\x02\x00z", 3),
                 std::string("\x04\x00", 2), std::string("\x02\x05", 2), std::string()});

    EXPECT_THAT(found.rows, ElementsAre("+I 1 | 'x'", "+I 2 | NULL"));
    EXPECT_THAT(found.errors, ElementsAre("#1 avro: 1 bytes wanted at byte 1, 0 are left",
                                          "#2 avro: 1 bytes follow the value",
                                          "#4 avro: field 'b' has no branch -3",
                                          "#5 avro: 1 bytes wanted at byte 0, 0 are left"));
}

}  // namespace
}  // namespace tarn::connectors
