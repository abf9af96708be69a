#include "iceberg/format/metadata_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/error.hpp"
#include "iceberg/format/new_table.hpp"
#include "iceberg/format/table_update.hpp"

namespace tarn::iceberg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int64_t Now = 1'763'717'400'000;
constexpr const char* Uuid = "9c12d441-03fe-4693-9a96-a0705ddf69c1";

class MetadataBuilderTest : public testing::Test {
protected:
    static SchemaPtr columns() {
        return Schema::make(0,
                            {{.id = 7, .name = "id", .is_required = true, .type = TypeKind::Long},
                             {.id = 9, .name = "ts", .type = TypeKind::TimestampTz}});
    }
    static TableMetadata table(std::map<std::string, std::string> properties = {}) {
        NewTable wanted{.schema = columns(),
                        .spec = {.fields = {{9, 1000, "ts_day", Transform::day()}}},
                        .location = "file:///w/t/",
                        .properties = std::move(properties)};
        return new_table(wanted, Uuid, Now).finish(std::nullopt);
    }
    static Snapshot snapshot(SnapshotId id, int64_t sequence_number,
                             std::optional<SnapshotId> parent = {}) {
        return {.id = id,
                .parent_id = parent,
                .sequence_number = sequence_number,
                .timestamp_ms = Now + sequence_number,
                .summary = {{"operation", "append"}},
                .manifest_list = "file:///w/t/metadata/snap.avro",
                .schema_id = 0};
    }
    // A table with this many snapshots on main, the ids counting from 1.
    static TableMetadata table_with_snapshots(int count) {
        TableMetadata metadata = table();
        for (int id = 1; id <= count; ++id) {
            MetadataBuilder builder(metadata, Now + id);
            builder.add_snapshot(
                snapshot(id, id, id > 1 ? std::optional<SnapshotId>(id - 1) : std::nullopt));
            builder.set_ref("main", {.snapshot_id = id});
            metadata = builder.finish("file:///w/t/metadata/v" + std::to_string(id) + ".json");
        }
        return metadata;
    }
    template <typename Change>
    static std::string refusal_of(Change change) {
        try {
            change();
        } catch (const Error& error) {
            return error.what();
        }
        return "nothing was refused";
    }
    static std::vector<SnapshotId> logged(const TableMetadata& metadata) {
        std::vector<SnapshotId> ids;
        for (const auto& entry : metadata.snapshot_log) ids.push_back(entry.snapshot_id);
        return ids;
    }
};

TEST_F(MetadataBuilderTest, numbers_a_new_table_from_one) {
    TableMetadata metadata = table({{"format-version", "2"}, {"owner", "ada"}});
    EXPECT_EQ(metadata.format_version, 2);
    EXPECT_EQ(metadata.schema().find("id")->id, 1);
    EXPECT_EQ(metadata.last_column_id, 2);
    EXPECT_EQ(metadata.spec().fields[0].source_id, 2);
    EXPECT_EQ(metadata.spec().fields[0].field_id, 1000);
    EXPECT_EQ(metadata.last_partition_id, 1000);
    EXPECT_EQ(metadata.location, "file:///w/t");
    EXPECT_EQ(metadata.sort_order().fields.size(), 0U);
    EXPECT_THAT(metadata.properties, ElementsAre(std::pair("owner", "ada")));
    EXPECT_EQ(metadata.last_updated_ms, Now);
}

TEST_F(MetadataBuilderTest, makes_an_unpartitioned_table_with_an_empty_spec) {
    NewTable wanted{.schema = columns(), .location = "file:///w/t"};
    TableMetadata metadata = new_table(wanted, Uuid, Now).finish(std::nullopt);
    EXPECT_TRUE(metadata.spec().is_unpartitioned());
    EXPECT_EQ(metadata.last_partition_id, 999);
}

TEST_F(MetadataBuilderTest, moves_main_with_its_log) {
    TableMetadata metadata = table_with_snapshots(2);
    EXPECT_EQ(metadata.current_snapshot()->id, 2);
    EXPECT_EQ(metadata.last_sequence_number, 2);
    EXPECT_EQ(metadata.last_updated_ms, Now + 2);
    EXPECT_THAT(logged(metadata), ElementsAre(1, 2));
    ASSERT_EQ(metadata.metadata_log.size(), 2U);
    EXPECT_EQ(metadata.metadata_log[1].timestamp_ms, Now + 1);
}

