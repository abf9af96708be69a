#include "columns/json_decoder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "columns/json_writer.hpp"

namespace tarn::columns {
namespace {

using arrow::field;
using testing::HasSubstr;

// The rows as JSON lines, then a line per error: what these tests talk in.
std::string shown(const DecodedRows& decoded) {
    std::string text;
    append_json_lines(text, *decoded.batch);
    for (const RowError& error : decoded.errors) {
        text += fmt::format("#{} [{},{}) {}\n", error.record, error.begin, error.end, error.reason);
    }
    return text;
}

std::string decoded_lines(arrow::FieldVector fields, std::string_view lines,
                          JsonOptions options = {}) {
    JsonDecoder decoder(arrow::schema(std::move(fields)), options);
    decoder.append_lines(lines);
    DecodedRows decoded = decoder.finish();
    EXPECT_TRUE(decoded.batch->ValidateFull().ok()) << decoded.batch->ValidateFull().ToString();
    EXPECT_EQ(decoded.batch->num_rows(), static_cast<int64_t>(decoded.record_of_row.size()));
    return shown(decoded);
}

// One cell {"v": <json>}: what the column makes of it, or the reason why not.
std::string decoded_cell(std::shared_ptr<arrow::DataType> type, std::string_view json,
                         JsonOptions options = {}) {
    JsonDecoder decoder(arrow::schema({field("v", std::move(type))}), options);
    decoder.append_record(fmt::format(R"({{"v":{}}})", json));
    DecodedRows decoded = decoder.finish();
    EXPECT_TRUE(decoded.batch->ValidateFull().ok());
    if (!decoded.errors.empty()) return decoded.errors[0].reason;
    std::string text;
    append_json_value(text, *decoded.batch->column(0), 0);
    return text;
}

const arrow::FieldVector trade = {field("symbol", arrow::utf8()), field("price", arrow::float64()),
                                  field("ts", arrow::int64())};

JsonOptions like_flink() {
    return {.wrong_value = WrongValue::Null,
            .coercion = Coercion::Flink,
            .after_value = Extra::Ignore,
            .top_level_array = TopLevelArray::RowPerElement,
            .timestamps = TimestampFormat::Sql};
}

TEST(JsonDecoder, reads_a_row_from_each_line) {
    EXPECT_EQ(decoded_lines(trade,
                            R"({"symbol":"BTC","price":64123.5,"ts":1795253400123}
{"symbol":"ETH","price":-0.25e1,"ts":-7})"),
              R"({"symbol":"BTC","price":64123.5,"ts":1795253400123}
{"symbol":"ETH","price":-2.5,"ts":-7}
)");
}

TEST(JsonDecoder, takes_keys_in_any_order_and_passes_over_unknown_ones) {
    EXPECT_EQ(decoded_lines(trade, R"({"ts":1,"symbol":"A","price":2}
{"price":2, "x":{"symbol":["no",{"a":null}]}, "ts":1, "symbol":"B", "y":-1.5e3}
{ "symbol" : "C" , "price" : 2 , "ts" : 1 })"),
              R"({"symbol":"A","price":2,"ts":1}
{"symbol":"B","price":2,"ts":1}
{"symbol":"C","price":2,"ts":1}
)");
}

TEST(JsonDecoder, matches_a_key_written_with_escapes) {
    EXPECT_EQ(decoded_lines({field("a\"b", arrow::int32()), field("ü", arrow::int32())},
                            R"({"a\"b":1,"\u00fc":2})"),
              "{\"a\\\"b\":1,\"ü\":2}\n");
}

TEST(JsonDecoder, finds_names_longer_than_it_can_compare_in_one_go) {
    std::string name(100, 'n');
    EXPECT_EQ(
        decoded_lines(
            {field(name, arrow::int32()), field("nnnnnnnnn", arrow::int32())},
            fmt::format("{{\"{0}\":1,\"nnnnnnnnn\":2}}\n{{\"{0}\":3,\"nnnnnnnn\":4}}", name)),
        fmt::format("{{\"{0}\":1,\"nnnnnnnnn\":2}}\n{{\"{0}\":3,\"nnnnnnnnn\":null}}\n", name));
}

TEST(JsonDecoder, makes_a_missing_field_null_or_rejects_it_by_option) {
    EXPECT_EQ(decoded_lines(trade, R"({"price":1})"),
              "{\"symbol\":null,\"price\":1,\"ts\":null}\n");
    EXPECT_EQ(decoded_lines(trade, R"({"price":1})", {.missing_field = MissingField::Reject}),
              "#0 [0,11) symbol: it is missing\n");
    EXPECT_EQ(decoded_lines({field("id", arrow::int32(), false)}, "{}\n{\"id\":null}"),
              "#0 [0,2) id: it is missing\n#1 [3,14) id: it must not be null\n");
}

TEST(JsonDecoder, lets_the_last_of_a_key_given_twice_win) {
    EXPECT_EQ(decoded_lines(trade, R"({"ts":1,"ts":2,"symbol":"a","symbol":"b","ts":3})"),
              "{\"symbol\":\"b\",\"price\":null,\"ts\":3}\n");
    EXPECT_EQ(decoded_lines({field("m", arrow::map(arrow::utf8(), arrow::int32()))},
                            R"({"m":{"a":1,"b":2,"a":3}})"),
              "{\"m\":{\"b\":2,\"a\":3}}\n");
}

TEST(JsonDecoder, reports_a_bad_record_and_goes_on_with_the_next) {
    EXPECT_EQ(decoded_lines(trade, R"({"symbol":"A","price":1,"ts":1}
{"symbol":"B","price":1,"ts":
{"symbol":"C","price":1,"ts":3}
not json
{"symbol":"E","price":"dear","ts":5}
{"symbol":"F","price":1,"ts":6}}
{"symbol":"G" "price":1}

{"symbol":"I","price":1,"ts":9})"),
              R"({"symbol":"A","price":1,"ts":1}
{"symbol":"C","price":1,"ts":3}
{"symbol":"I","price":1,"ts":9}
#1 [32,61) ts: it ends where a value should be
#3 [94,102) expected a value, found 'not'
#4 [103,139) price: "dear" is no double
#5 [140,172) expected the end of the record, found '}'
#6 [173,197) expected ',' or '}', found '"price"'
)");
}

TEST(JsonDecoder, says_which_record_each_row_came_from) {
    JsonDecoder decoder(arrow::schema({field("a", arrow::int32())}));

    decoder.append_lines("{\"a\":1}\n\nbad\n{\"a\":2}\n");
    decoder.append_record("{\"a\":3}");
    DecodedRows first = decoder.finish();
    decoder.append_record("{\n  \"a\": 4\n}");
    DecodedRows second = decoder.finish();

    EXPECT_EQ(first.record_of_row, (std::vector<int64_t>{0, 3, 4}));
    EXPECT_EQ(first.errors.at(0).record, 2);
    EXPECT_EQ(second.record_of_row, (std::vector<int64_t>{0}));
    EXPECT_EQ(shown(second), "{\"a\":4}\n");
}

TEST(JsonDecoder, finds_the_one_record_of_a_block_that_is_no_text) {
    std::string lines =
        "{\"symbol\":\"A\"}\n{\"symbol\":\"\xFF\"}\n{\"symbol\":\"C\"}\n"
        "{\"symbol\":\"D\n{\"symbol\":\"E\"}\n{\"symbol\":\"F\x01\"}\n";
    EXPECT_EQ(decoded_lines({field("symbol", arrow::utf8())}, lines),
              "{\"symbol\":\"A\"}\n{\"symbol\":\"C\"}\n{\"symbol\":\"E\"}\n"
              "#1 [15,29) it is not valid UTF-8\n"
              "#3 [45,57) a string does not end\n"
              "#5 [73,88) a string holds a raw control character\n");
}

TEST(JsonDecoder, leaves_nothing_of_a_rejected_record_in_any_column) {
    auto list = arrow::list(arrow::struct_({field("x", arrow::utf8()), field("y", arrow::int8())}));
    EXPECT_EQ(decoded_lines({field("l", list), field("m", arrow::map(arrow::utf8(), list))},
                            R"({"l":[{"x":"a","y":1},{"x":"b"}],"m":{"k":[{"y":2}],"n":null}}
{"l":[{"x":"c","y":1},{"x":"d","y":"no"}]}
{"l":[],"m":{"k":[{"x":"e"},{"x":"f\q"}]}}
{"l":null,"m":{}})"),
              R"({"l":[{"x":"a","y":1},{"x":"b","y":null}],"m":{"k":[{"x":null,"y":2}],"n":null}}
{"l":null,"m":{}}
#1 [63,105) l.y: "no" is no int8
#2 [106,148) m.k.x: a string has a wrong escape
)");
}

TEST(JsonDecoder, reads_exactly_what_each_type_can_hold) {
    EXPECT_EQ(decoded_cell(arrow::int8(), "-128"), "-128");
    EXPECT_EQ(decoded_cell(arrow::int8(), "128"), "v: 128 is no int8");
    EXPECT_EQ(decoded_cell(arrow::int64(), "-9223372036854775808"), "-9223372036854775808");
    EXPECT_EQ(decoded_cell(arrow::int64(), "9223372036854775808"),
              "v: 9223372036854775808 is no int64");
    EXPECT_EQ(decoded_cell(arrow::int64(), "1.0"), "v: 1.0 is no int64");
    EXPECT_EQ(decoded_cell(arrow::int64(), "01"), "v: expected a value, found '01'");
    EXPECT_EQ(decoded_cell(arrow::float64(), "0.1"), "0.1");
    EXPECT_EQ(decoded_cell(arrow::float64(), "123456789.12345678"), "123456789.12345678");
    EXPECT_EQ(decoded_cell(arrow::float64(), "1e400"), "v: 1e400 is no double");
    EXPECT_EQ(decoded_cell(arrow::float64(), "1e-400"), "0");
    EXPECT_EQ(decoded_cell(arrow::float64(), "\"-Infinity\""), "\"-Infinity\"");
    EXPECT_EQ(decoded_cell(arrow::float64(), "1."), "v: expected a value, found '1.'");
    EXPECT_EQ(decoded_cell(arrow::float32(), "16777217"), "16777216");
    EXPECT_EQ(decoded_cell(arrow::boolean(), "true"), "true");
    EXPECT_EQ(decoded_cell(arrow::boolean(), "1"), "v: 1 is no bool");
    EXPECT_EQ(decoded_cell(arrow::utf8(), R"("\ud83d\ude00\n\u20ac")"), "\"😀\\n€\"");
    EXPECT_EQ(decoded_cell(arrow::utf8(), R"("\ud83d")"), "v: a string has a wrong escape");
    EXPECT_EQ(decoded_cell(arrow::utf8(), "12"), "v: 12 is no string");
    EXPECT_EQ(decoded_cell(arrow::binary(), "\"AP8Q\""), "\"AP8Q\"");
    EXPECT_EQ(decoded_cell(arrow::binary(), "\"AP8\""), "v: \"AP8\" is no binary");
    EXPECT_EQ(decoded_cell(arrow::list(arrow::int32()), "{}"), "v: {} is no array");
}

TEST(JsonDecoder, takes_decimals_exactly_from_their_digits) {
    auto type = arrow::decimal128(38, 10);
    EXPECT_EQ(decoded_cell(type, "1234567890123456789012345678.0123456789"),
              "1234567890123456789012345678.0123456789");
    EXPECT_EQ(decoded_cell(type, "-0.1"), "-0.1000000000");
    EXPECT_EQ(decoded_cell(type, "\"12.5\""), "12.5000000000");
    EXPECT_EQ(decoded_cell(type, "1e27"), "1000000000000000000000000000.0000000000");
    EXPECT_EQ(decoded_cell(type, "1e28"), "v: 1e28 is no decimal128(38, 10)");
    EXPECT_EQ(decoded_cell(type, "0e99999"), "0.0000000000");
    EXPECT_EQ(decoded_cell(arrow::decimal128(4, 2), "1.239"), "v: 1.239 is no decimal128(4, 2)");
    EXPECT_EQ(decoded_cell(arrow::decimal128(4, 2), "1.2300"), "1.23");
}

TEST(JsonDecoder, reads_dates_and_times_in_sql_and_iso_form) {
    auto local = arrow::timestamp(arrow::TimeUnit::MILLI);
    auto instant = arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    EXPECT_EQ(decoded_cell(arrow::date32(), "\"2024-02-29\""), "\"2024-02-29\"");
    EXPECT_EQ(decoded_cell(arrow::date32(), "\"2023-02-29\""),
              "v: \"2023-02-29\" is no date32[day]");
    EXPECT_EQ(decoded_cell(arrow::time64(arrow::TimeUnit::MICRO), "\"23:59:59.5\""),
              "\"23:59:59.5\"");
    EXPECT_EQ(decoded_cell(local, "\"1969-12-31 23:59:59.999\""), "\"1969-12-31 23:59:59.999\"");
    EXPECT_EQ(decoded_cell(local, "\"2024-01-02T03:04:05\""), "\"2024-01-02 03:04:05\"");
    EXPECT_EQ(decoded_cell(local, "\"2024-01-02T03:04:05Z\""),
              "v: \"2024-01-02T03:04:05Z\" is no timestamp[ms]");
    EXPECT_EQ(decoded_cell(instant, "\"2024-01-02T03:04:05.123456+01:00\""),
              "\"2024-01-02 02:04:05.123456Z\"");
    EXPECT_EQ(decoded_cell(instant, "\"2024-01-02 03:04:05\""),
              "v: \"2024-01-02 03:04:05\" is no timestamp[us, tz=UTC]");
    EXPECT_EQ(decoded_cell(arrow::timestamp(arrow::TimeUnit::NANO), "\"2300-01-01 00:00:00\""),
              "v: \"2300-01-01 00:00:00\" is no timestamp[ns]");
}

// The cells are those that a Flink 1.20 gave with ignore-parse-errors (docs: JSON decoding).
TEST(JsonDecoder, coerces_as_flink_does_when_asked_to) {
    auto cell = [](auto type, std::string_view json) {
        return decoded_cell(std::move(type), json, like_flink());
    };
    auto money = arrow::decimal128(10, 2);
    auto time = arrow::timestamp(arrow::TimeUnit::MILLI);

    EXPECT_EQ(cell(arrow::int32(), "1.9"), "1");
    EXPECT_EQ(cell(arrow::int32(), "99999999999"), "null");
    EXPECT_EQ(cell(arrow::int32(), "\"7\""), "7");
    EXPECT_EQ(cell(arrow::int32(), "\"abc\""), "null");
    EXPECT_EQ(cell(arrow::int32(), "{}"), "null");
    EXPECT_EQ(cell(arrow::utf8(), "12"), "\"12\"");
    EXPECT_EQ(cell(arrow::utf8(), "1.10"), "\"1.10\"");
    EXPECT_EQ(cell(arrow::utf8(), "{ \"o\" : 1 }"), R"("{\"o\":1}")");
    EXPECT_EQ(cell(arrow::utf8(), "[1, 2]"), "\"[1,2]\"");
    EXPECT_EQ(cell(arrow::boolean(), "1"), "false");
    EXPECT_EQ(cell(arrow::boolean(), "\"true\""), "true");
    EXPECT_EQ(cell(arrow::boolean(), "\"anything\""), "false");
    EXPECT_EQ(cell(arrow::boolean(), "[]"), "null");
    EXPECT_EQ(cell(money, "1.239"), "1.24");
    EXPECT_EQ(cell(money, "-1.235"), "-1.24");
    EXPECT_EQ(cell(money, "1e2"), "100.00");
    EXPECT_EQ(cell(money, "123456789"), "null");
    EXPECT_EQ(cell(money, "99999999.995"), "null");
    EXPECT_EQ(cell(money, "\"3.14159\""), "3.14");
    EXPECT_EQ(cell(time, "\"2024-01-02 03:04:05\""), "\"2024-01-02 03:04:05\"");
    EXPECT_EQ(cell(time, "\"2024-01-02T03:04:05\""), "null");
    EXPECT_EQ(cell(arrow::float64(), "\"NaN\""), "\"NaN\"");
    EXPECT_EQ(cell(arrow::struct_({field("a", arrow::int32())}), "{}"), "{\"a\":null}");
}

TEST(JsonDecoder, counts_the_cells_it_made_null) {
    JsonDecoder decoder(arrow::schema(trade), {.wrong_value = WrongValue::Null});
    decoder.append_lines("{\"price\":\"x\",\"ts\":\"y\"}\n{\"price\":true}\n{\"price\":null}\n");
    EXPECT_EQ(decoder.finish().nulled_cells, 3);
}

TEST(JsonDecoder, makes_rows_of_a_top_level_array_and_ignores_what_follows_as_flink_does) {
    EXPECT_EQ(decoded_lines({field("a", arrow::int32())},
                            "[{\"a\":1}, {\"a\":2}]\n[]\n{\"a\":3} trailing\n[{\"a\":4},5]",
                            like_flink()),
              "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n#3 [39,50) 5 is no object\n");
}

TEST(JsonDecoder, refuses_hostile_records_each_with_its_reason) {
    auto reason = [](std::string record) {
        JsonDecoder decoder(arrow::schema({field("a", arrow::int32())}),
                            {.depth_max = 50, .record_bytes_max = 1000});
        decoder.append_record(record);
        decoder.append_record("{\"a\":1}");
        DecodedRows decoded = decoder.finish();
        EXPECT_EQ(decoded.batch->num_rows(), 1);
        return decoded.errors.at(0).reason;
    };

    EXPECT_EQ(reason(""), "it is empty");
    EXPECT_EQ(reason("{\"x\":" + std::string(400, '[')), "nested deeper than 50 levels");
    EXPECT_EQ(reason("{\"x\":" + std::string(990, '1') + "1.}"),
              "expected a value, found '" + std::string(40, '1') + "...'");
    EXPECT_EQ(reason(std::string(1001, ' ') + "{}"), "it is 1003 bytes long, the limit is 1000");
    EXPECT_EQ(reason("{\"a\":1}" + std::string(1, '\0')),
              "expected the end of the record, found '" + std::string(1, '\0') + "'");
    EXPECT_EQ(reason(std::string(1, '\0')),
              "expected a value, found '" + std::string(1, '\0') + "'");
}

TEST(JsonDecoder, does_not_keep_a_record_of_100_megabytes) {
    JsonDecoder decoder(arrow::schema({field("a", arrow::int32())}));
    std::string huge = "{\"x\":\"" + std::string(100 << 20, 'y') + "\"}\n{\"a\":1}\n";

    decoder.append_lines(huge);

    EXPECT_EQ(shown(decoder.finish()),
              "{\"a\":1}\n#0 [0,104857608) it is 104857608 bytes long, the limit is 16777216\n");
}

TEST(JsonDecoder, reads_blocks_larger_than_its_window) {
    JsonDecoder decoder(arrow::schema({field("a", arrow::int64()), field("s", arrow::utf8())}));
    std::string lines;
    for (int i = 0; i < 50'000; ++i) lines += fmt::format("{{\"a\":{},\"s\":\"x{}\"}}\n", i, i);
    std::string wide = "{\"s\":\"" + std::string(600'000, 'w') + "\",\"a\":-1}\n";

    decoder.append_lines(lines + wide + lines);
    DecodedRows decoded = decoder.finish();

    ASSERT_EQ(decoded.batch->num_rows(), 100'001);
    EXPECT_TRUE(decoded.errors.empty());
    const auto& a = static_cast<const arrow::Int64Array&>(*decoded.batch->column(0));
    EXPECT_EQ(a.Value(49'999), 49'999);
    EXPECT_EQ(a.Value(50'000), -1);
    EXPECT_EQ(a.Value(100'000), 49'999);
}

TEST(JsonDecoder, refuses_a_schema_it_cannot_fill) {
    auto refusal = [](arrow::FieldVector fields) {
        try {
            JsonDecoder decoder(arrow::schema(std::move(fields)));
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(refusal({field("a", arrow::uint64())}), "columns of type uint64 are not supported");
    EXPECT_EQ(refusal({field("m", arrow::map(arrow::int32(), arrow::utf8()))}),
              "column 'm': the keys of a JSON object are text, not int32");
    EXPECT_EQ(refusal({field("a", arrow::int32()), field("a", arrow::int32())}),
              "two columns are called 'a'");
}

TEST(JsonWriter, writes_large_numbers_and_odd_values_as_its_options_say) {
    JsonDecoder decoder(arrow::schema({field("i", arrow::int64()), field("f", arrow::float64()),
                                       field("d", arrow::decimal128(5, 2))}));
    decoder.append_record(R"({"i":9007199254740993,"f":"NaN","d":1.5})");
    auto batch = decoder.finish().batch;

    std::string plain;
    append_json_lines(plain, *batch);
    std::string careful;
    append_json_lines(careful, *batch,
                      {.int64 = JsonWriterOptions::Int64::String,
                       .decimal = JsonWriterOptions::Decimal::String,
                       .not_finite = JsonWriterOptions::NotFinite::Null});

    EXPECT_EQ(plain, "{\"i\":9007199254740993,\"f\":\"NaN\",\"d\":1.50}\n");
    EXPECT_EQ(careful, "{\"i\":\"9007199254740993\",\"f\":null,\"d\":\"1.50\"}\n");
}

TEST(JsonWriter, leaves_null_fields_out_when_asked_to) {
    JsonDecoder decoder(arrow::schema(trade));
    decoder.append_record("{\"price\":1}");
    std::string text;
    append_json_lines(text, *decoder.finish().batch,
                      {.null_field = JsonWriterOptions::NullField::LeaveOut});
    EXPECT_EQ(text, "{\"price\":1}\n");
}

}  // namespace
}  // namespace tarn::columns
