#include "iceberg/format/partition_spec.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include "base/error.hpp"
#include "iceberg/format/sort_order.hpp"

namespace tarn::iceberg {
namespace {

class PartitionSpecTest : public testing::Test {
protected:
    SchemaPtr schema = Schema::make(
        0, {{.id = 1, .name = "id", .type = TypeKind::Long},
            {.id = 2, .name = "ts", .type = TypeKind::TimestampTz},
            {.id = 3, .name = "name", .type = TypeKind::String},
            {.id = 4, .name = "tags", .type = Type::list(5, TypeKind::String, false)}});

    static PartitionSpec spec_of(const char* text) {
        return spec_from_json(JsonObject(boost::json::parse(text), "spec"), 999);
    }
    void expect_refused(int32_t source, const char* name, const char* transform,
                        const char* message) {
        PartitionSpec spec{.fields = {{source, 1000, name, Transform::parse(transform)}}};
        try {
            check_spec(spec, *schema);
            FAIL() << message;
        } catch (const Error& error) {
            EXPECT_STREQ(error.what(), message);
        }
    }
};

TEST_F(PartitionSpecTest, is_the_json_that_it_came_from) {
    const char* text = R"({"spec-id": 2, "fields": [
        {"source-id": 2, "field-id": 1003, "name": "ts_day", "transform": "day"}]})";
    EXPECT_EQ(boost::json::value(to_json(spec_of(text))), boost::json::parse(text));
}

TEST_F(PartitionSpecTest, numbers_fields_that_come_without_an_id) {
    PartitionSpec spec = spec_of(R"({"fields": [
        {"source-id": 2, "name": "ts_day", "transform": "day"},
        {"source-id": 1, "name": "id_bucket", "transform": "bucket[8]"}]})");
    EXPECT_EQ(spec.fields[0].field_id, 1000);
    EXPECT_EQ(spec.fields[1].field_id, 1001);
    EXPECT_EQ(spec.highest_field_id(), 1001);
}

TEST_F(PartitionSpecTest, names_folders_by_field_and_value) {
    PartitionSpec spec = spec_of(R"({"fields": [
        {"source-id": 2, "name": "ts_hour", "transform": "hour"},
        {"source-id": 3, "name": "name", "transform": "identity"},
        {"source-id": 1, "name": "id_bucket", "transform": "bucket[8]"}]})");
    PartitionValues values = {Value(int32_t{419'686}), Value(std::string("a/b=ü")), std::nullopt};
    EXPECT_EQ(partition_path(spec, *schema, values),
              "ts_hour=2017-11-16-22/name=a%2Fb%3D%C3%BC/id_bucket=null");
    EXPECT_EQ(partition_path({}, *schema, {}), "");
}

TEST_F(PartitionSpecTest, knows_the_types_of_its_values) {
    PartitionSpec spec = spec_of(R"({"fields": [
        {"source-id": 2, "name": "ts_day", "transform": "day"},
        {"source-id": 9, "name": "gone_bucket", "transform": "bucket[8]"},
        {"source-id": 9, "name": "gone", "transform": "identity"}]})");
    Type type = spec.partition_type(*schema);
    EXPECT_EQ(type.fields[0].type, Type(TypeKind::Date));
    EXPECT_EQ(type.fields[1].type, Type(TypeKind::Int));
    EXPECT_EQ(type.fields[2].type, Type(TypeKind::Unknown));
}

TEST_F(PartitionSpecTest, with_nothing_but_void_is_unpartitioned) {
    EXPECT_TRUE(PartitionSpec().is_unpartitioned());
    EXPECT_TRUE(
        PartitionSpec({.fields = {{1, 1000, "id", Transform::nothing()}}}).is_unpartitioned());
    EXPECT_FALSE(
        PartitionSpec({.fields = {{1, 1000, "id", Transform::identity()}}}).is_unpartitioned());
}

TEST_F(PartitionSpecTest, refuses_what_does_not_go_with_the_schema) {
    expect_refused(9, "x", "day", "partition field 'x': there is no column with id 9");
    expect_refused(1, "x", "day", "partition field 'x': day does not go with long");
    expect_refused(4, "x", "identity", "partition field 'x': its source is no primitive");
    expect_refused(5, "x", "identity", "partition field 'x': its source is in a list or map");
    expect_refused(2, "name", "day", "partition field 'name': a column has this name");
    expect_refused(2, "ts", "day", "partition field 'ts': a column has this name");
}

TEST_F(PartitionSpecTest, may_name_an_identity_as_its_column) {
    EXPECT_NO_THROW(check_spec({.fields = {{1, 1000, "id", Transform::identity()}}}, *schema));
}

TEST(SortOrder, is_the_json_that_it_came_from) {
    auto json = boost::json::parse(R"({"order-id": 3, "fields": [
        {"transform": "identity", "source-id": 2, "direction": "asc", "null-order": "nulls-first"},
        {"transform": "bucket[4]", "source-id": 3, "direction": "desc",
         "null-order": "nulls-last"}]})");
    EXPECT_EQ(boost::json::value(to_json(sort_order_from_json(JsonObject(json, "order")))), json);
}

TEST(SortOrder, refuses_directions_that_there_are_not) {
    auto json = boost::json::parse(R"({"order-id": 3, "fields": [
        {"transform": "identity", "source-id": 2, "direction": "up", "null-order": "nulls-first"}]})");
    EXPECT_THROW(sort_order_from_json(JsonObject(json, "order")), Error);
}

}  // namespace
}  // namespace tarn::iceberg