TEST_F(MetadataBuilderTest, logs_a_rollback_at_the_time_it_is_made) {
    MetadataBuilder builder(table_with_snapshots(2), Now + 50);
    builder.set_ref("main", {.snapshot_id = 1});
    TableMetadata metadata = builder.finish(std::nullopt);
    EXPECT_THAT(logged(metadata), ElementsAre(1, 2, 1));
    EXPECT_EQ(metadata.snapshot_log.back().timestamp_ms, Now + 50);
    EXPECT_EQ(metadata.current_snapshot()->id, 1);
}

TEST_F(MetadataBuilderTest, does_not_log_what_a_change_only_passed_through) {
    MetadataBuilder builder(table(), Now);
    builder.add_snapshot(snapshot(1, 1));
    builder.set_ref("main", {.snapshot_id = 1});
    builder.add_snapshot(snapshot(2, 2, 1));
    builder.set_ref("main", {.snapshot_id = 2});
    EXPECT_THAT(logged(builder.finish(std::nullopt)), ElementsAre(2));
}

TEST_F(MetadataBuilderTest, cuts_the_log_where_a_snapshot_has_expired) {
    MetadataBuilder builder(table_with_snapshots(4), Now + 9);
    builder.remove_snapshots(std::vector<SnapshotId>{2});
    TableMetadata metadata = builder.finish(std::nullopt);
    EXPECT_THAT(logged(metadata), ElementsAre(3, 4));
    EXPECT_EQ(metadata.find_snapshot(2), nullptr);
}

TEST_F(MetadataBuilderTest, removes_what_points_at_an_expired_snapshot) {
    TableMetadata base = table_with_snapshots(2);
    base.statistics.push_back({.snapshot_id = 1, .path = "s"});
    MetadataBuilder builder(base, Now + 9);
    builder.set_ref("old", {.snapshot_id = 1, .kind = RefKind::Tag});
    builder.remove_snapshots(std::vector<SnapshotId>{1});
    TableMetadata metadata = builder.finish(std::nullopt);
    EXPECT_EQ(metadata.find_ref("old"), nullptr);
    EXPECT_TRUE(metadata.statistics.empty());
}

TEST_F(MetadataBuilderTest, keeps_as_many_metadata_files_as_the_property_says) {
    TableMetadata metadata = table({{"write.metadata.previous-versions-max", "3"}});
    for (int version = 0; version < 5; ++version) {
        MetadataBuilder builder(metadata, Now);
        builder.set_properties({{"n", std::to_string(version)}});
        metadata = builder.finish("v" + std::to_string(version));
    }
    ASSERT_EQ(metadata.metadata_log.size(), 3U);
    EXPECT_EQ(metadata.metadata_log[0].file, "v2");
}

TEST_F(MetadataBuilderTest, gives_an_equal_schema_spec_or_order_its_old_id) {
    MetadataBuilder builder(table(), Now);
    EXPECT_EQ(builder.add_schema(*table().schema().with_id(12)), 0);
    EXPECT_EQ(builder.add_spec({.id = 4, .fields = {{2, 1055, "ts_day", Transform::day()}}}), 0);
    EXPECT_EQ(builder.add_sort_order({.id = 5}), 0);
    EXPECT_FALSE(builder.has_changes());
}

TEST_F(MetadataBuilderTest, gives_an_equal_partition_field_its_old_id) {
    MetadataBuilder builder(table(), Now);
    PartitionSpec wider{.fields = {{1, 1001, "id_bucket", Transform::bucket(8)},
                                   {2, 1002, "ts_day", Transform::day()}}};
    EXPECT_EQ(builder.add_spec(wider), 1);
    const PartitionSpec& added = *builder.metadata().find_spec(1);
    EXPECT_EQ(added.fields[0].field_id, 1001);
    EXPECT_EQ(added.fields[1].field_id, 1000);
}

