#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "columns/avro_reader.hpp"
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
    Type partition() const { return options_.spec.partition_type(*options_.schema); }

    // As a reader finds it who comes by the manifest list of its commit, number 9.
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
    std::vector<ManifestEntry> entries(const WrittenManifest& written) {
        return read_manifest(buffer_of(written.bytes), committed(written).manifests[0],
                             partition());
    }

private:
    ManifestOptions options_;
    SeededRandom random_{1};
};

TEST(Manifest, gives_back_the_files_that_were_added) {
    Manifests manifests;
    auto writer = manifests.writer();
    DataFile first = data_file("file:///t/a.parquet", {int32_t{20'000}, Int128{-1420}});
    DataFile second = data_file("file:///t/b.parquet", {std::nullopt, std::nullopt});
    second.key_metadata = bytes_of("key");
    second.metrics = {};
    second.split_offsets = {};
    writer.add(first);
    writer.add(second);

    auto entries = manifests.entries(writer.finish());

    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].file, first);
    EXPECT_EQ(entries[1].file, second);
    EXPECT_EQ(entries[0].status, EntryStatus::Added);
    EXPECT_EQ(entries[0].snapshot_id, 111);
}

}  // namespace
}  // namespace tarn::iceberg
