// Manifests that are not as ours would be: what is read all the same, and what is refused.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "columns/avro_writer.hpp"
#include "columns/json_decoder.hpp"
#include "iceberg/format/manifest_fixture.hpp"

namespace tarn::iceberg {
namespace {

TEST(Manifest, is_read_by_name_where_it_has_no_ids) {
    Manifests manifests;
    auto written = manifests.written(some_file());
    auto schema = columns::AvroReader(buffer_of(written.bytes)).schema().text();
    auto changed = with_schema(written.bytes, without_ids(schema));
    EXPECT_EQ(columns::AvroReader(buffer_of(changed)).schema().text().find("-id\""),
              std::string::npos);

    auto entries = read_manifest(buffer_of(changed), written.manifest, manifests.partition());

    EXPECT_EQ(entries.at(0).file, some_file());
}

TEST(Manifest, is_read_however_others_describe_the_same_bytes) {
    Manifests manifests;
    auto written = manifests.written(some_file());
    const std::map<std::string, std::string> descriptions[] = {
        {{R"("name":"manifest_entry")", R"("name":"entry")"}},
        {{R"({"type":"int","logicalType":"date"})", R"("int")"}},
        {{R"(,"logicalType":"map")", ""}},
        {{R"("name":"file_path")", R"("name":"path")"}},
        {{R"("name":"value_counts")", R"("name":"counts")"}},
    };
    for (const auto& description : descriptions) {
        auto changed = with_schema(written.bytes, description);

        auto entries = read_manifest(buffer_of(changed), written.manifest, manifests.partition());

        EXPECT_EQ(entries.at(0).file, some_file()) << description.begin()->first;
    }
}

// A manifest by whatever schema, from rows of JSON.
std::vector<ManifestEntry> read_with(const std::string& schema_text, const std::string& row,
                                     const ManifestFile& manifest = {}) {
    SeededRandom random(1);
    auto schema = columns::AvroSchema::parse(schema_text);
    columns::JsonDecoder decoder(schema.arrow_schema());
    decoder.append_record(row);
    auto decoded = decoder.finish();
    EXPECT_TRUE(decoded.errors.empty()) << decoded.errors[0].reason;
    columns::AvroWriter writer(schema, random);
    writer.append(*decoded.batch);
    Type partition = Type::structure({{.id = 1000, .name = "ts day", .type = TypeKind::Date}});
    return read_manifest(buffer_of(writer.finish()), manifest, partition);
}

TEST(Manifest, needs_no_more_than_status_path_format_and_count) {
    auto entries = read_with(
        R"({"type":"record","name":"e","fields":[
            {"name":"status","type":"int","field-id":0},
            {"name":"data_file","field-id":2,"type":{"type":"record","name":"f","fields":[
                {"name":"file_path","type":"string","field-id":100},
                {"name":"file_format","type":"string","field-id":101},
                {"name":"record_count","type":"long","field-id":103}]}}]})",
        R"({"status":1,"data_file":{"file_path":"a","file_format":"parquet","record_count":3}})",
        {.sequence_number = 4, .added_snapshot_id = 8});

    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].snapshot_id, 8);
    EXPECT_EQ(entries[0].sequence_number, 4);
    EXPECT_EQ(entries[0].file.record_count, 3);
    EXPECT_EQ(entries[0].file.content, FileContent::Data);
    EXPECT_EQ(entries[0].file.partition, PartitionValues{std::nullopt});
}

constexpr std::string_view OfOthers =
    R"({"type":"record","name":"e","fields":[
        {"name":"from_the_future","type":["null","string"],"field-id":9000},
        {"name":"status","type":["null","long"],"field-id":0},
        {"name":"data_file","field-id":2,"type":["null",{"type":"record","name":"f","fields":[
            {"name":"file_path","type":["null","string"],"field-id":100},
            {"name":"file_format","type":["null","string"],"field-id":101},
            {"name":"partition","field-id":102,"type":{"type":"record","name":"p","fields":[
                {"name":"ts_x20day","type":["null","int"],"field-id":1000}]}},
            {"name":"record_count","type":["null","long"],"field-id":103},
            {"name":"more","field-id":9001,"type":{"type":"array","items":"double"}},
            {"name":"equality_ids","field-id":135,"type":["null",
                {"type":"array","items":"long","element-id":136}]}]}]}]})";

TEST(Manifest, is_read_with_more_fields_and_looser_types_than_it_should_have) {
    auto entries = read_with(
        std::string(OfOthers),
        R"({"from_the_future":"x","status":1,"data_file":{"file_path":"a","file_format":"PARQUET",
            "partition":{"ts_x20day":7},"record_count":3,"more":[1.5],"equality_ids":[1,2]}})");

    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].file.equality_ids, (std::vector<int32_t>{1, 2}));
    EXPECT_EQ(entries[0].file.partition, PartitionValues{Value(int32_t{7})});
}

TEST(Manifest, is_refused_where_an_entry_lacks_what_none_can_be_without) {
    for (
        std::string_view row : {
            R"({"data_file":{"file_path":"a","file_format":"PARQUET","record_count":1,"partition":{},"more":[]}})",
            R"({"status":1})",
            R"({"status":3,"data_file":{"file_path":"a","file_format":"PARQUET","record_count":1,"partition":{},"more":[]}})",
            R"({"status":1,"data_file":{"file_format":"PARQUET","record_count":1,"partition":{},"more":[]}})",
            R"({"status":1,"data_file":{"file_path":"a","record_count":1,"partition":{},"more":[]}})",
            R"({"status":1,"data_file":{"file_path":"a","file_format":"PARQUET","partition":{},"more":[]}})",
            R"({"status":1,"data_file":{"file_path":"a","file_format":"PARQUET","record_count":-1,"partition":{},"more":[]}})",
            R"({"status":1,"data_file":{"file_path":"a","file_format":"TEXT","record_count":1,"partition":{},"more":[]}})",
        }) {
        EXPECT_THROW(read_with(std::string(OfOthers), std::string(row)), Error) << row;
    }
}

TEST(Manifest, that_is_cut_short_has_no_entry_that_is_not_whole) {
    Manifests manifests;
    auto written = manifests.written(some_file());
    for (size_t size = 0; size < written.bytes.size(); ++size) {
        try {
            auto entries = read_manifest(
                buffer_of(Bytes(written.bytes.begin(),
                                written.bytes.begin() + static_cast<ptrdiff_t>(size))),
                written.manifest, manifests.partition());
            EXPECT_TRUE(entries.empty()) << size;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Corrupt) << size;
        }
    }
}

TEST(Manifest, with_row_ids_past_the_last_is_refused) {
    Manifests manifests(3);
    auto written = manifests.written(some_file());
    written.manifest.first_row_id = INT64_MAX - 50;

    EXPECT_THROW(read_manifest(buffer_of(written.bytes), written.manifest, manifests.partition()),
                 Error);
}

}  // namespace
}  // namespace tarn::iceberg
