#include <gtest/gtest.h>

#include "sql/expressions/answer.hpp"

namespace tarn::sql {
namespace {

std::string value_at(const std::string& json, const std::string& path) {
    return answer_to("JSON_VALUE('" + json + "', '" + path + "')");
}

std::string piece_at(const std::string& json, const std::string& path) {
    return answer_to("JSON_QUERY('" + json + "', '" + path + "')");
}

TEST(Json, is_what_begins_with_a_value) {
    EXPECT_EQ(answer_to("'{\"a\":1} x' IS JSON"), "TRUE");
    EXPECT_EQ(answer_to("'{a:1}' IS JSON"), "FALSE");
    EXPECT_EQ(answer_to("'01' IS JSON"), "FALSE");
    EXPECT_EQ(answer_to("'truex' IS JSON"), "FALSE");
    EXPECT_EQ(answer_to("'[1]' IS JSON ARRAY"), "TRUE");
    EXPECT_EQ(answer_to("CAST(NULL AS STRING) IS JSON"), "FALSE");
    EXPECT_EQ(answer_to("'" + std::string(1000, '[') + std::string(1000, ']') + "' IS JSON"),
              "FALSE");
}

TEST(Json, shows_numbers_as_java_does) {
    EXPECT_EQ(value_at("1.10", "$"), "'1.1'");
    EXPECT_EQ(value_at("1e5", "$"), "'100000.0'");
    EXPECT_EQ(value_at("12345678.0", "$"), "'1.2345678E7'");
    EXPECT_EQ(value_at("0.0001", "$"), "'1.0E-4'");
    EXPECT_EQ(value_at("-0", "$"), "'0'");
    EXPECT_EQ(value_at("123456789012345678901234567890", "$"), "'123456789012345678901234567890'");
    EXPECT_EQ(piece_at("[1e400]", "$"), "'[\"Infinity\"]'");
}

TEST(Json, is_strict_unless_told_otherwise) {
    std::string defaults = "DEFAULT 'empty' ON EMPTY DEFAULT 'error' ON ERROR)";
    EXPECT_EQ(answer_to("JSON_VALUE('{\"a\":1}', '$.b' " + defaults), "'error'");
    EXPECT_EQ(answer_to("JSON_VALUE('{\"a\":1}', 'lax $.b' " + defaults), "'empty'");
    EXPECT_EQ(answer_to("JSON_VALUE('{\"a\":{}}', 'lax $.a' " + defaults), "'empty'");
    EXPECT_EQ(answer_to("JSON_VALUE('abc', 'lax $.a' " + defaults), "'empty'");
    EXPECT_EQ(answer_to("JSON_VALUE('{}', 'lax $[' " + defaults), "'error'");
    EXPECT_EQ(answer_to("JSON_EXISTS('{}', '$.b' TRUE ON ERROR)"), "TRUE");
}

TEST(Json, gives_values_of_the_type_that_is_asked_for) {
    EXPECT_EQ(answer_to("JSON_VALUE('{\"a\":1}', '$.a' RETURNING INT)"), "1");
    EXPECT_EQ(answer_to("JSON_VALUE('true', '$' RETURNING BOOLEAN)"), "TRUE");
    EXPECT_EQ(answer_to("JSON_VALUE('\"1\"', '$' RETURNING INT DEFAULT 7 ON ERROR)"),
              "error: JSON_VALUE finds \"1\", which is no INT");
    EXPECT_EQ(answer_to("JSON_VALUE('1', '$' RETURNING BIGINT)"), "refused");
}

TEST(Json, follows_paths) {
    EXPECT_EQ(value_at("[1,2,3]", "$[-1]"), "'3'");
    EXPECT_EQ(value_at("{\"a b\":1}", "$[\"a b\"]"), "'1'");
    EXPECT_EQ(value_at("{\"a\":1,\"a\":2}", "a"), "'2'");
    EXPECT_EQ(value_at("{\"a\":[1,2]}", "$.a.length()"), "'2'");
    EXPECT_EQ(piece_at("[1,2,3,4,5]", "$[1:3]"), "'[2,3]'");
    EXPECT_EQ(piece_at("[1,2,3,4,5]", "$[0,-1,9]"), "'[1,5]'");
    EXPECT_EQ(piece_at("{\"z\":{\"b\":1},\"a\":[7]}", "$..*"), "'[{\"b\":1},[7],1,7]'");
    EXPECT_EQ(piece_at("{\"a\":1,\"b\":2}", "$[''a'',''b'']"), "'{\"a\":1,\"b\":2}'");
    EXPECT_EQ(piece_at("{\"a\":1}", "$[''a'',''a'']"), "'{\"a\":1}'");
    EXPECT_EQ(piece_at("{\"a\":[{\"b\":1},{\"c\":2}]}", "$.a[*].b"), "'[1]'");
    EXPECT_EQ(piece_at("{\"a\":1}", "lax $.b.c[*]"), "'[]'");
}

// tests/sql/expressions/json_filters.test has what Flink says; it fails at some of these.
TEST(Json, asks_items_of_a_path_a_filter) {
    EXPECT_EQ(piece_at("[1,2.5,3]", "$[?(@ > 1)]"), "'[2.5,3]'");
    EXPECT_EQ(piece_at("[{\"a\":1},{\"b\":2}]", "$[?(@.a)]"), "'[{\"a\":1}]'");
    EXPECT_EQ(piece_at("[1,\"1\",1.0]", "$[?(@ in [1])]"), "'[1,\"1\",1.0]'");
    EXPECT_EQ(piece_at("[\"b\",\"ab\"]", "$[?(@ =~ /A?B/i)]"), "'[\"b\",\"ab\"]'");
    EXPECT_EQ(piece_at("[[1,2],[3]]", "$[?(@[?(@ > 2)] empty false)]"), "'[[3]]'");
    EXPECT_EQ(piece_at("[1]", "$[?(@ >)]"), "NULL");
}

TEST(Json, compares_numbers_of_any_length_in_filters) {
    EXPECT_EQ(piece_at("[1e400,123456789012345678901234567890]",
                       "$[?(@ == 123456789012345678901234567890)]"),
              "'[123456789012345678901234567890]'");
    EXPECT_EQ(piece_at("[-2,-10,-0.5]", "$[?(@ < -1.50)]"), "'[-2,-10]'");
    EXPECT_EQ(piece_at("[\"1E+2\",\"100\"]", "$[?(@ == 1E2)]"), "'[\"1E+2\"]'");
    EXPECT_EQ(piece_at("[\"0.5\",\"5E-8\"]", "$[?(@ == .5 || @ == 0.00000005)]"),
              "'[\"0.5\",\"5E-8\"]'");
}

TEST(Json, bounds_what_filters_cost) {
    std::string deep = "@";
    for (int i = 0; i < 30; ++i) deep = "@[?(" + deep + ")]";
    EXPECT_EQ(piece_at("[1]", "$[?(" + deep + ")]"), "NULL");
    std::string brackets = std::string(300, '(') + "@" + std::string(300, ')');
    EXPECT_EQ(piece_at("[1]", "$[?" + brackets + "]"), "NULL");
}

TEST(Json, wraps_pieces_in_arrays) {
    EXPECT_EQ(answer_to("JSON_QUERY('[1]', '$' WITH CONDITIONAL ARRAY WRAPPER)"), "'[1]'");
    EXPECT_EQ(answer_to("JSON_QUERY('[1]', '$' WITH WRAPPER)"), "'[[1]]'");
    EXPECT_EQ(answer_to("JSON_QUERY('1', '$')"), "NULL");
    EXPECT_EQ(answer_to("JSON_QUERY('1', '$' EMPTY OBJECT ON ERROR)"), "'{}'");
    EXPECT_EQ(answer_to("JSON_QUERY('1', 'lax $' EMPTY ARRAY ON EMPTY)"), "'[]'");
}

TEST(Json, is_made_of_values) {
    EXPECT_EQ(answer_to("JSON_OBJECT('b' VALUE 1.50, 'a' VALUE JSON_ARRAY(1, 'x'))"),
              "'{\"a\":[1,\"x\"],\"b\":1.5}'");
    EXPECT_EQ(answer_to("JSON_OBJECT('a' VALUE 1, 'a' VALUE 2)"), "'{\"a\":2}'");
    EXPECT_EQ(answer_to("JSON_OBJECT('a' VALUE CAST(NULL AS STRING))"), "'{\"a\":null}'");
    EXPECT_EQ(answer_to("JSON_OBJECT('a' VALUE CAST(NULL AS STRING) ABSENT ON NULL)"), "'{}'");
    EXPECT_EQ(answer_to("JSON_ARRAY(1, CAST(NULL AS STRING))"), "'[1]'");
    EXPECT_EQ(answer_to("JSON_ARRAY('[1]', x'0102', 1e10, 100.00)"),
              "'[\"[1]\",\"AQI=\",1.0E10,1E+2]'");
    EXPECT_EQ(answer_to("JSON_STRING('a\"é')"), "'\"a\\\\\"é\"'");
}

}  // namespace
}  // namespace tarn::sql