TEST_F(MetadataBuilderTest, takes_minus_one_for_the_last_added) {
    MetadataBuilder builder(table(), Now);
    auto fields = table().schema().fields();
    fields.push_back({.id = 3, .name = "price", .type = TypeKind::Double});
    builder.add_schema(*Schema::make(0, fields));
    builder.set_current_schema(LastAdded);
    TableMetadata metadata = builder.finish(std::nullopt);
    EXPECT_EQ(metadata.current_schema_id, 1);
    EXPECT_EQ(metadata.last_column_id, 3);
}

TEST_F(MetadataBuilderTest, refuses_snapshots_that_cannot_be) {
    MetadataBuilder builder(table_with_snapshots(2), Now);
    EXPECT_EQ(refusal_of([&] { builder.add_snapshot(snapshot(2, 3, 2)); }),
              "there is a snapshot 2");
    EXPECT_EQ(refusal_of([&] { builder.add_snapshot(snapshot(3, 2, 2)); }),
              "snapshot 3 has the sequence number 2, the last one was 2");
    Snapshot early = snapshot(3, 3, 2);
    early.timestamp_ms = Now - 100'000;
    EXPECT_THAT(refusal_of([&] { builder.add_snapshot(early); }), HasSubstr("a clock is wrong"));
    Snapshot strange = snapshot(3, 3, 2);
    strange.schema_id = 8;
    EXPECT_EQ(refusal_of([&] { builder.add_snapshot(strange); }),
              "snapshot 3: there is no schema 8");
    EXPECT_FALSE(builder.has_changes());
}

TEST_F(MetadataBuilderTest, counts_row_ids_from_version_3_on) {
    MetadataBuilder builder(table({{"format-version", "3"}}), Now);
    EXPECT_THAT(refusal_of([&] { builder.add_snapshot(snapshot(1, 1)); }),
                HasSubstr("first-row-id"));
    Snapshot first = snapshot(1, 1);
    first.first_row_id = 0;
    first.added_rows = 25;
    builder.add_snapshot(first);
    EXPECT_EQ(builder.metadata().next_row_id, 25);
    Snapshot second = snapshot(2, 2, 1);
    second.first_row_id = 24;
    second.added_rows = 1;
    EXPECT_THAT(refusal_of([&] { builder.add_snapshot(second); }), HasSubstr("are taken"));
}

TEST_F(MetadataBuilderTest, keeps_branches_branches_and_tags_tags) {
    MetadataBuilder builder(table_with_snapshots(1), Now);
    builder.set_ref("t", {.snapshot_id = 1, .kind = RefKind::Tag});
    EXPECT_EQ(refusal_of([&] { builder.set_ref("t", {.snapshot_id = 1}); }),
              "'t' is a tag and cannot become the other");
    EXPECT_EQ(
        refusal_of([&] { builder.set_ref("main", {.snapshot_id = 1, .kind = RefKind::Tag}); }),
        "'main' is a branch and cannot become the other");
    EXPECT_EQ(refusal_of([&] { builder.set_ref("b", {.snapshot_id = 5}); }),
              "'b': there is no snapshot 5");
}

TEST_F(MetadataBuilderTest, refuses_types_that_the_version_does_not_have) {
    MetadataBuilder builder(table(), Now);
    auto fields = table().schema().fields();
    fields.push_back({.id = 3, .name = "at", .type = TypeKind::TimestampNs});
    EXPECT_EQ(refusal_of([&] { builder.add_schema(*Schema::make(0, fields)); }),
              "column 'at' (timestamp_ns) needs format version 3, the table has 2");
    builder.upgrade_format_version(3);
    EXPECT_NO_THROW(builder.add_schema(*Schema::make(0, fields)));
}

