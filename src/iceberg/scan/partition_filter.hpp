// A condition seen through one partition spec: which manifests and files it needs, and what of it
// is left to check on the rows of a file.
#pragma once

#include <vector>

#include "iceberg/format/manifest_file.hpp"
#include "iceberg/format/manifest_reader.hpp"
#include "iceberg/scan/projection.hpp"

namespace tarn::iceberg {

class PartitionFilter {
public:
    // All are copied.
    PartitionFilter(Filter filter, PartitionSpec spec, PartitionTypes types);

    const PartitionSpec& spec() const { return spec_; }
    const Type& partition_type() const { return types_.partition; }

    bool can_match(const ManifestFile& manifest) const;
    // By the partition alone.
    bool can_match(const ManifestEntries& entries, int64_t entry) const;
    // What rows of that partition must still fulfil.
    Filter residual(const PartitionValues& partition) const;

private:
    size_t index_of(int32_t field_id) const;
    bool is_fulfilled_by(const Filter& filter, const ManifestEntries& entries, int64_t entry) const;
    Filter residual(const Filter& filter, const PartitionValues& partition) const;
    Filter leaf_residual(const Filter& leaf, const PartitionValues& partition) const;

    Filter filter_;
    PartitionSpec spec_;
    PartitionTypes types_;
    Filter projected_;
};

// By what the manifest says of the file's columns, as far as it was decoded.
bool can_match_metrics(const Filter& filter, const ManifestEntries& entries, int64_t entry);

}  // namespace tarn::iceberg
