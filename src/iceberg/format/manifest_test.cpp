#include <gtest/gtest.h>

#include <limits>
#include <map>

#include "base/error.hpp"
#include "columns/avro_reader.hpp"
#include "columns/avro_writer.hpp"
#include "columns/json_decoder.hpp"
#include "iceberg/format/manifest_list.hpp"
#include "iceberg/format/manifest_reader.hpp"
#include "iceberg/format/manifest_schema.hpp"
#include "iceberg/format/manifest_writer.hpp"
#include "iceberg/format/single_value.hpp"

namespace tarn::iceberg {
namespace {

Bytes bytes_of(std::string_view text) {
    return copy_of(as_bytes(text));
}

std::shared_ptr<arrow::Buffer> buffer_of(const Bytes& bytes) {
    return arrow::Buffer::FromString(std::string(as_text(bytes)));
}

SchemaPtr trades() {
    return Schema::make(7, {{.id = 1, .name = "id", .is_required = true, .type = TypeKind::Long},
                            {.id = 2, .name = "ts", .type = TypeKind::TimestampTz},
                            {.id = 3, .name = "symbol", .type = TypeKind::String},
                            {.id = 4, .name = "price", .type = Type::decimal(9, 2)}});
}

PartitionSpec by_day_and_price() {
    return {.id = 3,
            .fields = {{2, 1000, "ts_day", Transform::day()},
                       {4, 1001, "price", Transform::identity()}}};
}

DataFile data_file(std::string path, PartitionValues partition) {
    DataFile file;
    file.path = std::move(path);
    file.spec_id = 3;
    file.partition = std::move(partition);
    file.record_count = 100;
    file.file_bytes = 4321;
    file.metrics.column_bytes = {{1, 400}, {3, 90}};
    file.metrics.value_counts = {{1, 100}, {3, 100}};
    file.metrics.null_counts = {{1, 0}, {3, 4}};
    file.metrics.nan_counts = {{4, 0}};
    file.metrics.lower_bounds = {{1, to_bytes(int64_t{-5})}, {3, bytes_of("AAPL")}};
    file.metrics.upper_bounds = {{1, to_bytes(int64_t{5})}, {3, bytes_of("MSFT")}};
    file.split_offsets = {4, 2048};
    file.sort_order_id = 1;
    return file;
}

// A writer with the spec above, and what reads its manifests.
class Manifests {
public:
    explicit Manifests(int format_version = 2, ManifestContent content = ManifestContent::Data)
        : options_{.format_version = format_version,
                   .content = content,
                   .schema = trades(),
                   .spec = by_day_and_price(),
                   .snapshot_id = 111} {}

    ManifestWriter writer() { return ManifestWriter(options_, random_); }
    // One with a single added file.
    WrittenManifest written(const DataFile& file) {
        auto made = writer();
        made.add(file);
        return made.finish();
    }
    Type partition() const { return options_.spec.partition_type(*options_.schema); }
    Random& random() { return random_; }

