#include "iceberg/format/manifest_list.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "columns/avro_writer.hpp"
#include "columns/json_decoder.hpp"
#include "iceberg/format/manifest_fixture.hpp"

namespace tarn::iceberg {
namespace {

ManifestFile some_manifest(std::string path) {
    return {.path = std::move(path),
            .length = 1234,
            .spec_id = 2,
            .added_snapshot_id = 111,
            .added_files = 3,
            .existing_files = 1,
            .deleted_files = 2,
            .added_rows = 300,
            .existing_rows = 100,
            .deleted_rows = 200,
            .partitions = std::vector<PartitionSummary>{{.contains_null = true,
                                                         .contains_nan = false,
                                                         .lower_bound = bytes_of("a"),
                                                         .upper_bound = bytes_of("b")},
                                                        {.contains_null = true}}};
}

std::vector<ManifestFile> read_back(const WrittenManifestList& list) {
    return read_manifest_list(buffer_of(list.file));
}

TEST(ManifestList, gives_back_its_manifests) {
    for (int version : {1, 2, 3}) {
        SeededRandom random(1);
        auto list = write_manifest_list({some_manifest("a"), some_manifest("b")},
                                        {.format_version = version,
                                         .snapshot_id = 111,
                                         .sequence_number = version == 1 ? 0 : 9},
                                        random);

        EXPECT_EQ(read_back(list), list.manifests) << version;
        EXPECT_EQ(list.manifests[1].sequence_number, version == 1 ? 0 : 9);
    }
}

TEST(ManifestList, numbers_the_manifests_of_its_commit_alone) {
    SeededRandom random(1);
    ManifestFile older = some_manifest("older");
    older.sequence_number = 4;
    older.min_sequence_number = 3;
    ManifestFile rewritten = some_manifest("rewritten");
    rewritten.min_sequence_number = 2;

    auto manifests =
        read_back(write_manifest_list({some_manifest("new"), older, rewritten},
                                      {.snapshot_id = 111, .sequence_number = 9}, random));

    EXPECT_EQ(manifests[0].sequence_number, 9);
    EXPECT_EQ(manifests[0].min_sequence_number, 9);
    EXPECT_EQ(manifests[1].sequence_number, 4);
    EXPECT_EQ(manifests[1].min_sequence_number, 3);
    EXPECT_EQ(manifests[2].sequence_number, 9);
    EXPECT_EQ(manifests[2].min_sequence_number, 2);
}

TEST(ManifestList, gives_row_ids_to_data_manifests_without_any) {
    SeededRandom random(1);
    ManifestFile deletes = some_manifest("deletes");
    deletes.content = ManifestContent::Deletes;
    ManifestFile older = some_manifest("older");
    older.first_row_id = 5;

    auto list = write_manifest_list(
        {some_manifest("a"), deletes, older, some_manifest("b")},
        {.format_version = 3, .snapshot_id = 111, .sequence_number = 9, .first_row_id = 1000},
        random);

    auto manifests = read_back(list);
    EXPECT_EQ(manifests[0].first_row_id, 1000);
    EXPECT_EQ(manifests[1].first_row_id, std::nullopt);
    EXPECT_EQ(manifests[2].first_row_id, 5);
    EXPECT_EQ(manifests[3].first_row_id, 1400);  // what was added and what is carried over
    EXPECT_EQ(list.added_rows, 800);
}

TEST(ManifestList, says_in_its_header_whose_it_is) {
    SeededRandom random(1);
    ManifestListOptions options{
        .format_version = 3, .snapshot_id = 111, .sequence_number = 9, .first_row_id = 1000};

    auto header_of = [&] {
        auto list = write_manifest_list({some_manifest("a")}, options, random);
        return columns::AvroReader(buffer_of(list.file)).metadata();
    };

    auto header = header_of();
    EXPECT_EQ(header.at("snapshot-id"), "111");
    EXPECT_EQ(header.at("parent-snapshot-id"), "null");
    EXPECT_EQ(header.at("sequence-number"), "9");
    EXPECT_EQ(header.at("first-row-id"), "1000");
    EXPECT_EQ(header.at("format-version"), "3");
    options.parent_id = 110;
    EXPECT_EQ(header_of().at("parent-snapshot-id"), "110");
}

TEST(ManifestList, is_read_by_name_where_it_has_no_ids) {
    SeededRandom random(1);
    auto list = write_manifest_list({some_manifest("a")}, {.sequence_number = 9}, random);
    auto schema = columns::AvroReader(buffer_of(list.file)).schema().text();

    auto changed = with_schema(list.file, without_ids(schema));

    EXPECT_EQ(read_manifest_list(buffer_of(changed)), list.manifests);
}

TEST(ManifestList, is_read_with_the_names_of_older_writers) {
    SeededRandom random(1);
    auto list = write_manifest_list({some_manifest("a")}, {.sequence_number = 9}, random);

    auto changed = with_schema(list.file, {{"added_files_count", "added_data_files_count"},
                                           {"\"manifest_file\"", "\"list\""}});

    EXPECT_EQ(read_manifest_list(buffer_of(changed)), list.manifests);
}

TEST(ManifestList, needs_no_more_than_paths) {
    SeededRandom random(1);
    auto schema = columns::AvroSchema::parse(
        R"({"type":"record","name":"l","fields":[
            {"name":"manifest_path","type":["null","string"],"field-id":500}]})");
    auto read = [&](std::string_view row) {
        columns::JsonDecoder decoder(schema.arrow_schema());
        decoder.append_record(row);
        columns::AvroWriter writer(schema, random);
        writer.append(*decoder.finish().batch);
        return read_manifest_list(buffer_of(writer.finish()));
    };

    auto manifests = read(R"({"manifest_path":"a"})");

    ASSERT_EQ(manifests.size(), 1U);
    EXPECT_EQ(manifests[0].path, "a");
    EXPECT_EQ(manifests[0].sequence_number, 0);
    EXPECT_EQ(manifests[0].added_files, std::nullopt);
    EXPECT_TRUE(manifests[0].has_live_files());
    EXPECT_EQ(manifests[0].partitions, std::nullopt);
    EXPECT_THROW(read("{}"), Error);
}

TEST(ManifestList, without_a_count_is_not_written_from_version_2_on) {
    SeededRandom random(1);
    ManifestFile uncounted = some_manifest("a");
    uncounted.added_rows = std::nullopt;

    EXPECT_NO_THROW(write_manifest_list({uncounted}, {.format_version = 1}, random));
    EXPECT_THROW(write_manifest_list({uncounted}, {.format_version = 2}, random), Error);
}

}  // namespace
}  // namespace tarn::iceberg
