#include "iceberg/write/delete_files.hpp"

#include <gmock/gmock.h>

#include "iceberg/format/single_value.hpp"
#include "iceberg/write/write_fixture.hpp"

namespace tarn::iceberg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class DeleteFilesTest : public WriteTest {
protected:
    static PositionBitmap positions(std::initializer_list<int64_t> values) {
        PositionBitmap bitmap;
        for (int64_t value : values) bitmap.add(value);
        return bitmap;
    }

    static DeletedRows deleted(std::string file, PositionBitmap positions, int32_t day = 5) {
        return {.data_file = std::move(file),
                .partition = {int32_t{day}},
                .positions = std::move(positions)};
    }

    static TableMetadata by_day(std::map<std::string, std::string> properties = {}) {
        return table_by(2, Transform::day(), std::move(properties));
    }

    static std::string text(const Bytes& bytes) { return std::string(as_text(bytes)); }
};

TEST_F(DeleteFilesTest, name_one_data_file_each) {
    TableMetadata metadata = by_day();

    auto written =
        write_position_deletes(metadata, files_, random_,
                               {deleted("file:///w/t/data/b.parquet", positions({7, 3, 70'000})),
                                deleted("file:///w/t/data/a.parquet", positions({1})),
                                deleted("file:///w/t/data/c.parquet", {})});

    ASSERT_THAT(written.added, SizeIs(2));
    EXPECT_THAT(written.replaced, IsEmpty());
    const DataFile& second = written.added[1];
    EXPECT_EQ(second.content, FileContent::PositionDeletes);
    EXPECT_EQ(second.referenced_data_file, "file:///w/t/data/b.parquet");
    EXPECT_EQ(second.record_count, 3);
    EXPECT_EQ(second.sort_order_id, std::nullopt);
    EXPECT_THAT(second.partition, ElementsAre(OptionalValue(int32_t{5})));
    EXPECT_THAT(second.path, HasSubstr("/data/part=1970-01-06/"));
    EXPECT_EQ(column(second.path, "pos"), "3 7 70000");
    EXPECT_EQ(text(second.metrics.lower_bounds.at(2'147'483'546)), "file:///w/t/data/b.parquet");
    EXPECT_EQ(text(second.metrics.upper_bounds.at(2'147'483'546)), "file:///w/t/data/b.parquet");
    EXPECT_THAT(paths_on_disk(), SizeIs(2));
}

TEST_F(DeleteFilesTest, speak_of_a_whole_partition_where_the_table_wants_it) {
    TableMetadata metadata = by_day({{"write.delete.granularity", "partition"}});

    auto written = write_position_deletes(metadata, files_, random_,
                                          {deleted("file:///w/t/data/b", positions({2, 1})),
                                           deleted("file:///w/t/data/a", positions({9})),
                                           deleted("file:///w/t/data/z", positions({0}), 6)});

    ASSERT_THAT(written.added, SizeIs(2));
    EXPECT_EQ(written.added[0].referenced_data_file, std::nullopt);
    EXPECT_EQ(column(written.added[0].path, "file_path"),
              "file:///w/t/data/a file:///w/t/data/b file:///w/t/data/b");
    EXPECT_EQ(column(written.added[0].path, "pos"), "9 1 2");
    EXPECT_EQ(written.added[1].referenced_data_file, "file:///w/t/data/z");
}

TEST_F(DeleteFilesTest, are_vectors_in_one_file_in_version_3) {
    TableMetadata metadata = by_day({{"format-version", "3"}});

    auto written = write_position_deletes(metadata, files_, random_,
                                          {deleted("file:///w/t/data/a", positions({1, 5})),
                                           deleted("file:///w/t/data/b", positions({2}), 6)});

    ASSERT_THAT(written.added, SizeIs(2));
    EXPECT_THAT(paths_on_disk(), SizeIs(1));
    const DataFile& first = written.added[0];
    EXPECT_TRUE(first.is_deletion_vector());
    EXPECT_EQ(first.path, written.added[1].path);
    EXPECT_EQ(first.record_count, 2);
    EXPECT_EQ(first.referenced_data_file, "file:///w/t/data/a");
    EXPECT_EQ(first.file_bytes, disk_.stat(paths_on_disk()[0])->size);
    EXPECT_EQ(read_deletion_vector(files_, first), positions({1, 5}));
    EXPECT_EQ(read_deletion_vector(files_, written.added[1]), positions({2}));
}

TEST_F(DeleteFilesTest, join_the_vector_that_a_file_has_already) {
    TableMetadata metadata = by_day({{"format-version", "3"}});
    auto first = write_position_deletes(metadata, files_, random_,
                                        {deleted("file:///w/t/data/a", positions({1, 5}))});
    DeletedRows more = deleted("file:///w/t/data/a", positions({5, 6}));
    more.vector = first.added.at(0);

    auto second = write_position_deletes(metadata, files_, random_, {more});

    EXPECT_THAT(second.replaced, ElementsAre(first.added[0]));
    EXPECT_EQ(second.added.at(0).record_count, 3);
    EXPECT_EQ(read_deletion_vector(files_, second.added[0]), positions({1, 5, 6}));
}

TEST_F(DeleteFilesTest, leave_nothing_behind_when_they_cannot_be_written) {
    TableMetadata metadata = by_day();
    DeletedRows with_vector = deleted("file:///w/t/data/a", positions({1}));
    with_vector.vector = DataFile();
    EXPECT_EQ(refusal_of([&] { write_position_deletes(metadata, files_, random_, {with_vector}); }),
              "file:///w/t/data/a: deletion vectors need format version 3");

    std::vector<DeletedRows> two = {deleted("file:///w/t/data/a", positions({1})),
                                    deleted("file:///w/t/data/b", positions({1}))};
    auto fitting = write_position_deletes(metadata, files_, random_, two).added;
    remove_files(files_, fitting);
    disk_.limit_size(fitting[0].file_bytes + fitting[1].file_bytes - 1);
    EXPECT_THROW(write_position_deletes(metadata, files_, random_, two), Error);
    EXPECT_THAT(paths_on_disk(), IsEmpty());
}

TEST_F(DeleteFilesTest, by_equality_hold_the_key_columns_only) {
    TableMetadata metadata = table_by(1, Transform::bucket(4));
    EqualityDeleteWriter writer(metadata, files_, random_, {1});
    columns::JsonDecoder decoder(arrow::schema({arrow::field("id", arrow::int64())}));
    decoder.append_lines("{\"id\":1}\n{\"id\":34}");

    writer.append(*decoder.finish().batch);
    auto written = writer.finish();

    ASSERT_THAT(written.files, SizeIs(2));
    EXPECT_EQ(written.files[0].content, FileContent::EqualityDeletes);
    EXPECT_THAT(written.files[0].equality_ids, ElementsAre(1));
    EXPECT_EQ(read(written.files[0].path)->num_columns(), 1);
    EXPECT_EQ(column(written.files[0].path, "id"), "1");
    EXPECT_EQ(refusal_of([&] { EqualityDeleteWriter(metadata, files_, random_, {3}); }),
              "equality deletes: the table is partitioned by 'id', which is not in the key");
}

}  // namespace
}  // namespace tarn::iceberg
