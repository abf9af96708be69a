#include "engine/rows/change_builder.hpp"

#include <gtest/gtest.h>

#include "sql/values/readers.hpp"
#include "sql/values/writers.hpp"

namespace tarn::engine {
namespace {

sql::Column numbers(const std::vector<int64_t>& values) {
    sql::Writer<int64_t> writer(sql::simple_type(sql::TypeKind::BigInt),
                                static_cast<int64_t>(values.size()));
    for (int64_t value : values) writer.append(value);
    return writer.finish();
}

TEST(ChangeBuilder, makes_columns_of_the_rows_of_two_sides) {
    sql::Column left = numbers({1, 2});
    sql::Column right = numbers({10, 20});
    sql::PackedRows lefts = sql::packed({&left, 1}, 2);
    sql::PackedRows rights = sql::packed({&right, 1}, 2);
    sql::Type type = sql::simple_type(sql::TypeKind::BigInt);
    ChangeBuilder builder({type, type});
    builder.append(Change::Insert, lefts[0], rights[1]);
    builder.append(Change::Delete, lefts[1], rights[0]);

    ChangeBatch batch = builder.take();

    ASSERT_EQ(batch.size(), 2);
    EXPECT_EQ(sql::Reader<int64_t>(batch.rows.columns[0])[1], 2);
    EXPECT_EQ(sql::Reader<int64_t>(batch.rows.columns[1])[0], 20);
    EXPECT_EQ(batch.kinds, (std::vector{Change::Insert, Change::Delete}));
    EXPECT_TRUE(builder.is_empty());
}

TEST(ChangeBuilder, has_no_kinds_for_inserts) {
    ChangeBuilder builder({});
    builder.append(Change::Insert, "");
    EXPECT_EQ(builder.size(), 1U);
    ChangeBatch batch = builder.take();
    EXPECT_EQ(batch.size(), 1);
    EXPECT_FALSE(batch.has_kinds());
}

}  // namespace
}  // namespace tarn::engine
