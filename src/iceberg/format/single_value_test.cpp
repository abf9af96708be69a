#include "iceberg/format/single_value.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace tarn::iceberg {
namespace {

Bytes bytes_of(std::initializer_list<int> numbers) {
    Bytes bytes;
    for (int number : numbers) bytes.push_back(static_cast<std::byte>(number));
    return bytes;
}

TEST(SingleValue, has_the_bytes_of_the_specification) {
    EXPECT_EQ(to_bytes(true), bytes_of({1}));
    EXPECT_EQ(to_bytes(int32_t{1}), bytes_of({1, 0, 0, 0}));
    EXPECT_EQ(to_bytes(int64_t{-2}), bytes_of({254, 255, 255, 255, 255, 255, 255, 255}));
    EXPECT_EQ(to_bytes(1.0F), bytes_of({0, 0, 128, 63}));
    EXPECT_EQ(to_bytes(std::string("ab")), bytes_of({'a', 'b'}));
}

TEST(SingleValue, writes_decimals_big_endian_in_as_few_bytes_as_they_need) {
    EXPECT_EQ(to_bytes(Int128{0}), bytes_of({0}));
    EXPECT_EQ(to_bytes(Int128{1420}), bytes_of({0x05, 0x8C}));
    EXPECT_EQ(to_bytes(Int128{-1}), bytes_of({0xFF}));
    EXPECT_EQ(to_bytes(Int128{127}), bytes_of({0x7F}));
    EXPECT_EQ(to_bytes(Int128{128}), bytes_of({0x00, 0x80}));
    EXPECT_EQ(to_bytes(Int128{-128}), bytes_of({0x80}));
    EXPECT_EQ(to_bytes(Int128{-129}), bytes_of({0xFF, 0x7F}));
}

TEST(SingleValue, of_each_type_comes_back_from_its_bytes_and_its_json) {
    Int128 most = 1;
    for (int i = 0; i < 38; ++i) most *= 10;
    const std::pair<Type, Value> values[] = {
        {TypeKind::Boolean, false},
        {TypeKind::Int, std::numeric_limits<int32_t>::min()},
        {TypeKind::Long, std::numeric_limits<int64_t>::max()},
        {TypeKind::Float, 0.1F},
        {TypeKind::Double, -1.5e300},
        {Type::decimal(9, 2), Int128{-1420}},
        {Type::decimal(38, 0), most - 1},
        {TypeKind::Date, int32_t{-1}},
        {TypeKind::Time, int64_t{81'068'123'456}},
        {TypeKind::Timestamp, int64_t{-1}},
        {TypeKind::TimestampTz, int64_t{1'763'717'400'123'456}},
        {TypeKind::TimestampNs, int64_t{1'763'717'400'123'456'789}},
        {TypeKind::TimestampTzNs, int64_t{-1}},
        {TypeKind::String, std::string("naïve 🙂")},
        {TypeKind::Uuid, bytes_of({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})},
        {Type::fixed(3), bytes_of({0, 255, 16})},
        {TypeKind::Binary, bytes_of({})},
    };
    for (const auto& [type, value] : values) {
        auto from_its_bytes = from_bytes(to_bytes(value), type);
        ASSERT_TRUE(from_its_bytes) << to_text(type);
        EXPECT_TRUE(std::is_eq(compare(*from_its_bytes, value))) << to_text(type);
        EXPECT_TRUE(std::is_eq(compare(from_json(to_json(value, type), type, "value"), value)))
            << to_text(type);
    }
}

TEST(SingleValue, is_json_as_the_specification_writes_it) {
    EXPECT_EQ(to_json(Int128{1420}, Type::decimal(4, 2)), "14.20");
    EXPECT_EQ(to_json(int32_t{17'486}, TypeKind::Date), "2017-11-16");
    EXPECT_EQ(to_json(int64_t{81'071'123'456}, TypeKind::Time), "22:31:11.123456");
    EXPECT_EQ(to_json(int64_t{1'510'871'471'123'456}, TypeKind::Timestamp),
              "2017-11-16T22:31:11.123456");
    EXPECT_EQ(to_json(int64_t{1'510'871'471'123'456}, TypeKind::TimestampTz),
              "2017-11-16T22:31:11.123456+00:00");
    EXPECT_EQ(to_json(bytes_of({0, 1, 255}), TypeKind::Binary), "0001ff");
}

TEST(SingleValue, of_a_column_since_widened_is_read_as_it_was_written) {
    EXPECT_EQ(std::get<int64_t>(*from_bytes(to_bytes(int32_t{-7}), TypeKind::Long)), -7);
    EXPECT_EQ(std::get<double>(*from_bytes(to_bytes(1.5F), TypeKind::Double)), 1.5);
    EXPECT_EQ(std::get<int64_t>(*from_bytes(to_bytes(int32_t{1}), TypeKind::Timestamp)),
              86'400'000'000);
    EXPECT_EQ(std::get<int64_t>(*from_bytes(to_bytes(int32_t{1}), TypeKind::TimestampNs)),
              86'400'000'000'000);
}

TEST(SingleValue, of_the_wrong_size_is_none) {
    EXPECT_FALSE(from_bytes(bytes_of({}), TypeKind::Boolean));
    EXPECT_FALSE(from_bytes(bytes_of({1, 2, 3}), TypeKind::Int));
    EXPECT_FALSE(from_bytes(bytes_of({1, 2, 3, 4}), TypeKind::TimestampTz));
    EXPECT_FALSE(from_bytes(bytes_of({}), Type::decimal(9, 2)));
    EXPECT_FALSE(from_bytes(Bytes(17), Type::decimal(38, 2)));
    EXPECT_FALSE(from_bytes(bytes_of({1, 2, 3}), Type::fixed(2)));
    EXPECT_FALSE(from_bytes(bytes_of({1}), TypeKind::Uuid));
}

TEST(SingleValue, may_be_a_fixed_that_was_cut_short) {
    EXPECT_EQ(std::get<Bytes>(*from_bytes(bytes_of({1}), Type::fixed(2))), bytes_of({1}));
}

TEST(SingleValue, of_the_wrong_kind_is_refused_with_its_place) {
    for (auto [json, type] : {std::pair<boost::json::value, Type>{"x", TypeKind::Int},
                              {1.5, TypeKind::Long},
                              {3'000'000'000, TypeKind::Int},
                              {"14.201", Type::decimal(4, 2)},
                              {"2017-13-01", TypeKind::Date},
                              {"abc", TypeKind::Binary},
                              {5, TypeKind::String},
                              {1, TypeKind::Boolean},
                              {5, TypeKind::Date},
                              {5, TypeKind::Timestamp},
                              {true, TypeKind::String}}) {
        try {
            from_json(json, type, "fields[2].write-default");
            FAIL() << to_text(type);
        } catch (const Error& error) {
            EXPECT_TRUE(std::string(error.what()).starts_with("fields[2].write-default: "));
        }
    }
}

TEST(SingleValue, orders_floats_totally) {
    double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_TRUE(std::is_lt(compare(-0.0, 0.0)));
    EXPECT_TRUE(std::is_lt(compare(std::numeric_limits<double>::infinity(), nan)));
    EXPECT_TRUE(std::is_lt(compare(-nan, -std::numeric_limits<double>::infinity())));
}

TEST(SingleValue, orders_text_by_code_points_and_binary_unsigned) {
    // U+FFFD is below U+10000, although UTF-16 would have it the other way round.
    EXPECT_TRUE(std::is_lt(compare(std::string("\uFFFD"), std::string("\U00010000"))));
    EXPECT_TRUE(std::is_lt(compare(bytes_of({0x7F}), bytes_of({0x80}))));
    EXPECT_TRUE(std::is_lt(compare(bytes_of({1}), bytes_of({1, 0}))));
}

TEST(SingleValue, of_partitions_is_the_same_when_both_are_null_or_nan) {
    double nan = std::nan("1");
    EXPECT_TRUE(is_same(std::nullopt, std::nullopt));
    EXPECT_FALSE(is_same(std::nullopt, Value(int32_t{0})));
    EXPECT_TRUE(is_same(Value(nan), Value(-nan)));
    EXPECT_FALSE(is_same(Value(-0.0), Value(0.0)));
}

}  // namespace
}  // namespace tarn::iceberg
