#include "iceberg/format/schema_change.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "iceberg/format/new_table.hpp"
#include "iceberg/format/schema_union.hpp"

namespace tarn::iceberg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int64_t Now = 1'763'717'400'000;

class SchemaChangeTest : public testing::Test {
protected:
    // 1 id, 2 day, 3 price, 4 venue{7 city, 8 code}, 5 tags[9], 6 levels{10: 11{12 size}}.
    static TableMetadata table(std::map<std::string, std::string> properties = {}) {
        Type venue = Type::structure({{.id = 14, .name = "city", .type = TypeKind::String},
                                      {.id = 15, .name = "code", .type = TypeKind::Int}});
        Type size = Type::structure({{.id = 16, .name = "size", .type = TypeKind::Float}});
        std::vector<Field> fields = {
            {.id = 1, .name = "id", .is_required = true, .type = TypeKind::Long},
            {.id = 2, .name = "day", .type = TypeKind::Date},
            {.id = 3, .name = "price", .type = Type::decimal(9, 2)},
            {.id = 4, .name = "venue", .type = venue},
            {.id = 5, .name = "tags", .type = Type::list(17, TypeKind::Int, false)},
            {.id = 6, .name = "levels", .type = Type::map(18, TypeKind::String, 19, size, true)}};
        return new_table({.schema = Schema::make(0, fields, {1}),
                          .spec = {.fields = {{2, 1000, "day_bucket", Transform::bucket(4)}}},
                          .location = "file:///w/t",
                          .properties = std::move(properties)},
                         "9c12d441-03fe-4693-9a96-a0705ddf69c1", Now)
            .finish(std::nullopt);
    }

    template <typename Change>
    static std::string refusal_of(const Change& change,
                                  std::map<std::string, std::string> properties = {}) {
        TableMetadata metadata = table(std::move(properties));
        SchemaChange schema(metadata);
        try {
            change(schema);
        } catch (const Error& error) {
            return error.what();
        }
        return "nothing was refused";
    }

    static std::vector<std::string> names(const std::vector<Field>& fields) {
        std::vector<std::string> all;
        for (const Field& field : fields) all.push_back(field.name);
        return all;
    }
};

TEST_F(SchemaChangeTest, gives_ids_to_what_is_added_and_leaves_the_others) {
    TableMetadata metadata = table();
    SchemaChange change(metadata);

    change.add("", {.name = "note",
                    .type = Type::structure({{.name = "by", .type = TypeKind::String},
                                             {.name = "at", .type = TypeKind::TimestampTz}}),
                    .doc = "who and when"});
    change.add("venue", {.name = "country", .type = TypeKind::String});
    change.add("levels", {.name = "price", .type = TypeKind::Double});
    auto schema = change.schema();

    EXPECT_EQ(metadata.last_column_id, 12);
    EXPECT_EQ(schema->find("note")->id, 13);
    EXPECT_EQ(schema->find("note.by")->id, 14);
    EXPECT_EQ(schema->find("note.at")->id, 15);
    EXPECT_EQ(schema->find("venue.country")->id, 16);
    EXPECT_EQ(schema->find("levels.value.price")->id, 17);
    EXPECT_EQ(schema->find("note")->doc, "who and when");
    for (int32_t id = 1; id <= 12; ++id) {
        EXPECT_EQ(*schema->find(id) == *metadata.schema().find(id), id != 4 && id != 6 && id != 11);
    }
}

TEST_F(SchemaChangeTest, renames_widens_moves_and_drops_by_full_names) {
    TableMetadata metadata = table();
    SchemaChange change(metadata);

    change.rename("venue.city", "town");
    change.widen("price", Type::decimal(12, 2));
    change.widen("tags.element", TypeKind::Long);
    change.widen("levels.value.size", TypeKind::Double);
    change.move_first("price");
    change.move_after("id", "tags");
    change.move_before("venue.code", "venue.town");
    change.drop("levels");
    change.set_doc("price", "in euro");
    auto schema = change.schema();

    EXPECT_THAT(names(schema->fields()), ElementsAre("price", "day", "venue", "tags", "id"));
    EXPECT_THAT(names(schema->find("venue")->type.fields), ElementsAre("code", "town"));
    EXPECT_EQ(schema->find("venue.town")->id, metadata.schema().find("venue.city")->id);
    EXPECT_EQ(schema->find("tags.element")->type, Type(TypeKind::Long));
    EXPECT_EQ(schema->find("price")->type, Type::decimal(12, 2));
    EXPECT_THAT(schema->identifier_ids(), ElementsAre(1));
}

