#include "sql/values/packed_rows.hpp"

#include <arrow/array/array_nested.h>
#include <gtest/gtest.h>

#include <cmath>

#include "columns/arrow_result.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

template <typename T>
Column nullable_column(const Type& type, const std::vector<std::optional<T>>& values) {
    Writer<std::optional<T>> writer(type, static_cast<int64_t>(values.size()));
    for (const auto& value : values) writer.append(value);
    return writer.finish();
}

std::vector<std::string_view> rows_of(const PackedRows& rows) {
    std::vector<std::string_view> views;
    for (size_t row = 0; row < rows.size(); ++row) views.push_back(rows[row]);
    return views;
}

void expect_same_when_back(const Column& column, const Type& type) {
    PackedRows rows = packed({&column, 1}, column.values->length());
    Columns back = unpacked(rows_of(rows), {&type, 1});
    EXPECT_TRUE(back[0].values->Equals(*column.values, arrow::EqualOptions().nans_equal(true)))
        << column.values->ToString() << back[0].values->ToString();
}

std::shared_ptr<arrow::Array> items(const std::vector<std::optional<int32_t>>& values) {
    return nullable_column<int32_t>(simple_type(TypeKind::Int), values).values;
}

TEST(PackedRows, gives_values_of_each_type_back) {
    expect_same_when_back(nullable_column<bool>(simple_type(TypeKind::Boolean), {true, {}, false}),
                          simple_type(TypeKind::Boolean));
    expect_same_when_back(nullable_column<int8_t>(simple_type(TypeKind::TinyInt), {-128, {}, 127}),
                          simple_type(TypeKind::TinyInt));
    expect_same_when_back(nullable_column<int16_t>(simple_type(TypeKind::SmallInt), {-3, {}, 300}),
                          simple_type(TypeKind::SmallInt));
    expect_same_when_back(nullable_column<int64_t>(simple_type(TypeKind::BigInt), {{}, 1L << 60}),
                          simple_type(TypeKind::BigInt));
    expect_same_when_back(nullable_column<float>(simple_type(TypeKind::Float), {1.5F, {}, -0.0F}),
                          simple_type(TypeKind::Float));
    expect_same_when_back(nullable_column<double>(simple_type(TypeKind::Double), {NAN, {}, -1e300}),
                          simple_type(TypeKind::Double));
    expect_same_when_back(
        nullable_column<arrow::Decimal128>(decimal_type(38, 2), {arrow::Decimal128(-5), {}}),
        decimal_type(38, 2));
    expect_same_when_back(nullable_column<std::string>(string_type(), {"", {}, "a\0b", "longer"}),
                          string_type());
    expect_same_when_back(
        nullable_column<WallTime>(type_with(TypeKind::Timestamp, 9), {WallTime{{-1, 999'999}}, {}}),
        type_with(TypeKind::Timestamp, 9));
    expect_same_when_back(nullable_column<Day>(simple_type(TypeKind::Date), {Day{-5}, {}}),
                          simple_type(TypeKind::Date));
}

TEST(PackedRows, gives_nested_values_back) {
    Type number = simple_type(TypeKind::Int);
    Type list = simple_type(TypeKind::Array);
    list.parts = {number};
    auto begins = items({0, 2, 2, 3});
    auto numbers = items({1, {}, 3});
    std::shared_ptr<arrow::Array> lists =
        columns::or_throw(arrow::ListArray::FromArrays(arrow_type(list), *begins, *numbers));
    expect_same_when_back({lists}, list);

    Type row = simple_type(TypeKind::Row);
    row.fields = {{"a", number}, {"b", list}};
    std::shared_ptr<arrow::Array> rows = columns::or_throw(
        arrow::StructArray::Make(arrow::ArrayVector{numbers, lists}, arrow_type(row)->fields()));
    expect_same_when_back({rows}, row);
}

TEST(PackedRows, are_equal_where_values_are) {
    Type type = simple_type(TypeKind::Double);
    Column column = nullable_column<double>(type, {NAN, -NAN, 0.0, -0.0, {}, {}});
    PackedRows rows = packed({&column, 1}, 6);
    EXPECT_EQ(rows[0], rows[1]);
    EXPECT_NE(rows[2], rows[3]);
    EXPECT_EQ(rows[4], rows[5]);
    EXPECT_TRUE(begins_with_null(rows[4]));
    EXPECT_FALSE(begins_with_null(rows[3]));
}

TEST(PackedRows, of_maps_do_not_depend_on_the_order_of_entries) {
    Type type = simple_type(TypeKind::Map);
    type.parts = {simple_type(TypeKind::Int).not_null(), simple_type(TypeKind::Int)};
    auto maps = columns::or_throw(arrow::MapArray::FromArrays(
        arrow_type(type), items({0, 2, 4}), items({1, 2, 2, 1}), items({7, {}, {}, 7})));
    Column column{maps};
    PackedRows rows = packed({&column, 1}, 2);
    EXPECT_EQ(rows[0], rows[1]);
}

TEST(PackedRows, of_two_sides_are_one_row) {
    Type number = simple_type(TypeKind::Int);
    Column left = nullable_column<int32_t>(number, {1, {}});
    Column right = nullable_column<std::string>(string_type(), {"a", "b"});
    Column constant = nullable_column<int32_t>(number, {9});
    constant.is_constant = true;
    Columns both{left, right, constant};
    PackedRows lefts = packed({&left, 1}, 2);
    Columns behind{right, constant};
    PackedRows rights = packed(behind, 2);
    PackedRows rows = packed(both, 2);
    for (size_t row = 0; row < 2; ++row) {
        EXPECT_EQ(std::string(lefts[row]) + std::string(rights[row]), rows[row]);
    }
}

TEST(PackedRows, may_have_no_columns) {
    PackedRows rows = packed({}, 3);
    EXPECT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[2], "");
    EXPECT_TRUE(unpacked(rows_of(rows), {}).empty());
}

// A slice begins in the middle of its buffers.
TEST(PackedRows, of_a_slice_are_its_rows) {
    Column all = nullable_column<std::string>(string_type(), {"a", {}, "c"});
    Column slice{all.values->Slice(1)};
    PackedRows rows = packed({&slice, 1}, 2);
    EXPECT_TRUE(begins_with_null(rows[0]));
    EXPECT_EQ(rows[1], packed({&all, 1}, 3)[2]);
}

}  // namespace
}  // namespace tarn::sql
