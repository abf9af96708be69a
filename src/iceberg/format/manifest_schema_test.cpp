#include "iceberg/format/manifest_schema.hpp"

#include <gtest/gtest.h>

#include "columns/avro_schema.hpp"

namespace tarn::iceberg {
namespace {

TEST(ManifestSchema, spells_out_what_avro_does_not_allow_in_a_name) {
    EXPECT_EQ(avro_name("ts_day"), "ts_day");
    EXPECT_EQ(avro_name("ts day-1"), "ts_x20day_x2D1");
    EXPECT_EQ(avro_name("9lives"), "_9lives");
    EXPECT_EQ(avro_name("größe"), "gr_xF6_xDFe");
    EXPECT_EQ(avro_name("🙂"), "_xD83D_xDE42");
}

TEST(ManifestSchema, keeps_the_real_name_beside_the_spelled_one) {
    auto schema = manifest_schema(
        2, Type::structure({{.id = 1000, .name = "ts day", .type = TypeKind::Date}}));

    EXPECT_NE(
        schema.find(R"({"name":"ts_x20day","type":["null",{"type":"int","logicalType":"date"}])"
                    R"(,"default":null,"field-id":1000,"iceberg-field-name":"ts day"})"),
        std::string::npos)
        << schema;
}

TEST(ManifestSchema, defines_a_type_with_a_name_only_once) {
    Type price = Type::decimal(9, 2);
    auto schema = manifest_schema(2, Type::structure({{.id = 1000, .name = "a", .type = price},
                                                      {.id = 1001, .name = "b", .type = price}}));

    size_t first = schema.find(R"("name":"decimal_9_2","size":4)");
    ASSERT_NE(first, std::string::npos);
    EXPECT_EQ(schema.find(R"("name":"decimal_9_2")", first + 1), std::string::npos);
    EXPECT_NE(schema.find(R"(["null","decimal_9_2"])"), std::string::npos);
    EXPECT_NO_THROW(columns::AvroSchema::parse(schema));
}

}  // namespace
}  // namespace tarn::iceberg
