#include "iceberg/format/table_metadata.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include "base/error.hpp"

namespace tarn::iceberg {
namespace {

namespace json = boost::json;

json::object parsed(std::string_view text) {
    return json::parse(text).as_object();
}

// As another engine writes it, in the order of its members.
json::object trades() {
    return parsed(R"json({
        "format-version": 2,
        "table-uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1",
        "location": "file:///warehouse/db/trades",
        "last-sequence-number": 2,
        "last-updated-ms": 1763717400000,
        "last-column-id": 2,
        "current-schema-id": 0,
        "schemas": [{"type": "struct", "schema-id": 0, "fields": [
            {"id": 1, "name": "id", "required": true, "type": "long"},
            {"id": 2, "name": "ts", "required": false, "type": "timestamptz"}]}],
        "default-spec-id": 0,
        "partition-specs": [{"spec-id": 0, "fields": [
            {"source-id": 2, "field-id": 1000, "name": "ts_day", "transform": "day"}]}],
        "last-partition-id": 1000,
        "default-sort-order-id": 0,
        "sort-orders": [{"order-id": 0, "fields": []}],
        "properties": {"write.parquet.compression-codec": "zstd"},
        "current-snapshot-id": 8744736658442914487,
        "refs": {"main": {"snapshot-id": 8744736658442914487, "type": "branch"},
                 "eod": {"snapshot-id": 3051729675574597004, "type": "tag",
                         "max-ref-age-ms": 86400000}},
        "snapshots": [
            {"sequence-number": 1, "snapshot-id": 3051729675574597004,
             "timestamp-ms": 1763717300000, "summary": {"operation": "append"},
             "manifest-list": "file:///warehouse/db/trades/metadata/snap-1.avro", "schema-id": 0},
            {"sequence-number": 2, "snapshot-id": 8744736658442914487,
             "parent-snapshot-id": 3051729675574597004, "timestamp-ms": 1763717400000,
             "summary": {"operation": "append", "added-records": "10"},
             "manifest-list": "file:///warehouse/db/trades/metadata/snap-2.avro", "schema-id": 0}],
        "statistics": [{"snapshot-id": 8744736658442914487, "statistics-path": "file:///s.puffin",
                        "file-size-in-bytes": 413, "file-footer-size-in-bytes": 42,
                        "blob-metadata": []}],
        "partition-statistics": [],
        "snapshot-log": [
            {"timestamp-ms": 1763717300000, "snapshot-id": 3051729675574597004},
            {"timestamp-ms": 1763717400000, "snapshot-id": 8744736658442914487}],
        "metadata-log": [
            {"timestamp-ms": 1763717300000, "metadata-file": "file:///warehouse/v1.json"}]
    })json");
}

TableMetadata read(const json::object& object) {
    return metadata_from_json(object, "table");
}

TEST(TableMetadata, is_the_json_that_it_came_from) {
    EXPECT_EQ(to_json(read(trades())), trades());
}

TEST(TableMetadata, writes_its_members_in_the_usual_order) {
    std::vector<std::string> usual;
    std::vector<std::string> ours;
    for (const auto& member : trades()) usual.emplace_back(member.key());
    for (const auto& member : to_json(read(trades()))) ours.emplace_back(member.key());
    EXPECT_EQ(ours, usual);
}

TEST(TableMetadata, knows_what_is_current) {
    TableMetadata metadata = read(trades());
    EXPECT_EQ(metadata.schema().find("ts")->id, 2);
    EXPECT_EQ(metadata.spec().fields[0].name, "ts_day");
    EXPECT_EQ(metadata.current_snapshot()->id, 8744736658442914487);
    EXPECT_EQ(metadata.find_ref("eod")->kind, RefKind::Tag);
    EXPECT_EQ(metadata.property("write.parquet.compression-codec", "snappy"), "zstd");
    EXPECT_EQ(metadata.property("write.format.default", "parquet"), "parquet");
}

TEST(TableMetadata, keeps_what_a_later_version_put_there) {
    json::object later = trades();
    later["row-format"] = {{"a", 1}};
    later["snapshots"].as_array()[0].as_object()["seal"] = "x";
    EXPECT_EQ(to_json(read(later)), later);
}

TEST(TableMetadata, of_an_empty_table_says_so_in_each_of_three_ways) {
    for (json::value none : {json::value(-1), json::value(nullptr)}) {
        json::object empty = trades();
        empty["current-snapshot-id"] = none;
        empty["snapshots"] = json::array();
        empty["refs"] = json::object();
        EXPECT_EQ(read(empty).current_snapshot(), nullptr);
        empty.erase("current-snapshot-id");
        EXPECT_EQ(read(empty).current_snapshot(), nullptr);
    }
}

TEST(TableMetadata, of_an_empty_table_names_no_snapshot_as_its_version_does) {
    TableMetadata metadata = read(trades());
    metadata.current_snapshot_id.reset();
    EXPECT_EQ(to_json(metadata)["current-snapshot-id"], -1);
    metadata.format_version = 3;
    EXPECT_TRUE(to_json(metadata)["current-snapshot-id"].is_null());
    EXPECT_EQ(to_json(metadata)["next-row-id"], 0);
}

TEST(TableMetadata, from_before_there_were_branches_has_a_main_one) {
    json::object old = trades();
    old.erase("refs");
    EXPECT_EQ(read(old).find_ref("main")->snapshot_id, 8744736658442914487);
}

TEST(TableMetadata, of_version_1_is_read) {
    TableMetadata metadata = read(parsed(R"json({
        "format-version": 1, "location": "s3://bucket/t/", "last-updated-ms": 1, "last-column-id": 1,
        "schema": {"type": "struct", "fields": [
            {"id": 1, "name": "c", "required": true, "type": "date"}]},
        "partition-spec": [{"source-id": 1, "name": "c_day", "transform": "day"}],
        "snapshots": [{"snapshot-id": 7, "timestamp-ms": 1, "manifests": ["s3://bucket/m.avro"]}],
        "current-snapshot-id": 7
    })json"));
    EXPECT_EQ(metadata.location, "s3://bucket/t");
    EXPECT_EQ(metadata.schema().find("c")->type, Type(TypeKind::Date));
    EXPECT_EQ(metadata.spec().fields[0].field_id, 1000);
    EXPECT_EQ(metadata.last_partition_id, 1000);
    EXPECT_THAT(metadata.current_snapshot()->manifests, testing::ElementsAre("s3://bucket/m.avro"));
    EXPECT_TRUE(to_json(metadata).contains("partition-spec"));
}

TEST(TableMetadata, that_contradicts_itself_is_refused_with_the_place) {
    const std::tuple<const char*, json::value, const char*> cases[] = {
        {"format-version", 4, "table.format-version: version 4 is not supported, 1 to 3 are"},
        {"current-schema-id", 9, "table.current-schema-id: there is no schema 9"},
        {"default-spec-id", 9, "table.default-spec-id: there is no partition spec 9"},
        {"default-sort-order-id", 9, "table.default-sort-order-id: there is no sort order 9"},
        {"current-snapshot-id", 9, "table.current-snapshot-id: there is no snapshot 9"},
        {"refs",
         {{"b", {{"snapshot-id", 9}, {"type", "branch"}}}},
         "table.refs.b: there is no snapshot 9"},
        {"refs",
         {{"b", {{"snapshot-id", 9}, {"type", "leaf"}}}},
         "table.refs.b.type: branch or tag is expected, not 'leaf'"},
        {"table-uuid", nullptr, "table.table-uuid: it is missing"},
        {"last-sequence-number", "2",
         "table.last-sequence-number: a number of 64 bits is expected"},
        {"snapshots", {1}, "table.snapshots[0]: an object is expected"},
        {"last-column-id", 3'000'000'000,
         "table.last-column-id: 3000000000 is more than 32 bits hold"},
    };
    for (const auto& [name, value, message] : cases) {
        json::object wrong = trades();
        wrong[name] = value;
        try {
            read(wrong);
            FAIL() << name;
        } catch (const Error& error) {
            EXPECT_STREQ(error.what(), message);
        }
    }
}

TEST(TableMetadata, that_is_no_json_is_corrupt) {
    try {
        parse_metadata("{\"format-version\": 2,", "00001.metadata.json");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Corrupt);
        EXPECT_TRUE(std::string(error.what()).starts_with("00001.metadata.json: this is no JSON"));
    }
}

}  // namespace
}  // namespace tarn::iceberg