TEST_F(MetadataBuilderTest, refuses_to_go_back_or_lose_what_is_in_use) {
    MetadataBuilder builder(table({{"format-version", "3"}}), Now);
    EXPECT_EQ(refusal_of([&] { builder.upgrade_format_version(2); }),
              "a table of format version 3 cannot go back to 2");
    EXPECT_EQ(refusal_of([&] { builder.upgrade_format_version(4); }),
              "format version 4 is not supported, 1 to 3 are");
    EXPECT_EQ(refusal_of([&] { builder.remove_schemas(std::vector<int32_t>{0}); }),
              "schema 0 is the current one");
    EXPECT_EQ(refusal_of([&] { builder.remove_specs(std::vector<int32_t>{0}); }),
              "partition spec 0 is the default one");
    EXPECT_EQ(refusal_of([&] { builder.set_properties({{"format-version", "2"}}); }),
              "'format-version' is no property that can be set");
    EXPECT_EQ(refusal_of([&] { builder.assign_uuid("other"); }),
              std::string("the table has the uuid ") + Uuid + " and keeps it");
}

TEST_F(MetadataBuilderTest, refuses_a_schema_without_the_columns_of_the_spec) {
    MetadataBuilder builder(table(), Now);
    builder.add_schema(*Schema::make(0, {table().schema().fields()[0]}));
    EXPECT_EQ(refusal_of([&] { builder.set_current_schema(LastAdded); }),
              "partition field 'ts_day': there is no column with id 2");
}

// As DuckDB does.
TEST_F(MetadataBuilderTest, lets_a_new_table_choose_its_schema_after_its_spec) {
    PartitionSpec by_day{.fields = {{9, 1000, "ts_day", Transform::day()}}};
    MetadataBuilder builder = MetadataBuilder::from_nothing(Now);
    EXPECT_THAT(refusal_of([&] { builder.add_spec(by_day); }), HasSubstr("needs a schema"));
    builder.assign_uuid(Uuid);
    builder.set_location("file:///w/t");
    int32_t schema = builder.add_schema(*columns());
    builder.set_default_spec(builder.add_spec(by_day));
    builder.set_default_sort_order(builder.add_sort_order({}));
    builder.set_current_schema(schema);
    EXPECT_EQ(builder.finish(std::nullopt).spec().fields.size(), 1u);
}

TEST_F(MetadataBuilderTest, refuses_to_finish_half_a_table) {
    EXPECT_EQ(refusal_of([] { MetadataBuilder::from_nothing(Now).finish(std::nullopt); }),
              "the table has no uuid");
}

// What is written down while building does the same when it is sent.
TEST_F(MetadataBuilderTest, says_its_changes_as_requests_do) {
    TableMetadata base = table_with_snapshots(3);
    MetadataBuilder here(base, Now + 9);
    auto fields = base.schema().fields();
    fields.push_back({.id = 3, .name = "price", .type = Type::decimal(9, 2)});
    here.add_schema(*Schema::make(0, fields));
    here.set_current_schema(LastAdded);
    here.add_spec({.fields = {{3, 1001, "price", Transform::identity()}}});
    here.set_default_spec(LastAdded);
    here.add_sort_order({.fields = {{Transform::identity(), 3}}});
    here.set_default_sort_order(LastAdded);
    here.add_snapshot(snapshot(4, 4, 3));
    here.set_ref("main", {.snapshot_id = 4});
    here.set_ref("eod", {.snapshot_id = 3, .kind = RefKind::Tag, .max_ref_age_ms = 5});
    here.remove_snapshots(std::vector<SnapshotId>{1});
    here.set_properties({{"a", "b"}});
    here.remove_properties(std::vector<std::string>{"a"});
    here.set_location("file:///elsewhere");
    here.remove_schemas(std::vector<int32_t>{0});
    here.remove_specs(std::vector<int32_t>{0});

    MetadataBuilder there(base, Now + 9);
    for (const auto& update : here.updates()) apply_update(JsonObject(update, "update"), there);
    EXPECT_EQ(there.updates(), here.updates());
    EXPECT_EQ(to_json_text(there.finish("f")), to_json_text(here.finish("f")));
}

TEST_F(MetadataBuilderTest, says_a_new_table_as_requests_do) {
    NewTable wanted{.schema = columns(), .location = "file:///w/t", .properties = {{"a", "b"}}};
    MetadataBuilder here = new_table(wanted, Uuid, Now);
    MetadataBuilder there = MetadataBuilder::from_nothing(Now);
    for (const auto& update : here.updates()) apply_update(JsonObject(update, "update"), there);
    EXPECT_EQ(to_json_text(there.finish({})), to_json_text(here.finish({})));
}