    // The manifest list of its commit, number 9.
    WrittenManifestList committed(const WrittenManifest& written) {
        ManifestFile manifest = written.manifest;
        manifest.path = "file:///t/metadata/m0.avro";
        return write_manifest_list({manifest},
                                   {.format_version = options_.format_version,
                                    .snapshot_id = 111,
                                    .sequence_number = 9,
                                    .first_row_id = 1000},
                                   random_);
    }
    // As readers find them who come by that list.
    std::vector<ManifestEntry> entries(const WrittenManifest& written) {
        return read_manifest(buffer_of(written.bytes), committed(written).manifests[0],
                             partition());
    }

private:
    ManifestOptions options_;
    SeededRandom random_{1};
};

DataFile some_file() {
    return data_file("file:///t/a.parquet", {int32_t{20'000}, Int128{-1420}});
}

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

// A manifest of a table that is partitioned by the identity of one column.
struct ByIdentity {
    Type type;
    std::vector<OptionalValue> values;

    ManifestOptions options() const {
        return {.schema = Schema::make(0, {{.id = 1, .name = "x", .type = type}}),
                .spec = {.id = 0, .fields = {{1, 1000, "x", Transform::identity()}}},
                .snapshot_id = 1};
    }
    WrittenManifest written() const {
        SeededRandom random(1);
        ManifestWriter writer(options(), random);
        for (const OptionalValue& value : values) {
            DataFile file;
            file.path = "file:///t/a.parquet";
            file.partition = {value};
            writer.add(file);
        }
        return writer.finish();
    }
    // What a reader finds who takes the column for that type.
    std::vector<OptionalValue> read_as(const Type& column) const {
        auto made = written();
        Type partition = Type::structure({{.id = 1000, .name = "x", .type = column}});
        std::vector<OptionalValue> read;
        for (const auto& entry : read_manifest(buffer_of(made.bytes), made.manifest, partition)) {
            read.push_back(entry.file.partition.at(0));
        }
        return read;
    }
};

Int128 greatest_decimal() {
    Int128 number = 1;
    for (int i = 0; i < 38; ++i) number *= 10;
    return number - 1;
}

TEST(Manifest, has_partitions_of_every_type) {
    double nan = std::numeric_limits<double>::quiet_NaN();
    Bytes sixteen(16, std::byte{0xF0});
    const ByIdentity cases[] = {
        {TypeKind::Boolean, {true, false, std::nullopt}},
        {TypeKind::Int, {int32_t{INT32_MIN}, int32_t{INT32_MAX}, std::nullopt}},
        {TypeKind::Long, {INT64_MIN, INT64_MAX, std::nullopt}},
        {TypeKind::Float, {-0.0F, 0.0F, -1.5F, static_cast<float>(nan), std::nullopt}},
        {TypeKind::Double, {-0.0, 0.0, 1e300, nan, std::nullopt}},
        {Type::decimal(1, 0), {Int128{-9}, Int128{9}, std::nullopt}},
        {Type::decimal(9, 2), {Int128{-999'999'999}, Int128{0}}},
        {Type::decimal(18, 4), {Int128{-1}, Int128{999'999'999'999'999'999}}},
        {Type::decimal(38, 10), {greatest_decimal(), -greatest_decimal(), std::nullopt}},
        {TypeKind::Date, {int32_t{-1}, int32_t{20'000}, std::nullopt}},
        {TypeKind::Time, {int64_t{0}, int64_t{86'399'999'999}}},
        {TypeKind::Timestamp, {int64_t{-1}, int64_t{1'763'717'400'123'456}}},
        {TypeKind::TimestampTz, {int64_t{-1}, int64_t{1'763'717'400'123'456}}},
        {TypeKind::TimestampNs, {int64_t{-1}, int64_t{1'763'717'400'123'456'789}}},
        {TypeKind::TimestampTzNs, {int64_t{-1}, std::nullopt}},
        {TypeKind::String, {std::string(), std::string("naïve 🙂"), std::nullopt}},
        {TypeKind::Uuid, {sixteen, std::nullopt}},
        {Type::fixed(3), {Bytes{std::byte{1}, std::byte{2}, std::byte{255}}, std::nullopt}},
        {TypeKind::Binary, {Bytes(), sixteen, std::nullopt}},
    };
    for (const ByIdentity& each : cases) {
        auto read = each.read_as(each.type);

        ASSERT_EQ(read.size(), each.values.size()) << to_text(each.type);
        for (size_t i = 0; i < read.size(); ++i) {
            EXPECT_TRUE(is_same(read[i], each.values[i])) << to_text(each.type) << ", value " << i;
        }
    }
}

TEST(Manifest, sums_up_partitions_without_nan) {
    double nan = std::numeric_limits<double>::quiet_NaN();
    auto summary_of = [](std::vector<OptionalValue> values) {
        return ByIdentity{TypeKind::Double, std::move(values)}.written().manifest.partitions->at(0);
    };

    EXPECT_EQ(summary_of({nan, 2.5, -0.0, 0.0}), (PartitionSummary{.contains_null = false,
                                                                   .contains_nan = true,
                                                                   .lower_bound = to_bytes(-0.0),
                                                                   .upper_bound = to_bytes(2.5)}));
    EXPECT_EQ(summary_of({nan, std::nullopt}),
              (PartitionSummary{.contains_null = true, .contains_nan = true}));
    EXPECT_EQ(summary_of({std::nullopt}),
              (PartitionSummary{.contains_null = true, .contains_nan = false}));
}

TEST(Manifest, reads_partitions_from_before_their_column_was_widened) {
    EXPECT_EQ(ByIdentity({TypeKind::Int, {int32_t{-7}}}).read_as(TypeKind::Long).at(0),
              OptionalValue(int64_t{-7}));
    EXPECT_EQ(ByIdentity({TypeKind::Float, {1.5F}}).read_as(TypeKind::Double).at(0),
              OptionalValue(1.5));
    EXPECT_EQ(ByIdentity({Type::decimal(4, 2), {Int128{-7}}}).read_as(Type::decimal(30, 2)).at(0),
              OptionalValue(Int128{-7}));
    EXPECT_EQ(ByIdentity({TypeKind::Date, {int32_t{2}}}).read_as(TypeKind::Timestamp).at(0),
              OptionalValue(int64_t{172'800'000'000}));
    EXPECT_THROW(ByIdentity({TypeKind::String, {std::string("x")}}).read_as(TypeKind::Long), Error);
}

TEST(Manifest, knows_partitions_whose_column_is_gone_as_they_were_written) {
    EXPECT_EQ(ByIdentity({TypeKind::Date, {int32_t{2}}}).read_as(TypeKind::Unknown).at(0),
              OptionalValue(int32_t{2}));
}

TEST(Manifest, of_an_unpartitioned_table_has_an_empty_partition) {
    SeededRandom random(1);
    ManifestWriter writer({.schema = trades(), .spec = {.id = 0}, .snapshot_id = 1}, random);
    DataFile file;
    file.path = "file:///t/a.parquet";
    writer.add(file);

    auto written = writer.finish();

    EXPECT_NE(columns::AvroReader(buffer_of(written.bytes))
                  .schema()
                  .text()
                  .find(R"("type":{"type":"record","name":"r102","fields":[]})"),
              std::string::npos);
    EXPECT_EQ(written.manifest.partitions->size(), 0U);
    EXPECT_EQ(
        read_manifest(buffer_of(written.bytes), written.manifest, Type::structure({})).at(0).file,
        file);
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

// The same file with another schema in its header, which reads the same bytes differently.
Bytes with_schema(const Bytes& file, const std::map<std::string, std::string>& replacements) {
    columns::AvroReader reader(buffer_of(file));
    auto metadata = reader.metadata();
    std::string& schema = metadata.at("avro.schema");
    for (const auto& [from, to] : replacements) {
        size_t found = 0;
        for (size_t at = 0; (at = schema.find(from, at)) != std::string::npos; at += to.size()) {
            schema.replace(at, from.size(), to);
            ++found;
        }
        EXPECT_GT(found, 0U) << from;
    }
    std::string text(as_text(file));
    std::string sync = text.substr(text.size() - 16);
    std::string changed("Obj\x01", 4);
    auto append_number = [&](size_t number) {
        for (number *= 2; number >= 0x80; number >>= 7) {
            changed += static_cast<char>(number | 0x80);
        }
        changed += static_cast<char>(number);
    };
    append_number(metadata.size());
    for (const auto& [key, value] : metadata) {
        append_number(key.size());
        changed += key;
        append_number(value.size());
        changed += value;
    }
    append_number(0);
    return bytes_of(changed + text.substr(text.find(sync)));
}

// Every id of the kind goes: `"field-id":102` becomes nothing.
std::map<std::string, std::string> without_ids(const std::string& schema) {
    std::map<std::string, std::string> replacements;
    for (std::string_view kind : {",\"field-id\":", ",\"element-id\":"}) {
        for (size_t at = 0; (at = schema.find(kind, at)) != std::string::npos; ++at) {
            size_t end = schema.find_first_not_of("0123456789", at + kind.size());
            replacements[schema.substr(at, end - at + 1)] = schema.substr(end, 1);
        }
    }
    return replacements;
}

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

TEST(ManifestSchema, spells_out_what_avro_does_not_allow_in_a_name) {
    EXPECT_EQ(avro_name("ts_day"), "ts_day");
    EXPECT_EQ(avro_name("ts day-1"), "ts_x20day_x2D1");
    EXPECT_EQ(avro_name("9lives"), "_9lives");
    EXPECT_EQ(avro_name("größe"), "gr_xF6_xDFe");
    EXPECT_EQ(avro_name("🙂"), "_xD83D_xDE42");
}

TEST(ManifestSchema, keeps_the_real_name_beside_the_spelled_one) {
    auto schema = manifest_schema(
        2, Type::structure({{.id = 1000, .name = "ts day", .type = TypeKind::Date}}));

    EXPECT_NE(
        schema.find(R"({"name":"ts_x20day","type":["null",{"type":"int","logicalType":"date"}])"
                    R"(,"default":null,"field-id":1000,"iceberg-field-name":"ts day"})"),
        std::string::npos)
        << schema;
}

TEST(ManifestSchema, defines_a_type_with_a_name_only_once) {
    Type price = Type::decimal(9, 2);
    auto schema = manifest_schema(2, Type::structure({{.id = 1000, .name = "a", .type = price},
                                                      {.id = 1001, .name = "b", .type = price}}));

    size_t first = schema.find(R"("name":"decimal_9_2","size":4)");
    ASSERT_NE(first, std::string::npos);
    EXPECT_EQ(schema.find(R"("name":"decimal_9_2")", first + 1), std::string::npos);
    EXPECT_NE(schema.find(R"(["null","decimal_9_2"])"), std::string::npos);
    EXPECT_NO_THROW(columns::AvroSchema::parse(schema));
}

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
