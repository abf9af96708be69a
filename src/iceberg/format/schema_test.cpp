#include "iceberg/format/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/error.hpp"
#include "iceberg/format/schema_json.hpp"

namespace tarn::iceberg {
namespace {

SchemaPtr schema_of(const char* text) {
    return schema_from_json(JsonObject(boost::json::parse(text), "schema"));
}

constexpr const char* Trades = R"json({
    "type": "struct", "schema-id": 3, "identifier-field-ids": [1],
    "fields": [
        {"id": 1, "name": "id", "required": true, "type": "long", "doc": "who"},
        {"id": 2, "name": "venue", "required": false, "type": {"type": "struct", "fields": [
            {"id": 5, "name": "name", "required": true, "type": "string"}]}},
        {"id": 3, "name": "tags", "required": false, "type":
            {"type": "list", "element-id": 6, "element": "string", "element-required": false}},
        {"id": 4, "name": "levels", "required": false, "type":
            {"type": "map", "key-id": 7, "key": "int", "value-id": 8, "value-required": false,
             "value": {"type": "struct", "fields": [
                 {"id": 9, "name": "size", "required": false, "type": "decimal(9, 2)"}]}}}
    ]})json";

TEST(Schema, finds_columns_at_any_depth_by_id_and_by_name) {
    SchemaPtr schema = schema_of(Trades);
    EXPECT_EQ(schema->find(5)->name, "name");
    EXPECT_EQ(schema->find("venue.name")->id, 5);
    EXPECT_EQ(schema->find("tags.element")->id, 6);
    EXPECT_EQ(schema->find("levels.value.size")->type, Type::decimal(9, 2));
    EXPECT_EQ(schema->full_name(9), "levels.value.size");
    EXPECT_EQ(schema->find(99), nullptr);
    EXPECT_EQ(schema->find("name"), nullptr);
    EXPECT_EQ(schema->highest_id(), 9);
    EXPECT_TRUE(schema->is_repeated(9));
    EXPECT_FALSE(schema->is_repeated(5));
}

TEST(Schema, is_the_json_that_it_came_from) {
    EXPECT_EQ(boost::json::value(to_json(*schema_of(Trades))), boost::json::parse(Trades));
}

TEST(Schema, keeps_what_a_later_version_put_there) {
    const char* later = R"({"type": "struct", "schema-id": 0, "collation": "de",
        "fields": [{"id": 1, "name": "a", "required": false, "type": "string", "mask": {"x": 1}}]})";
    EXPECT_EQ(boost::json::value(to_json(*schema_of(later))), boost::json::parse(later));
}

TEST(Schema, numbers_the_columns_of_a_struct_before_what_is_inside_them) {
    SchemaPtr fresh = with_fresh_ids(*schema_of(Trades), 101);
    EXPECT_EQ(fresh->find("id")->id, 101);
    EXPECT_EQ(fresh->find("levels")->id, 104);
    EXPECT_EQ(fresh->find("venue.name")->id, 105);
    EXPECT_EQ(fresh->find("tags.element")->id, 106);
    EXPECT_EQ(fresh->find("levels.key")->id, 107);
    EXPECT_EQ(fresh->find("levels.value")->id, 108);
    EXPECT_EQ(fresh->find("levels.value.size")->id, 109);
    EXPECT_THAT(fresh->identifier_ids(), testing::ElementsAre(101));
}

TEST(Schema, refuses_ids_and_names_that_come_twice) {
    EXPECT_THROW(Schema::make(0, {{.id = 1, .name = "a"}, {.id = 1, .name = "b"}}), Error);
    EXPECT_THROW(Schema::make(0, {{.id = 1, .name = "a"}, {.id = 2, .name = "a"}}), Error);
}

TEST(Schema, refuses_identifiers_that_may_be_null_or_are_inexact) {
    auto with = [](Field field) { return Schema::make(0, {std::move(field)}, {1}); };
    EXPECT_NO_THROW(with({.id = 1, .name = "a", .is_required = true, .type = TypeKind::Int}));
    EXPECT_THROW(with({.id = 1, .name = "a", .type = TypeKind::Int}), Error);
    EXPECT_THROW(with({.id = 1, .name = "a", .is_required = true, .type = TypeKind::Float}), Error);
    EXPECT_THROW(with({.id = 2, .name = "a", .is_required = true, .type = TypeKind::Int}), Error);
}

TEST(Schema, says_where_its_json_is_wrong) {
    const std::pair<const char*, const char*> cases[] = {
        {R"({"type": "struct"})", "schema.fields: it is missing"},
        {R"({"type": "struct", "fields": [{"id": 1, "name": "a", "required": true,
             "type": "text"}]})",
         "schema.fields[0].type: 'text' is no type of Iceberg"},
        {R"({"type": "struct", "fields": [{"id": "1"}]})",
         "schema.fields[0].id: a number of 64 bits is expected"},
        {R"({"type": "struct", "fields": [{"id": 1, "name": "a", "required": true,
             "type": {"type": "list", "element-id": 2, "element-required": true}}]})",
         "schema.fields[0].type.element: it is missing"},
    };
    for (auto [json, message] : cases) {
        try {
            schema_of(json);
            FAIL() << json;
        } catch (const Error& error) {
            EXPECT_STREQ(error.what(), message);
        }
    }
}

TEST(Schema, of_types_without_end_is_refused) {
    Type type = TypeKind::Int;
    for (int depth = 1; depth <= NestingMax + 1; ++depth) {
        type = Type::list(depth, std::move(type), false);
    }
    EXPECT_THROW(Schema::make(0, {{.id = 1000, .name = "a", .type = std::move(type)}}), Error);
}

}  // namespace
}  // namespace tarn::iceberg
