#include "columns/fitted.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "columns/json_decoder.hpp"
#include "columns/json_writer.hpp"

namespace tarn::columns {
namespace {

using arrow::field;
using arrow::TimeUnit;
using Type = std::shared_ptr<arrow::DataType>;

// The values of a column as another type, as JSON; what is wrong, where it cannot be that.
std::string fitted_text(const Type& written, const std::string& values, const Type& wanted) {
    JsonDecoder decoder(arrow::schema({field("v", written)}));
    for (size_t begin = 0; begin < values.size();) {
        size_t end = std::min(values.find(' ', begin), values.size());
        decoder.append_record("{\"v\":" + values.substr(begin, end - begin) + "}");
        begin = end + 1;
    }
    DecodedRows decoded = decoder.finish();
    EXPECT_TRUE(decoded.errors.empty()) << decoded.errors[0].reason;
    // A part of it, so that places in buffers and rows are not the same.
    auto column = decoded.batch->column(0)->Slice(1);
    try {
        check_fits(*field("v", written), *field("v", wanted));
        auto made = fitted(column, wanted);
        EXPECT_TRUE(made->ValidateFull().ok());
        EXPECT_TRUE(made->type()->Equals(*wanted)) << made->type()->ToString();
        std::string text;
        for (int64_t row = 0; row < made->length(); ++row) {
            if (row > 0) text += " ";
            append_json_value(text, *made, row);
        }
        return text;
    } catch (const Error& error) {
        return error.what();
    }
}

TEST(Fitted, whole_numbers_have_any_width_that_is_enough) {
    EXPECT_EQ(fitted_text(arrow::int32(), "0 1 null -3", arrow::int64()), "1 null -3");
    EXPECT_EQ(fitted_text(arrow::int64(), "0 127 -128", arrow::int8()), "127 -128");
    EXPECT_EQ(fitted_text(arrow::int64(), "0 128", arrow::int8()),
              "Integer value 128 not in range: -128 to 127");
    EXPECT_EQ(fitted_text(arrow::float32(), "0 1.5", arrow::float64()), "1.5");
    EXPECT_EQ(fitted_text(arrow::float64(), "0 1.5", arrow::float32()),
              "column 'v' is written as double, not as float");
    EXPECT_EQ(fitted_text(arrow::decimal128(5, 2), "0 1.25", arrow::decimal128(10, 3)), "1.250");
    EXPECT_EQ(fitted_text(arrow::decimal128(5, 2), "0 1.25", arrow::decimal128(4, 2)),
              "column 'v' is written as decimal128(5, 2), not as decimal128(4, 2)");
}

TEST(Fitted, times_are_cut_off_towards_the_past) {
    Type micros = arrow::timestamp(TimeUnit::MICRO, "UTC");
    std::string times = "\"2000-01-01T00:00:00Z\" \"1969-12-31T23:59:59.999999Z\" null";

    EXPECT_EQ(fitted_text(micros, times, arrow::timestamp(TimeUnit::MILLI)),
              "\"1969-12-31 23:59:59.999\" null");
    EXPECT_EQ(fitted_text(micros, times, arrow::timestamp(TimeUnit::NANO)),
              "\"1969-12-31 23:59:59.999999\" null");
    EXPECT_EQ(fitted_text(arrow::timestamp(TimeUnit::SECOND),
                          "\"2000-01-01T00:00:00\" \"9999-01-01T00:00:00\"",
                          arrow::timestamp(TimeUnit::NANO)),
              "the time 253370764800 does not fit timestamp[ns]");
}

TEST(Fitted, fields_of_rows_go_by_their_names) {
    Type written = arrow::struct_({field("x", arrow::int16()), field("y", arrow::utf8())});
    Type wanted = arrow::struct_(
        {field("y", arrow::binary()), field("z", arrow::utf8()), field("x", arrow::int32())});

    EXPECT_EQ(fitted_text(written, R"({} {"x":1,"y":"aGk="} null)", wanted),
              R"({"y":"YUdrPQ==","z":null,"x":1} null)");
    EXPECT_EQ(fitted_text(written, "{}", arrow::struct_({field("z", arrow::utf8(), false)})),
              "there is no column 'v.z'");
    EXPECT_EQ(fitted_text(written, "{}", arrow::struct_({field("y", arrow::int32())})),
              "column 'v.y' is written as string, not as int32");
}

TEST(Fitted, items_and_entries_are_fitted_each) {
    EXPECT_EQ(fitted_text(arrow::list(arrow::int16()), "[9] [1,null] null []",
                          arrow::list(arrow::int64())),
              "[1,null] null []");
    EXPECT_EQ(fitted_text(arrow::map(arrow::utf8(), arrow::int16()), R"({"z":9} {"a":1} {})",
                          arrow::map(arrow::utf8(), arrow::int64())),
              R"({"a":1} {})");
    Type entry = arrow::struct_({field("key", arrow::utf8()), field("value", arrow::int16())});
    EXPECT_EQ(fitted_text(arrow::struct_({field("key_value", arrow::list(entry))}),
                          R"({"key_value":[]} {"key_value":[{"key":"a","value":1}]} null)",
                          arrow::map(arrow::utf8(), arrow::int64())),
              R"({"a":1} null)");
    EXPECT_EQ(fitted_text(arrow::list(arrow::int16()), "[]", arrow::list(arrow::utf8())),
              "column 'v.element' is written as int16, not as string");
    EXPECT_EQ(fitted_text(arrow::int16(), "1", arrow::list(arrow::int16())),
              "column 'v' is written as int16, not as list<item: int16>");
}

}  // namespace
}  // namespace tarn::columns