TEST_F(SchemaChangeTest, gives_a_column_that_comes_back_a_new_id) {
    TableMetadata metadata = table();
    SchemaChange change(metadata);

    change.drop("price");
    change.add("", {.name = "price", .type = TypeKind::Double});

    EXPECT_EQ(change.schema()->find("price")->id, 13);
}

TEST_F(SchemaChangeTest, refuses_what_would_break_rows_or_readers) {
    auto add_required = [](SchemaChange& change) {
        change.add("", {.name = "x", .type = TypeKind::Int, .is_required = true});
    };
    EXPECT_EQ(refusal_of(add_required),
              "'x' cannot be required: rows that are there have no value for it");
    EXPECT_EQ(refusal_of([&](SchemaChange& change) {
                  change.allow_incompatible();
                  add_required(change);
              }),
              "nothing was refused");
    EXPECT_EQ(refusal_of([](auto& change) { change.make_required("price"); }),
              "'price' cannot become required: rows that are there may have no value for it");
    EXPECT_EQ(refusal_of([](auto& change) { change.widen("id", TypeKind::Int); }),
              "'id' cannot become int: it is long");
    EXPECT_EQ(refusal_of([](auto& change) { change.widen("price", Type::decimal(12, 3)); }),
              "'price' cannot become decimal(12, 3): it is decimal(9, 2)");
    EXPECT_EQ(refusal_of([](auto& change) { change.widen("venue", TypeKind::String); }),
              "'venue' cannot become string: it is struct<7: city: optional string, "
              "8: code: optional int>");
    EXPECT_EQ(refusal_of([](auto& change) { change.widen("levels.key", TypeKind::Binary); }),
              "'levels.key' is the key of a map and keeps its type");
    EXPECT_EQ(refusal_of([](auto& change) { change.move_before("id", "venue.code"); }),
              "'id' and 'venue.code' are not in the same struct");
    EXPECT_EQ(refusal_of([](auto& change) { change.drop("tags.element"); }),
              "'tags.element' is a part of a list and cannot be dropped");
    EXPECT_EQ(refusal_of([](auto& change) { change.rename("levels.key", "k"); }),
              "'levels.key' is a part of a map and cannot be renamed");
    EXPECT_EQ(refusal_of([](auto& change) { change.add("id", {.name = "x"}); }),
              "'id' is long, which has no columns within");
    EXPECT_EQ(refusal_of([](auto& change) { change.drop("prize"); }), "there is no column 'prize'");
    EXPECT_EQ(refusal_of([](auto& change) { change.rename("price", "id"); }),
              "there is a column 'id' already");
}

TEST_F(SchemaChangeTest, refuses_to_take_away_what_the_table_needs) {
    EXPECT_EQ(refusal_of([](auto& change) { change.drop("id"); }),
              "'id' cannot be dropped: the primary key needs it");
    EXPECT_EQ(refusal_of([](auto& change) { change.drop("day"); }),
              "'day' cannot be dropped: partition field 'day_bucket' needs it");
    EXPECT_EQ(refusal_of([](auto& change) { change.make_optional("id"); }),
              "'id' cannot be optional: the primary key needs it");
    EXPECT_EQ(refusal_of([](auto& change) { change.set_identifier_fields({"price"}); }),
              "schema: identifier field price may be null");
    EXPECT_EQ(refusal_of([](auto& change) {
                  change.set_identifier_fields({});
                  change.make_optional("id");
                  change.drop("id");
              }),
              "nothing was refused");
    EXPECT_EQ(refusal_of([](auto& change) { change.widen("day", TypeKind::Timestamp); },
                         {{"format-version", "3"}}),
              "'day' cannot become timestamp: its rows would move between the buckets of "
              "'day_bucket'");
    EXPECT_EQ(refusal_of([](auto& change) { change.widen("day", TypeKind::Timestamp); }),
              "'day' cannot become timestamp: it is date");
}

