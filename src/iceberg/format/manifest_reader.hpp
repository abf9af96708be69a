// Reads a manifest as columns. A large table has millions of entries, of which a query wants few:
// so the reader decodes only what is asked for, gives batches of entries to look through by column,
// and makes a ManifestEntry, which costs a dozen allocations, only where one is wanted.
#pragma once

#include <arrow/array.h>
#include <arrow/buffer.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "columns/avro_reader.hpp"
#include "iceberg/format/data_file.hpp"
#include "iceberg/format/manifest_file.hpp"

namespace tarn::iceberg {

// What is decoded beside status, numbers, path, format, partition, record count and size.
struct ManifestColumns {
    enum class Metrics { None, Pruning, All };

    // `Pruning` leaves the sizes of columns out.
    Metrics metrics = Metrics::All;
    // Metrics of these columns alone; of all where there is nothing.
    std::optional<std::vector<int32_t>> metric_ids = {};
    // Split offsets, sort order, key metadata.
    bool has_details = true;

    static ManifestColumns all() { return {}; }
    static ManifestColumns without_metrics() {
        return {.metrics = Metrics::None, .metric_ids = {}, .has_details = false};
    }
    static ManifestColumns with_metrics_of(std::vector<int32_t> field_ids) {
        return {
            .metrics = Metrics::Pruning, .metric_ids = std::move(field_ids), .has_details = false};
    }
};

// Some entries of one manifest, by their position. Numbers that an entry inherits from the manifest
// list are filled in. Views into it live as long as it does.
class ManifestEntries {
public:
    int64_t size() const { return size_; }
    int64_t memory_bytes() const;

    EntryStatus status(int64_t entry) const;
    bool is_live(int64_t entry) const { return status(entry) != EntryStatus::Deleted; }
    SnapshotId snapshot_id(int64_t entry) const;
    std::optional<int64_t> sequence_number(int64_t entry) const;
    std::optional<int64_t> file_sequence_number(int64_t entry) const;

    FileContent content(int64_t entry) const;
    std::string_view path(int64_t entry) const;
    // Throws InvalidInput for one that we do not know.
    FileFormat format(int64_t entry) const;
    int64_t record_count(int64_t entry) const;
    int64_t file_bytes(int64_t entry) const;
    std::optional<int64_t> first_row_id(int64_t entry) const;
    std::optional<std::string_view> referenced_data_file(int64_t entry) const;

    // `field` counts within the spec.
    OptionalValue partition_value(int64_t entry, size_t field) const;
    PartitionValues partition(int64_t entry) const;

    // Nothing where the file does not say, or it was not decoded.
    std::optional<int64_t> value_count(int64_t entry, int32_t field_id) const;
    std::optional<int64_t> null_count(int64_t entry, int32_t field_id) const;
    std::optional<int64_t> nan_count(int64_t entry, int32_t field_id) const;
    std::optional<BytesView> lower_bound(int64_t entry, int32_t field_id) const;
    std::optional<BytesView> upper_bound(int64_t entry, int32_t field_id) const;

    // Everything that was decoded.
    DataFile file(int64_t entry) const;
    ManifestEntry entry(int64_t entry) const;

private:
    friend class ManifestReader;
    struct Columns;

    ManifestEntries(std::shared_ptr<const Columns> columns, int64_t size)
        : columns_(std::move(columns)), size_(size) {}
    std::optional<int64_t> inherited(std::optional<int64_t> number, int64_t entry) const;

    std::shared_ptr<const Columns> columns_;
    int64_t size_;
};

class ManifestReader {
public:
    // `manifest` is what the manifest list says of it; of a table of version 1 without one, only
    // the path. `partition` is the type of the manifest's own spec. Columns are found by field id,
    // or by name in files without ids, and may be missing where the format lets them. Throws
    // Corrupt or InvalidInput when the file is no manifest.
    ManifestReader(std::shared_ptr<arrow::Buffer> file, ManifestFile manifest, Type partition,
                   ManifestColumns columns = ManifestColumns::all());

    // "schema", "partition-spec" and so on. Reading needs none of it.
    const std::map<std::string, std::string>& metadata() const { return reader_.metadata(); }

    // Some tens of thousands of entries; nothing at the end.
    std::optional<ManifestEntries> next();

private:
    void assign_row_ids(ManifestEntries::Columns& columns);

    columns::AvroReader reader_;
    ManifestFile manifest_;
    Type partition_type_;
    std::optional<int64_t> next_row_id_;
};

// All entries of a manifest, for those who want them all.
std::vector<ManifestEntry> read_manifest(std::shared_ptr<arrow::Buffer> file,
                                         const ManifestFile& manifest, const Type& partition);

}  // namespace tarn::iceberg
