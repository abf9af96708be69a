#include "iceberg/format/type.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace tarn::iceberg {
namespace {

TEST(Type, has_the_name_that_it_is_read_from) {
    for (const char* name : {"boolean",
                             "int",
                             "long",
                             "float",
                             "double",
                             "date",
                             "time",
                             "timestamp",
                             "timestamptz",
                             "timestamp_ns",
                             "timestamptz_ns",
                             "string",
                             "uuid",
                             "binary",
                             "unknown",
                             "variant",
                             "decimal(9, 2)",
                             "fixed[16]",
                             "geometry(OGC:CRS84)",
                             "geography"}) {
        EXPECT_EQ(to_text(parse_primitive(name)), name);
    }
}

TEST(Type, of_a_decimal_needs_no_space) {
    EXPECT_EQ(parse_primitive("decimal(18,4)"), Type::decimal(18, 4));
}

TEST(Type, is_refused_by_its_name) {
    for (const char* name : {"", "INT", "decimal", "decimal(0,0)", "decimal(39,2)", "decimal(4,5)",
                             "fixed[0]", "fixed[x]", "fixed", "varchar", "struct"}) {
        EXPECT_THROW(parse_primitive(name), Error) << name;
    }
}

TEST(Type, of_a_decimal_takes_as_few_bytes_as_hold_its_digits) {
    EXPECT_EQ(decimal_bytes(1), 1);
    EXPECT_EQ(decimal_bytes(2), 1);
    EXPECT_EQ(decimal_bytes(3), 2);
    EXPECT_EQ(decimal_bytes(9), 4);
    EXPECT_EQ(decimal_bytes(10), 5);
    EXPECT_EQ(decimal_bytes(18), 8);
    EXPECT_EQ(decimal_bytes(19), 9);
    EXPECT_EQ(decimal_bytes(38), 16);
}

TEST(Type, widens_only_without_loss) {
    EXPECT_TRUE(can_promote(TypeKind::Int, TypeKind::Long, 2));
    EXPECT_TRUE(can_promote(TypeKind::Float, TypeKind::Double, 2));
    EXPECT_TRUE(can_promote(Type::decimal(9, 2), Type::decimal(12, 2), 2));
    EXPECT_FALSE(can_promote(Type::decimal(9, 2), Type::decimal(12, 3), 2));
    EXPECT_FALSE(can_promote(TypeKind::Long, TypeKind::Int, 2));
    EXPECT_FALSE(can_promote(TypeKind::Int, TypeKind::String, 2));
    EXPECT_FALSE(can_promote(TypeKind::Date, TypeKind::Timestamp, 2));
    EXPECT_TRUE(can_promote(TypeKind::Date, TypeKind::Timestamp, 3));
}

}  // namespace
}  // namespace tarn::iceberg