TEST_F(SchemaChangeTest, knows_defaults_in_version_3) {
    auto add_with_default = [](auto& change) {
        change.add("", {.name = "n", .type = TypeKind::Int, .is_required = true, .value = 7});
    };
    EXPECT_EQ(refusal_of(add_with_default), "'n': defaults need format version 3, the table has 2");
    EXPECT_THAT(refusal_of([](auto& change) { change.add("", {.name = "n", .value = "x"}); },
                           {{"format-version", "3"}}),
                HasSubstr("the default of 'n'"));

    TableMetadata metadata = table({{"format-version", "3"}});
    SchemaChange change(metadata);
    add_with_default(change);
    change.set_write_default("n", 8);
    auto schema = change.schema();
    const Field& field = *schema->find("n");
    EXPECT_EQ(field.initial_default, boost::json::value(7));
    EXPECT_EQ(field.write_default, boost::json::value(8));
}

TEST_F(SchemaChangeTest, may_pass_over_the_case_of_names) {
    TableMetadata metadata = table();
    SchemaChange change(metadata, SchemaChange::Names::CaseInsensitive);

    change.rename("VENUE.City", "Town");
    EXPECT_THROW(change.add("", {.name = "PRICE", .type = TypeKind::Int}), Error);

    EXPECT_NE(change.schema()->find("venue.Town"), nullptr);
    EXPECT_EQ(SchemaChange(metadata).find("PRICE"), nullptr);
}

TEST_F(SchemaChangeTest, becomes_the_current_schema_and_properties_follow) {
    TableMetadata metadata = table({{"write.metadata.metrics.column.price", "full"},
                                    {"write.metadata.metrics.column.venue.city", "none"}});
    SchemaChange change(metadata);
    change.rename("venue", "place");
    change.drop("price");
    MetadataBuilder builder(metadata, Now);

    change.apply_to(builder);
    TableMetadata changed = builder.finish(std::nullopt);

    EXPECT_EQ(changed.current_schema_id, 1);
    EXPECT_EQ(changed.schemas.size(), 2U);
    EXPECT_EQ(
        changed.properties,
        (std::map<std::string, std::string>{{"write.metadata.metrics.column.place.city", "none"}}));

    MetadataBuilder back(changed, Now);
    SchemaChange nothing(changed);
    nothing.apply_to(back);
    EXPECT_FALSE(back.has_changes());
}

TEST_F(SchemaChangeTest, takes_in_the_columns_of_rows_by_name) {
    using arrow::field;
    TableMetadata metadata = table();
    SchemaChange change(metadata);

    add_columns_of(
        change,
        *arrow::schema(
            {field("ts", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), false),
             field("id", arrow::int32()), field("price", arrow::decimal128(18, 2)),
             field("venue",
                   arrow::struct_({field("zip", arrow::utf8()), field("code", arrow::int64())})),
             field("tags", arrow::list(arrow::int64())),
             field("levels",
                   arrow::map(arrow::utf8(), arrow::struct_({field("count", arrow::int32())})))}));
    auto schema = change.schema();

    EXPECT_TRUE(schema->find("id")->is_required) << "it is the key";
    EXPECT_FALSE(schema->find("levels.value")->is_required);
    EXPECT_THAT(names(schema->fields()),
                ElementsAre("id", "day", "price", "venue", "tags", "levels", "ts"));
    EXPECT_FALSE(schema->find("ts")->is_required) << "rows that are there have none";
    EXPECT_EQ(schema->find("id")->type, Type(TypeKind::Long)) << "narrower is no change";
    EXPECT_EQ(schema->find("price")->type, Type::decimal(18, 2));
    EXPECT_THAT(names(schema->find("venue")->type.fields), ElementsAre("city", "code", "zip"));
    EXPECT_EQ(schema->find("venue.code")->type, Type(TypeKind::Long));
    EXPECT_EQ(schema->find("tags.element")->type, Type(TypeKind::Long));
    EXPECT_EQ(schema->find("levels.value.count")->type, Type(TypeKind::Int));
    EXPECT_EQ(refusal_of([](auto& refused) {
                  add_columns_of(refused, *arrow::schema({field("price", arrow::utf8())}));
              }),
              "column 'price' of the rows is string, of the table decimal(9, 2)");
}

}  // namespace
}  // namespace tarn::iceberg