class RequirementTest : public MetadataBuilderTest {
protected:
    static std::string result_of(const char* requirement, const TableMetadata* table) {
        try {
            auto json = boost::json::parse(requirement);
            check_requirement(JsonObject(json, "requirement"), table);
            return "holds";
        } catch (const Error& error) {
            return error.code() == ErrorCode::Conflict ? error.what() : "invalid";
        }
    }
};

TEST_F(RequirementTest, holds_or_says_what_changed) {
    TableMetadata base = table_with_snapshots(2);
    const std::pair<const char*, const char*> cases[] = {
        {R"({"type": "assert-create"})", "Requirement failed: table already exists"},
        {R"({"type": "assert-table-uuid", "uuid": "9C12D441-03fe-4693-9a96-a0705ddf69c1"})",
         "holds"},
        {R"({"type": "assert-ref-snapshot-id", "ref": "main", "snapshot-id": 2})", "holds"},
        {R"({"type": "assert-ref-snapshot-id", "ref": "main", "snapshot-id": 1})",
         "Requirement failed: branch main has changed: expected id 1 != 2"},
        {R"({"type": "assert-ref-snapshot-id", "ref": "main", "snapshot-id": null})",
         "Requirement failed: branch main was created concurrently"},
        {R"({"type": "assert-ref-snapshot-id", "ref": "b", "snapshot-id": null})", "holds"},
        {R"({"type": "assert-ref-snapshot-id", "ref": "b", "snapshot-id": 1})",
         "Requirement failed: branch or tag b is missing, expected 1"},
        {R"({"type": "assert-last-assigned-field-id", "last-assigned-field-id": 2})", "holds"},
        {R"({"type": "assert-last-assigned-field-id", "last-assigned-field-id": 1})",
         "Requirement failed: last assigned field id changed: expected 1, found 2"},
        {R"({"type": "assert-current-schema-id", "current-schema-id": 0})", "holds"},
        {R"({"type": "assert-last-assigned-partition-id", "last-assigned-partition-id": 1000})",
         "holds"},
        {R"({"type": "assert-default-spec-id", "default-spec-id": 1})",
         "Requirement failed: default partition spec changed: expected 1, found 0"},
        {R"({"type": "assert-default-sort-order-id", "default-sort-order-id": 0})", "holds"},
        {R"({"type": "assert-weather"})", "invalid"},
    };
    for (auto [requirement, expected] : cases) {
        EXPECT_EQ(result_of(requirement, &base), expected) << requirement;
    }
    EXPECT_EQ(result_of(R"({"type": "assert-create"})", nullptr), "holds");
    EXPECT_EQ(result_of(R"({"type": "assert-default-spec-id", "default-spec-id": 1})", nullptr),
              "Requirement failed: there is no such table");
}

TEST_F(RequirementTest, is_derived_from_what_a_change_builds_on) {
    TableMetadata base = table_with_snapshots(2);
    MetadataBuilder builder(base, Now + 9);
    builder.add_snapshot(snapshot(3, 3, 2));
    builder.set_ref("main", {.snapshot_id = 3});
    builder.set_ref("new", {.snapshot_id = 3});
    builder.set_properties({{"a", "b"}});
    EXPECT_EQ(boost::json::value(requirements_of(builder.updates(), &base)), boost::json::parse(R"([
                  {"type": "assert-table-uuid", "uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1"},
                  {"type": "assert-ref-snapshot-id", "ref": "main", "snapshot-id": 2},
                  {"type": "assert-ref-snapshot-id", "ref": "new", "snapshot-id": null}])"));
    EXPECT_EQ(boost::json::serialize(requirements_of({}, nullptr)),
              R"([{"type":"assert-create"}])");
}

TEST_F(RequirementTest, of_a_change_that_nobody_knows_is_refused) {
    MetadataBuilder builder(table(), Now);
    boost::json::value update = {{"action", "paint"}};
    EXPECT_EQ(refusal_of([&] { apply_update(JsonObject(update, "updates[0]"), builder); }),
              "updates[0].action: 'paint' is not known");
}

}  // namespace
}  // namespace tarn::iceberg
