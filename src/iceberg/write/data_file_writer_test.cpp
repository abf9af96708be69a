#include "iceberg/write/data_file_writer.hpp"

#include <gmock/gmock.h>
#include <parquet/file_reader.h>

#include "iceberg/format/single_value.hpp"
#include "iceberg/write/write_fixture.hpp"

namespace tarn::iceberg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class DataFileWriterTest : public WriteTest {
protected:
    // The partition folders of files, in the order of the writer.
    static std::vector<std::string> folders(const WrittenFiles& written) {
        std::vector<std::string> found;
        for (const DataFile& file : written.files) {
            std::string below = file.path.substr(std::string(Location).size() + 6);
            found.push_back(below.substr(0, below.find_last_of('/')));
        }
        return found;
    }

    static std::string lines(int count, int name_count) {
        std::string text;
        for (int i = 0; i < count; ++i) {
            text += fmt::format("{{\"id\":{},\"name\":\"n{}\"}}\n", i, i % name_count);
        }
        return text;
    }
};

TEST_F(DataFileWriterTest, describes_what_it_wrote) {
    TableMetadata metadata = table();
    DataFileWriter writer(metadata, files_, random_);

    writer.append(*rows(metadata, R"({"id":7,"name":"b","ts":"2026-11-20T01:02:03Z"}
{"id":-1,"name":"a"})"));
    EXPECT_EQ(writer.row_count(), 2);
    auto written = writer.finish();

    ASSERT_THAT(written.files, SizeIs(1));
    const DataFile& file = written.files[0];
    EXPECT_THAT(file.path, StartsWith("file:///w/t/data/00000-"));
    EXPECT_THAT(file.path, testing::EndsWith(".parquet"));
    EXPECT_EQ(file.record_count, 2);
    auto place = files_.at(file.path);
    EXPECT_EQ(file.file_bytes, place.files->stat(place.path)->size);
    EXPECT_EQ(file.content, FileContent::Data);
    EXPECT_EQ(file.sort_order_id, 0);
    EXPECT_THAT(file.split_offsets, ElementsAre(4));
    EXPECT_EQ(file.metrics.null_counts.at(2), 1);
    EXPECT_EQ(from_bytes(file.metrics.lower_bounds.at(1), TypeKind::Long),
              OptionalValue(int64_t{-1}));
    EXPECT_EQ(as_text(file.metrics.upper_bounds.at(3)), "b");
    EXPECT_EQ(column(file.path, "id"), "7 -1");
    EXPECT_EQ(read(file.path)->schema()->field(0)->metadata()->Get("PARQUET:field_id"), "1");
}

TEST_F(DataFileWriterTest, writes_no_file_without_rows) {
    TableMetadata metadata = table();
    DataFileWriter writer(metadata, files_, random_);

    writer.append(*rows(metadata, ""));

    EXPECT_THAT(writer.finish().files, IsEmpty());
    EXPECT_THAT(paths_on_disk(), IsEmpty());
}

TEST_F(DataFileWriterTest, puts_each_row_into_the_file_of_its_partition) {
    TableMetadata metadata = table_by(2, Transform::day());
    DataFileWriter writer(metadata, files_, random_);

    writer.append(*rows(metadata, R"({"id":1,"ts":"2026-11-20T01:02:03Z"}
{"id":2}
{"id":3,"ts":"1969-12-31T23:59:59Z"}
{"id":4,"ts":"2026-11-20T23:59:59Z"})"));
    writer.append(*rows(metadata, R"({"id":5})"));
    auto written = writer.finish();

    EXPECT_THAT(folders(written), ElementsAre("part=2026-11-20", "part=null", "part=1969-12-31"));
    ASSERT_THAT(written.files, SizeIs(3));
    EXPECT_EQ(column(written.files[0].path, "id"), "1 4");
    EXPECT_EQ(column(written.files[1].path, "id"), "2 5");
    EXPECT_EQ(column(written.files[2].path, "id"), "3");
    EXPECT_THAT(written.files[0].partition, ElementsAre(OptionalValue(int32_t{20777})));
    EXPECT_THAT(written.files[1].partition, ElementsAre(std::nullopt));
    EXPECT_EQ(written.files[0].spec_id, metadata.default_spec_id);
}

TEST_F(DataFileWriterTest, combines_the_fields_of_a_spec) {
    TableMetadata metadata =
        table({.schema = trades(),
               .spec = {.fields = {{2, 1000, "ts_day", Transform::day()},
                                   {1, 1001, "id_bucket", Transform::bucket(2)},
                                   {3, 1002, "name", Transform::identity()}}},
               .location = {}});
    DataFileWriter writer(metadata, files_, random_);

    writer.append(*rows(metadata, R"({"id":0,"ts":"2026-11-20T01:00:00Z","name":"a/b"}
{"id":1,"ts":"2026-11-20T02:00:00Z","name":"a/b"}
{"id":0,"ts":"2026-11-21T01:00:00Z","name":"a/b"}
{"id":1,"ts":"2026-11-20T01:00:00Z"}
{"id":0,"ts":"2026-11-20T03:00:00Z","name":"a/b"})"));
    auto written = writer.finish();

    EXPECT_THAT(folders(written), ElementsAre("ts_day=2026-11-20/id_bucket=0/name=a%2Fb",
                                              "ts_day=2026-11-21/id_bucket=0/name=a%2Fb",
                                              "ts_day=2026-11-20/id_bucket=0/name=null"));
    EXPECT_EQ(written.files[0].record_count, 3);
}

TEST_F(DataFileWriterTest, tells_where_each_row_came_to_lie) {
    TableMetadata metadata = table_by(3, Transform::identity());
    DataFileWriter writer(metadata, files_, random_, {.limits = {.open_files_max = 1}});

    auto first = writer.append_and_place(*rows(metadata, lines(40'000, 2)));
    auto second = writer.append_and_place(*rows(metadata, lines(40'000, 3)));
    auto written = writer.finish();

    auto check = [&](const std::vector<RowPlace>& places) {
        for (size_t i = 0; i < places.size(); i += 997) {
            auto [file, position] = written.position_of(places[i]);
            auto ids = read(written.files[file].path)->GetColumnByName("id");
            EXPECT_EQ(columns::or_throw(ids->GetScalar(position))->ToString(), std::to_string(i));
        }
    };
    ASSERT_EQ(first.size(), 40'000U);
    ASSERT_EQ(second.size(), 40'000U);
    check(first);
    check(second);
    EXPECT_GT(written.files.size(), 3U) << "the one open file was given up between partitions";
}

TEST_F(DataFileWriterTest, keeps_few_files_open_and_writes_one_for_each_of_many_partitions) {
    TableMetadata metadata = table_by(1, Transform::identity());
    DataFileWriter writer(metadata, files_, random_, {.limits = {.open_files_max = 4}});
    std::string thousand;
    for (int i = 0; i < 1000; ++i) thousand += fmt::format("{{\"id\":{}}}\n", i * 7919 % 1000);

    for (int i = 0; i < 5; ++i) writer.append(*rows(metadata, thousand));
    auto written = writer.finish();

    ASSERT_THAT(written.files, SizeIs(1000));
    for (const DataFile& file : written.files) EXPECT_EQ(file.record_count, 5);
}

TEST_F(DataFileWriterTest, writes_early_when_more_is_gathered_than_may_be) {
    TableMetadata metadata = table_by(3, Transform::identity());
    DataFileWriter writer(metadata, files_, random_, {.limits = {.gathered_bytes_max = 1}});

    for (int i = 0; i < 3; ++i) writer.append(*rows(metadata, lines(4, 2)));
    auto written = writer.finish();

    ASSERT_THAT(written.files, SizeIs(2));
    EXPECT_EQ(column(written.files[0].path, "id"), "0 2 0 2 0 2");
}

TEST_F(DataFileWriterTest, begins_a_new_file_at_the_target_size) {
    TableMetadata metadata = table({{"write.target-file-size-bytes", "100000"},
                                    {"write.parquet.row-group-size-bytes", "100000"}});
    DataFileWriter writer(metadata, files_, random_);

    for (int i = 0; i < 6; ++i) writer.append(*rows(metadata, lines(65'536, 40'000)));
    auto written = writer.finish();

    EXPECT_GT(written.files.size(), 2U);
    int64_t count = 0;
    for (const DataFile& file : written.files) count += file.record_count;
    EXPECT_EQ(count, 6 * 65'536);
}

TEST_F(DataFileWriterTest, sorts_each_file_when_it_is_asked_to) {
    NewTable wanted{.schema = trades(),
                    .sort_order = {.id = 1,
                                   .fields = {{.source_id = 3,
                                               .direction = Direction::Descending,
                                               .null_order = NullOrder::Last},
                                              {.source_id = 1}}},
                    .location = {}};
    wanted.properties = {{"write.distribution-mode", "range"}};
    TableMetadata metadata = table(wanted);
    DataFileWriter writer(metadata, files_, random_);

    writer.append(
        *rows(metadata, "{\"id\":3,\"name\":\"a\"}\n{\"id\":2}\n{\"id\":9,\"name\":\"b\"}"));
    writer.append(
        *rows(metadata, "{\"id\":1,\"name\":\"b\"}\n{\"id\":1}\n{\"id\":2,\"name\":\"a\"}"));
    auto written = writer.finish();

    ASSERT_THAT(written.files, SizeIs(1));
    EXPECT_EQ(written.files[0].sort_order_id, 1);
    EXPECT_EQ(column(written.files[0].path, "name"), "b b a a null null");
    EXPECT_EQ(column(written.files[0].path, "id"), "1 9 2 3 1 2");
}

TEST_F(DataFileWriterTest, tells_where_sorted_rows_came_to_lie_when_it_keeps_their_places) {
    TableMetadata metadata = table({.schema = trades(),
                                    .spec = {.fields = {{3, 1000, "name", Transform::identity()}}},
                                    .sort_order = {.id = 1, .fields = {{.source_id = 1}}},
                                    .location = {}});
    // Little enough that each batch is sorted for itself.
    DataFileWriter writer(metadata, files_, random_,
                          {.limits = {.sorted_bytes_max = 1},
                           .sorting = DataFileOptions::Sorting::Always,
                           .keeps_places = true});
    std::vector<int64_t> ids;
    std::vector<RowPlace> places;
    for (int batch = 0; batch < 3; ++batch) {
        std::string lines;
        for (int i = 0; i < 50; ++i) {
            ids.push_back(static_cast<int64_t>(random_.below(1'000'000)));
            lines += fmt::format("{{\"id\":{},\"name\":\"{}\"}}\n", ids.back(), i % 2);
        }
        auto added = writer.append_and_place(*rows(metadata, lines));
        places.insert(places.end(), added.begin(), added.end());
    }

    auto written = writer.finish();

    ASSERT_THAT(written.files, SizeIs(6));
    std::vector<std::shared_ptr<arrow::ChunkedArray>> columns;
    for (const DataFile& file : written.files) {
        columns.push_back(read(file.path)->GetColumnByName("id"));
    }
    for (size_t i = 0; i < ids.size(); ++i) {
        auto [file, position] = written.position_of(places[i]);
        EXPECT_EQ(columns::or_throw(columns[file]->GetScalar(position))->ToString(),
                  std::to_string(ids[i]));
    }
}

TEST_F(DataFileWriterTest, takes_back_what_it_wrote_when_it_is_given_up) {
    TableMetadata metadata = table_by(3, Transform::identity());
    {
        DataFileWriter writer(metadata, files_, random_, {.limits = {.open_files_max = 1}});
        writer.append(*rows(metadata, lines(40'000, 2)));
        EXPECT_THAT(paths_on_disk(), SizeIs(1));
    }
    EXPECT_THAT(paths_on_disk(), IsEmpty());

    DataFileWriter writer(metadata, files_, random_);
    writer.append(*rows(metadata, lines(10, 2)));
    writer.abort();
    EXPECT_THAT(paths_on_disk(), IsEmpty());
    writer.append(*rows(metadata, lines(3, 1)));
    EXPECT_EQ(writer.finish().files.at(0).record_count, 3);
}

TEST_F(DataFileWriterTest, takes_everything_back_when_the_disk_is_full) {
    TableMetadata metadata = table_by(3, Transform::identity());
    disk_.limit_size(1'500);
    {
        DataFileWriter writer(metadata, files_, random_);
        writer.append(*rows(metadata, lines(100, 3)));
        EXPECT_THROW(writer.finish(), Error);
    }
    EXPECT_THAT(paths_on_disk(), IsEmpty());
}

TEST_F(DataFileWriterTest, leaves_only_whole_files_behind_when_the_process_dies) {
    TableMetadata metadata = table_by(3, Transform::identity());
    DataFileWriter writer(metadata, files_, random_, {.limits = {.open_files_max = 1}});
    writer.append(*rows(metadata, lines(40'000, 2)));

    disk_.lose_power();

    for (const std::string& path : paths_on_disk()) {
        EXPECT_EQ(read("file:///w/" + path)->num_rows(), 20'000);
    }
}

TEST_F(DataFileWriterTest, serves_one_commit_after_the_other) {
    TableMetadata metadata = table_by(3, Transform::identity());
    DataFileWriter writer(metadata, files_, random_);

    writer.append(*rows(metadata, lines(4, 2)));
    auto first = writer.finish();
    writer.append(*rows(metadata, lines(2, 2)));
    auto second = writer.finish();

    EXPECT_THAT(first.files, SizeIs(2));
    ASSERT_THAT(second.files, SizeIs(2));
    EXPECT_NE(first.files[0].path, second.files[0].path);
    EXPECT_EQ(column(second.files[1].path, "id"), "1");
    EXPECT_THAT(paths_on_disk(), SizeIs(4));
}

TEST_F(DataFileWriterTest, refuses_rows_that_the_table_has_no_room_for) {
    TableMetadata metadata = table();
    DataFileWriter writer(metadata, files_, random_);
    auto refused = [&](const arrow::FieldVector& fields, const char* json) {
        columns::JsonDecoder decoder(arrow::schema(fields));
        decoder.append_lines(json);
        auto batch = decoder.finish().batch;
        return refusal_of([&] { writer.append(*batch); });
    };
    auto id = arrow::field("id", arrow::int64());

    EXPECT_EQ(
        refused({id}, "{\"id\":1}\n{}"),
        "column 'id' is required, but row 1 has no value; rows count from 0 within the batch; "
        "make the column optional to allow it");
    EXPECT_EQ(refused({arrow::field("name", arrow::utf8())}, "{}"),
              "column 'id' is required, but the rows lack it");
    EXPECT_EQ(refused({arrow::field("id", arrow::int32())}, "{\"id\":1}"),
              "column 'id' of the rows is int32, of the table int64");
    EXPECT_EQ(refused({id, arrow::field("nmae", arrow::utf8())}, "{\"id\":1}"),
              "the table has no column 'nmae'; did you mean 'name'?");
    EXPECT_EQ(writer.row_count(), 0);
}

TEST_F(DataFileWriterTest, minds_required_fields_only_where_their_parents_are) {
    Type venue =
        Type::structure({{.id = 2, .name = "city", .is_required = true, .type = TypeKind::String}});
    Type inner =
        Type::structure({{.id = 5, .name = "city", .is_required = true, .type = TypeKind::String}});
    NewTable wanted{
        .schema = Schema::make(0, {{.id = 1, .name = "v", .type = venue},
                                   {.id = 3, .name = "l", .type = Type::list(4, inner, true)}}),
        .location = {}};
    TableMetadata metadata = table(wanted);
    DataFileWriter writer(metadata, files_, random_);

    writer.append(*rows(metadata, R"({"v":{"city":"Bonn"},"l":[{"city":"Ulm"}]}
{})"));
    EXPECT_EQ(read(writer.finish().files.at(0).path)->num_rows(), 2);
}

TEST_F(DataFileWriterTest, takes_columns_in_any_order_and_fills_in_those_that_lack) {
    TableMetadata metadata = table();
    DataFileWriter writer(metadata, files_, random_);
    columns::JsonDecoder decoder(
        arrow::schema({arrow::field("name", arrow::utf8()), arrow::field("id", arrow::int64())}));
    decoder.append_lines(R"({"id":1,"name":"a"})");

    writer.append(*decoder.finish().batch);
    auto written = writer.finish();

    EXPECT_EQ(column(written.files[0].path, "ts"), "null");
    EXPECT_EQ(column(written.files[0].path, "id"), "1");
}

TEST_F(DataFileWriterTest, refuses_options_that_make_no_sense) {
    auto refused = [&](const char* name, const char* value) {
        TableMetadata metadata = table({{name, value}});
        return refusal_of([&] { DataFileWriter(metadata, files_, random_); });
    };
    EXPECT_EQ(refused("write.parquet.compression-codec", "lz4"),
              "table property write.parquet.compression-codec: 'lz4' is not supported, these are: "
              "zstd, snappy, gzip, uncompressed");
    EXPECT_EQ(
        refused("write.target-file-size-bytes", "0"),
        "table property write.target-file-size-bytes: a number from 1 on is expected, not '0'");
    EXPECT_THAT(refused("write.format.default", "orc"), HasSubstr("'orc' is not supported"));
    EXPECT_EQ(refused("write.parquet.compression-level", "null"), "nothing was refused");
}

TEST_F(DataFileWriterTest, writes_with_the_codec_and_filters_that_the_table_wants) {
    TableMetadata metadata = table({{"write.parquet.compression-codec", "GZIP"},
                                    {"write.parquet.compression-level", "3"},
                                    {"write.parquet.bloom-filter-enabled.column.name", "true"},
                                    {"write.data.path", "file:///w/elsewhere/"},
                                    {"write.metadata.metrics.default", "counts"}});
    DataFileWriter writer(metadata, files_, random_);
    writer.append(*rows(metadata, R"({"id":1,"name":"a"})"));

    DataFile file = writer.finish().files.at(0);

    EXPECT_THAT(file.path, StartsWith("file:///w/elsewhere/0"));
    EXPECT_THAT(file.metrics.lower_bounds, IsEmpty());
    EXPECT_EQ(file.metrics.value_counts.at(1), 1);
    auto place = files_.at(file.path);
    auto bytes = place.files->read(place.path);
    auto reader = parquet::ParquetFileReader::Open(std::make_shared<arrow::io::BufferReader>(
        arrow::Buffer::FromString(std::string(as_text(bytes)))));
    auto chunk = reader->metadata()->RowGroup(0)->ColumnChunk(2);
    EXPECT_EQ(chunk->compression(), parquet::Compression::GZIP);
    EXPECT_TRUE(chunk->bloom_filter_offset().has_value());
    EXPECT_TRUE(reader->metadata()->key_value_metadata()->Contains("iceberg.schema"));
}

TEST_F(DataFileWriterTest, spreads_files_over_folders_where_the_table_wants_it) {
    auto path_with = [&](std::map<std::string, std::string> properties) {
        properties["write.object-storage.enabled"] = "true";
        TableMetadata metadata = table_by(3, Transform::identity(), properties);
        DataFileWriter writer(metadata, files_, random_);
        writer.append(*rows(metadata, R"({"id":1,"name":"a"})"));
        return writer.finish().files.at(0).path;
    };

    EXPECT_THAT(path_with({}), testing::MatchesRegex(
                                   "file:///w/t/data/[01]{4}/[01]{4}/[01]{4}/[01]{8}/part=a/0.*"));
    EXPECT_THAT(path_with({{"write.object-storage.partitioned-paths", "false"}}),
                testing::MatchesRegex("file:///w/t/data/[01]{4}/[01]{4}/[01]{4}/[01]{8}-0.*"));
}

}  // namespace
}  // namespace tarn::iceberg
