#include "sql/values/sort_key.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

template <typename T>
Column column_with(const Type& type, const std::vector<T>& values) {
    Writer<T> writer(type, static_cast<int64_t>(values.size()));
    for (const T& value : values) writer.append(value);
    return writer.finish();
}

// Keys of values that are listed from the smallest to the largest.
template <typename T>
void expect_order(const Type& type, const std::vector<T>& values) {
    Column column = column_with(type, values);
    auto rows = static_cast<int64_t>(values.size());
    std::vector<std::string> keys = sort_keys({&column, 1}, rows);
    SortDirection down{.is_descending = true};
    std::vector<std::string> reversed = sort_keys({&column, 1}, rows, {&down, 1});
    for (size_t i = 1; i < keys.size(); ++i) {
        EXPECT_LT(keys[i - 1], keys[i]) << i;
        EXPECT_GT(reversed[i - 1], reversed[i]) << i;
    }
}

TEST(SortKey, OrdersNumbersBySize) {
    expect_order<int8_t>(simple_type(TypeKind::TinyInt), {-128, -1, 0, 1, 127});
    expect_order<int64_t>(simple_type(TypeKind::BigInt),
                          {std::numeric_limits<int64_t>::min(), -256, -1, 0, 255, 256});
    double infinity = std::numeric_limits<double>::infinity();
    expect_order<double>(simple_type(TypeKind::Double),
                         {-infinity, -2.5, -1e-300, -0.0, 0.0, 1, 1e300, infinity, std::nan("")});
}

TEST(SortKey, OrdersTextsByBytes) {
    using namespace std::string_literals;
    expect_order<std::string>(string_type(),
                              {""s, "\0"s, "\0\0"s, "a"s, "a\0"s, "a\0b"s, "ab"s, "b"s, "ä"s});
}

TEST(SortKey, OrdersTimes) {
    expect_order<WallTime>(
        type_with(TypeKind::Timestamp, 9),
        {WallTime{{-1, 999'999}}, WallTime{{0, 0}}, WallTime{{0, 1}}, WallTime{{1, 0}}});
    expect_order<Day>(simple_type(TypeKind::Date), {Day{-5}, Day{0}, Day{5}});
}

TEST(SortKey, DecimalsGoByTheirValuesWhateverTheirScale) {
    expect_order<arrow::Decimal128>(decimal_type(6, 2),
                                    {-1000, -101, -100, -11, -10, -1, 0, 1, 9, 10, 11, 100, 999});
    Column coarse = column_with<arrow::Decimal128>(decimal_type(4, 0), {-12, 0, 5, 120});
    Column fine = column_with<arrow::Decimal128>(decimal_type(9, 3), {-12000, 0, 5000, 120000});

    EXPECT_EQ(sort_keys({&coarse, 1}, 4), sort_keys({&fine, 1}, 4));
}

TEST(SortKey, NullIsWhereTheDirectionSays) {
    Column column = column_with<std::optional<int32_t>>(simple_type(TypeKind::Int), {{}, {-7}});
    for (bool is_descending : {false, true}) {
        SortDirection first{is_descending, true};
        SortDirection last{is_descending, false};
        auto keys_first = sort_keys({&column, 1}, 2, {&first, 1});
        auto keys_last = sort_keys({&column, 1}, 2, {&last, 1});

        EXPECT_LT(keys_first[0], keys_first[1]);
        EXPECT_GT(keys_last[0], keys_last[1]);
    }
}

TEST(SortKey, ColumnsDoNotRunIntoEachOther) {
    Columns columns = {column_with<std::string>(string_type(), {"a", "ab"}),
                       column_with<std::string>(string_type(), {"bc", "c"})};

    auto keys = sort_keys(columns, 2);
    EXPECT_LT(keys[0], keys[1]);
}

TEST(SortKey, ConstantsHaveTheSameKeyInEachRow) {
    Column constant = constant_column<int32_t>(simple_type(TypeKind::Int), 7);

    auto keys = sort_keys({&constant, 1}, 2);
    EXPECT_EQ(keys[0], keys[1]);
}

}  // namespace
}  // namespace tarn::sql
