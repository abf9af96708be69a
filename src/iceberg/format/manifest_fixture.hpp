// What the tests of manifests and manifest lists share: a table of trades, its manifests, and Avro
// files whose schema says something else of the same bytes.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "columns/avro_reader.hpp"
#include "iceberg/format/manifest_list.hpp"
#include "iceberg/format/manifest_reader.hpp"
#include "iceberg/format/manifest_writer.hpp"
#include "iceberg/format/single_value.hpp"

namespace tarn::iceberg {

inline Bytes bytes_of(std::string_view text) {
    return copy_of(as_bytes(text));
}

inline std::shared_ptr<arrow::Buffer> buffer_of(const Bytes& bytes) {
    return arrow::Buffer::FromString(std::string(as_text(bytes)));
}

inline SchemaPtr trades() {
    return Schema::make(7, {{.id = 1, .name = "id", .is_required = true, .type = TypeKind::Long},
                            {.id = 2, .name = "ts", .type = TypeKind::TimestampTz},
                            {.id = 3, .name = "symbol", .type = TypeKind::String},
                            {.id = 4, .name = "price", .type = Type::decimal(9, 2)}});
}

inline PartitionSpec by_day_and_price() {
    return {.id = 3,
            .fields = {{2, 1000, "ts_day", Transform::day()},
                       {4, 1001, "price", Transform::identity()}}};
}

inline DataFile data_file(std::string path, PartitionValues partition) {
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

inline DataFile some_file() {
    return data_file("file:///t/a.parquet", {int32_t{20'000}, Int128{-1420}});
}

// The same file with another header; its blocks stay as they are.
inline Bytes with_header(const Bytes& file, const std::map<std::string, std::string>& metadata) {
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

// The same file with another schema in its header, which reads the same bytes differently.
inline Bytes with_schema(const Bytes& file,
                         const std::map<std::string, std::string>& replacements) {
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
    return with_header(file, metadata);
}

// Every id of the kind goes: `"field-id":102` becomes nothing.
inline std::map<std::string, std::string> without_ids(const std::string& schema) {
    std::map<std::string, std::string> replacements;
    for (std::string_view kind : {",\"field-id\":", ",\"element-id\":"}) {
        for (size_t at = 0; (at = schema.find(kind, at)) != std::string::npos; ++at) {
            size_t end = schema.find_first_not_of("0123456789", at + kind.size());
            replacements[schema.substr(at, end - at + 1)] = schema.substr(end, 1);
        }
    }
    return replacements;
}

}  // namespace tarn::iceberg
