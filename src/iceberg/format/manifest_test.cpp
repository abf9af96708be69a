#include <gtest/gtest.h>

#include "base/error.hpp"
#include "columns/avro_reader.hpp"
#include "iceberg/format/manifest_fixture.hpp"

namespace tarn::iceberg {
namespace {

TEST(Manifest, gives_back_the_files_that_were_added) {
    for (int version : {2, 3}) {
        Manifests manifests(version);
        auto writer = manifests.writer();
        DataFile first = some_file();
        DataFile second = data_file("file:///t/b.parquet", {std::nullopt, std::nullopt});
        second.key_metadata = bytes_of("key");
        second.metrics = {};
        second.split_offsets = {};
        second.sort_order_id = std::nullopt;
        second.first_row_id = version == 3 ? std::optional(int64_t{77}) : std::nullopt;
        writer.add(first);
        writer.add(second);

        auto entries = manifests.entries(writer.finish());

        ASSERT_EQ(entries.size(), 2U);
        if (version == 3) first.first_row_id = 1000;
        EXPECT_EQ(entries[0].file, first);
        EXPECT_EQ(entries[1].file, second);
        EXPECT_EQ(entries[0].status, EntryStatus::Added);
        EXPECT_EQ(entries[0].snapshot_id, 111);
    }
}

TEST(Manifest, of_version_1_knows_no_deletes_and_no_numbers) {
    Manifests manifests(1);

    auto entries = manifests.entries(manifests.written(some_file()));

    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].file, some_file());
    EXPECT_EQ(entries[0].sequence_number, 0);
    EXPECT_EQ(entries[0].file_sequence_number, 0);
}

TEST(Manifest, gives_back_deletes) {
    Manifests manifests(3, ManifestContent::Deletes);
    DataFile vector = data_file("file:///t/d.puffin", {int32_t{1}, Int128{1}});
    vector.content = FileContent::PositionDeletes;
    vector.format = FileFormat::Puffin;
    vector.metrics = {};
    vector.referenced_data_file = "file:///t/a.parquet";
    vector.content_offset = 4;
    vector.content_bytes = 44;
    DataFile equality = data_file("file:///t/e.parquet", {int32_t{1}, Int128{1}});
    equality.content = FileContent::EqualityDeletes;
    equality.equality_ids = {1, 3};
    auto writer = manifests.writer();
    writer.add(vector);
    writer.add(equality);

    auto entries = manifests.entries(writer.finish());

    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].file, vector);
    EXPECT_TRUE(entries[0].file.is_deletion_vector());
    EXPECT_EQ(entries[1].file, equality);
}

TEST(Manifest, says_in_its_header_what_it_is_about) {
    Manifests manifests(2, ManifestContent::Data);
    auto written = manifests.written(some_file());

    columns::AvroReader reader(buffer_of(written.bytes));
    const auto& header = reader.metadata();

    EXPECT_EQ(header.at("format-version"), "2");
    EXPECT_EQ(header.at("content"), "data");
    EXPECT_EQ(header.at("schema-id"), "7");
    EXPECT_EQ(header.at("partition-spec-id"), "3");
    EXPECT_EQ(header.at("partition-spec"),
              R"([{"source-id":2,"field-id":1000,"name":"ts_day","transform":"day"},)"
              R"({"source-id":4,"field-id":1001,"name":"price","transform":"identity"}])");
    EXPECT_TRUE(header.at("schema").starts_with(R"({"type":"struct","schema-id":7,)"));
    EXPECT_EQ(header.at("avro.codec"), "deflate");
}

