// Partitions of every type, in manifests and in what is said of them.
#include <gtest/gtest.h>

#include <limits>

#include "base/error.hpp"
#include "iceberg/format/manifest_fixture.hpp"

namespace tarn::iceberg {
namespace {

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

}  // namespace
}  // namespace tarn::iceberg
