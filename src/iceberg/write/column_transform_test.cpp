#include "iceberg/write/column_transform.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "columns/column_builder.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/single_value.hpp"

namespace tarn::iceberg {
namespace {

std::shared_ptr<arrow::Array> column_of(const Type& type,
                                        const std::vector<OptionalValue>& values) {
    auto builder = columns::make_column_builder(arrow_type(type));
    for (const auto& value : values) append_value(*builder, value);
    return builder->finish();
}

std::vector<OptionalValue> numbers(std::vector<int64_t> values) {
    return {values.begin(), values.end()};
}

std::vector<OptionalValue> small_numbers(std::vector<int32_t> values) {
    return {values.begin(), values.end()};
}

struct Column {
    Type type;
    std::vector<OptionalValue> values;
};

std::vector<Column> columns_of_every_type() {
    constexpr int64_t Day = 86'400'000'000;
    constexpr auto Most = std::numeric_limits<int64_t>::max();
    constexpr auto Least = std::numeric_limits<int64_t>::min();
    auto small = small_numbers({0, 1, -1, 34, 100, 20'777, -719'468, 11'016, INT32_MAX, INT32_MIN});
    auto large =
        numbers({0, 1, -1, 34, Day, Day - 1, -Day, -Day - 1, Most, Least, 1'763'717'400'000'001});
    auto bytes = [](const char* text) { return Value(copy_of(as_bytes(text))); };
    std::vector<Column> columns = {
        {TypeKind::Boolean, {true, false}},
        {TypeKind::Int, small},
        {TypeKind::Date, small},
        {TypeKind::Long, large},
        {TypeKind::Time, numbers({0, Day - 1})},
        {TypeKind::Timestamp, large},
        {TypeKind::TimestampTz, large},
        {TypeKind::TimestampNs, large},
        {TypeKind::TimestampTzNs, large},
        {TypeKind::Float, {1.5F, -0.0F}},
        {TypeKind::Double, {1e300, -0.1}},
        {Type::decimal(9, 2), {Int128{1420}, Int128{-5}, Int128{0}}},
        {Type::decimal(38, 10), {Int128{Most} * 1'000'000, Int128{Least} * 1'000'000, Int128{-1}}},
        {TypeKind::String, {"iceberg", "", "naïve 🙂 text", "ab"}},
        {TypeKind::Uuid, {bytes("0123456789abcdef")}},
        {Type::fixed(3), {bytes("abc"), bytes("\xFF\xFE\xFD")}},
        {TypeKind::Binary, {bytes(""), bytes("abcd"), bytes("\xFF\xFF\xFF")}},
    };
    for (Column& column : columns) column.values.insert(column.values.begin() + 1, std::nullopt);
    return columns;
}

TEST(ColumnTransform, gives_what_the_transform_gives_for_each_value) {
    for (const Column& column : columns_of_every_type()) {
        auto whole = column_of(column.type, column.values);
        for (const char* text : {"identity", "bucket[16]", "truncate[10]", "truncate[2]", "year",
                                 "month", "day", "hour", "void"}) {
            Transform transform = Transform::parse(text);
            if (!transform.can_transform(column.type)) continue;
            SCOPED_TRACE(std::string(text) + " of " + to_text(column.type));
            Type result = transform.result_type(column.type);

            auto transformed = transform_column(transform, column.type, whole);
            auto part = transform_column(transform, column.type, whole->Slice(1));

            EXPECT_TRUE(transformed->type()->Equals(arrow_type(result)));
            ASSERT_EQ(transformed->length(), whole->length());
            for (size_t row = 0; row < column.values.size(); ++row) {
                auto expected = transform.apply(column.values[row], column.type);
                auto at = static_cast<int64_t>(row);
                EXPECT_TRUE(is_same(value_at(*transformed, at, result), expected)) << row;
                if (row == 0) continue;
                EXPECT_TRUE(is_same(value_at(*part, at - 1, result), expected)) << row;
            }
        }
    }
}

TEST(ColumnTransform, knows_every_year_and_month_of_four_centuries) {
    std::vector<OptionalValue> days;
    for (int32_t day = -150'000; day < 150'000; day += 13) days.emplace_back(day);
    auto column = column_of(TypeKind::Date, days);
    for (const Transform& transform : {Transform::year(), Transform::month()}) {
        auto transformed = transform_column(transform, TypeKind::Date, column);
        for (size_t row = 0; row < days.size(); ++row) {
            ASSERT_EQ(value_at(*transformed, static_cast<int64_t>(row), TypeKind::Int),
                      transform.apply(days[row], TypeKind::Date));
        }
    }
}

TEST(ColumnTransform, finds_columns_within_structs_and_minds_their_nulls) {
    auto inner = Type::structure({{.id = 3, .name = "city", .type = TypeKind::String}});
    auto schema = Schema::make(0, {{.id = 1, .name = "id", .type = TypeKind::Long},
                                   {.id = 2, .name = "venue", .type = inner}});
    auto columns = columns::make_row_builder(*arrow_schema(schema->fields()));
    auto& venue = static_cast<columns::StructBuilder&>(columns->child(1));
    append_value(columns->child(0), int64_t{1});
    append_value(venue.child(0), std::string("Bonn"));
    venue.append_valid();
    columns->append_valid();
    append_value(columns->child(0), int64_t{2});
    venue.append_null();
    columns->append_valid();
    auto rows = columns::finish_batch(*columns, arrow_schema(schema->fields()));

    auto city = column_by_id(*rows, *schema, 3);

    EXPECT_EQ(value_at(*city, 0, TypeKind::String), OptionalValue("Bonn"));
    EXPECT_EQ(value_at(*city, 1, TypeKind::String), std::nullopt);
}

}  // namespace
}  // namespace tarn::iceberg
