// Makes one manifest: the files of one spec, either all data or all deletes. It is made in memory,
// since its length must be known and bounds how large it may grow (`estimated_bytes`).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/random.hpp"
#include "columns/avro_writer.hpp"
#include "columns/column_builder.hpp"
#include "iceberg/format/data_file.hpp"
#include "iceberg/format/manifest_file.hpp"
#include "iceberg/format/partition_summaries.hpp"

namespace tarn::iceberg {

struct ManifestOptions {
    int format_version = 2;
    ManifestContent content = ManifestContent::Data;
    // Goes into the header; must be the one that the table's metadata has under its id.
    SchemaPtr schema;
    PartitionSpec spec = {};
    // The snapshot that the manifest is made for.
    SnapshotId snapshot_id = 0;
};

struct WrittenManifest {
    Bytes bytes;
    // For the manifest list; only the path is still missing.
    ManifestFile manifest;
};

class ManifestWriter {
public:
    // `random` is borrowed for the call. Throws InvalidInput for a spec that cannot be written.
    ManifestWriter(ManifestOptions options, Random& random);

    // A file that this snapshot adds. Its rows are as old as its commit, unless it rewrites older
    // ones: compaction gives the sequence number of the snapshot that it read.
    void add(const DataFile& file, std::optional<int64_t> sequence_number = std::nullopt);
    // A file that an earlier snapshot added, carried over from another manifest.
    void keep(const ManifestEntry& entry);
    // A file of an earlier snapshot that this one removes.
    void remove(const ManifestEntry& entry);

    int64_t entry_count() const { return entry_count_; }
    // Near the size of the file.
    size_t estimated_bytes() const;

    // There must be an entry: readers refuse empty manifests.
    WrittenManifest finish();

private:
    void append(const ManifestEntry& entry);
    void check(const ManifestEntry& entry) const;
    void append_to(columns::ColumnBuilder& builder, int32_t field_id, const ManifestEntry& entry);
    void append_of_file(columns::ColumnBuilder& builder, int32_t field_id, const DataFile& file);
    void count(const ManifestEntry& entry);
    void write_rows();

    ManifestOptions options_;
    Type partition_type_;
    columns::AvroSchema schema_;
    std::shared_ptr<arrow::Schema> arrow_schema_;
    columns::AvroWriter writer_;
    std::unique_ptr<columns::StructBuilder> rows_;
    PartitionSummaries summaries_;
    ManifestFile manifest_;
    int64_t entry_count_ = 0;
};

}  // namespace tarn::iceberg