TEST(Manifest, is_described_for_the_manifest_list) {
    Manifests manifests;
    auto writer = manifests.writer();
    ManifestEntry older{.status = EntryStatus::Added,
                        .snapshot_id = 100,
                        .sequence_number = 5,
                        .file_sequence_number = 6,
                        .file = some_file()};
    writer.add(data_file("file:///t/b.parquet", {int32_t{19'000}, std::nullopt}));
    writer.keep(older);
    older.sequence_number = 2;
    writer.remove(older);

    auto written = writer.finish();

    const ManifestFile& manifest = written.manifest;
    EXPECT_EQ(manifest.length, std::ssize(written.bytes));
    EXPECT_EQ(manifest.spec_id, 3);
    EXPECT_EQ(manifest.added_snapshot_id, 111);
    EXPECT_EQ(manifest.added_files, 1);
    EXPECT_EQ(manifest.existing_files, 1);
    EXPECT_EQ(manifest.deleted_files, 1);
    EXPECT_EQ(manifest.added_rows, 100);
    EXPECT_EQ(manifest.deleted_rows, 100);
    EXPECT_EQ(manifest.sequence_number, std::nullopt);
    EXPECT_EQ(manifest.min_sequence_number, 5);  // what is removed is not live
    ASSERT_EQ(manifest.partitions->size(), 2U);
    EXPECT_EQ(manifest.partitions->at(0),
              (PartitionSummary{.contains_null = false,
                                .contains_nan = false,
                                .lower_bound = to_bytes(int32_t{19'000}),
                                .upper_bound = to_bytes(int32_t{20'000})}));
    EXPECT_EQ(manifest.partitions->at(1),
              (PartitionSummary{.contains_null = true,
                                .contains_nan = false,
                                .lower_bound = to_bytes(Int128{-1420}),
                                .upper_bound = to_bytes(Int128{-1420})}));
}

TEST(Manifest, lets_its_entries_inherit_what_the_commit_decides) {
    Manifests manifests;
    auto writer = manifests.writer();
    ManifestEntry older{.status = EntryStatus::Added,
                        .snapshot_id = 100,
                        .sequence_number = 5,
                        .file_sequence_number = 6,
                        .file = some_file()};
    writer.add(some_file());
    writer.add(some_file(), 4);
    writer.keep(older);
    writer.remove(older);

    auto entries = manifests.entries(writer.finish());

    ASSERT_EQ(entries.size(), 4U);
    EXPECT_EQ(entries[0].sequence_number, 9);
    EXPECT_EQ(entries[0].file_sequence_number, 9);
    EXPECT_EQ(entries[1].sequence_number, 4);
    EXPECT_EQ(entries[1].file_sequence_number, 9);
    EXPECT_EQ(entries[2].status, EntryStatus::Existing);
    EXPECT_EQ(entries[2].snapshot_id, 100);
    EXPECT_EQ(entries[2].sequence_number, 5);
    EXPECT_EQ(entries[2].file_sequence_number, 6);
    EXPECT_EQ(entries[3].status, EntryStatus::Deleted);
    EXPECT_EQ(entries[3].snapshot_id, 111);
    EXPECT_EQ(entries[3].sequence_number, 5);
}

TEST(Manifest, gives_row_ids_to_the_files_without_any) {
    Manifests manifests(3);
    auto writer = manifests.writer();
    ManifestEntry numbered{
        .snapshot_id = 100, .sequence_number = 5, .file_sequence_number = 5, .file = some_file()};
    ManifestEntry unnumbered = numbered;
    numbered.file.first_row_id = 20;
    writer.add(some_file());
    writer.keep(numbered);
    writer.remove(unnumbered);
    writer.keep(unnumbered);
    writer.add(some_file());

    auto entries = manifests.entries(writer.finish());

    EXPECT_EQ(entries[0].file.first_row_id, 1000);
    EXPECT_EQ(entries[1].file.first_row_id, 20);
    EXPECT_EQ(entries[2].file.first_row_id, std::nullopt);
    EXPECT_EQ(entries[3].file.first_row_id, 1100);
    EXPECT_EQ(entries[4].file.first_row_id, 1200);
}

TEST(Manifest, with_a_transform_of_a_later_version_is_not_written) {
    SeededRandom random(1);
    ManifestOptions options{
        .schema = trades(),
        .spec = {.id = 1, .fields = {{3, 1000, "x", Transform::parse("zorder[2]")}}}};

    EXPECT_THROW(ManifestWriter(options, random), Error);
}

TEST(Manifest, keeps_the_order_of_many_thousand_entries) {
    Manifests manifests;
    auto writer = manifests.writer();
    for (int i = 0; i < 40'000; ++i) {
        DataFile file;
        file.path = std::to_string(i);
        file.spec_id = 3;
        file.partition = {int32_t{i}, std::nullopt};
        writer.add(file);
    }
    auto written = writer.finish();

    EXPECT_NEAR(static_cast<double>(written.manifest.length),
                static_cast<double>(writer.estimated_bytes()), 70'000);
    int64_t next = 0;
    ManifestReader reader(buffer_of(written.bytes), written.manifest, manifests.partition());
    while (auto entries = reader.next()) {
        for (int64_t i = 0; i < entries->size(); ++i, ++next) {
            ASSERT_EQ(entries->path(i), std::to_string(next));
            ASSERT_EQ(entries->partition_value(i, 0), OptionalValue(static_cast<int32_t>(next)));
        }
    }
    EXPECT_EQ(next, 40'000);
}

TEST(ManifestEntries, are_looked_through_by_column) {
    Manifests manifests;
    auto written = manifests.written(some_file());
    ManifestReader reader(buffer_of(written.bytes), manifests.committed(written).manifests[0],
                          manifests.partition());

    auto entries = reader.next();

    ASSERT_TRUE(entries);
    EXPECT_EQ(entries->size(), 1);
    EXPECT_EQ(entries->status(0), EntryStatus::Added);
    EXPECT_EQ(entries->sequence_number(0), 9);
    EXPECT_EQ(entries->path(0), "file:///t/a.parquet");
    EXPECT_EQ(entries->record_count(0), 100);
    EXPECT_EQ(entries->partition_value(0, 1), OptionalValue(Int128{-1420}));
    EXPECT_EQ(entries->value_count(0, 3), 100);
    EXPECT_EQ(entries->null_count(0, 3), 4);
    EXPECT_EQ(entries->nan_count(0, 4), 0);
    EXPECT_EQ(as_text(*entries->lower_bound(0, 3)), "AAPL");
    EXPECT_EQ(as_text(*entries->upper_bound(0, 3)), "MSFT");
    EXPECT_EQ(entries->upper_bound(0, 4), std::nullopt);
    EXPECT_FALSE(reader.next());
}

TEST(ManifestEntries, have_the_metrics_that_were_asked_for) {
    Manifests manifests;
    auto written = manifests.written(some_file());
    auto file_with = [&](ManifestColumns columns) {
        ManifestReader reader(buffer_of(written.bytes), written.manifest, manifests.partition(),
                              std::move(columns));
        return reader.next()->file(0);
    };
    ColumnMetrics of_symbol{.value_counts = {{3, 100}},
                            .null_counts = {{3, 4}},
                            .lower_bounds = {{3, bytes_of("AAPL")}},
                            .upper_bounds = {{3, bytes_of("MSFT")}}};

    EXPECT_EQ(file_with(ManifestColumns::without_metrics()).metrics, ColumnMetrics());
    EXPECT_EQ(file_with(ManifestColumns::without_metrics()).partition, some_file().partition);
    EXPECT_EQ(file_with(ManifestColumns::with_metrics_of({3, 99})).metrics, of_symbol);
    EXPECT_EQ(file_with(ManifestColumns::with_metrics_of({})).metrics, ColumnMetrics());
    EXPECT_EQ(file_with(ManifestColumns::all()), some_file());
}

}  // namespace
}  // namespace tarn::iceberg
