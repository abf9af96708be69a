// One partition of a table: the values of one spec. Partitions of different specs are different,
// whatever their values.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "iceberg/format/data_file.hpp"
#include "iceberg/format/manifest_file.hpp"
#include "iceberg/format/table_metadata.hpp"

namespace tarn::iceberg {

struct PartitionKey {
    int32_t spec_id = 0;
    PartitionValues values = {};

    static PartitionKey of(const DataFile& file) { return {file.spec_id, file.partition}; }
};

class PartitionSet {
public:
    void insert(const PartitionKey& key);
    bool contains(const PartitionKey& key) const;
    bool empty() const { return keys_.empty(); }
    size_t size() const { return keys_.size(); }
    const std::vector<PartitionKey>& keys() const { return keys_; }

    // Whether a manifest may have files of one of them, by what its list says. `partition` is the
    // type of the manifest's own spec.
    bool may_be_in(const ManifestFile& manifest, const Type& partition) const;

private:
    std::vector<PartitionKey> keys_;
    std::set<std::string> texts_;
};

// The schema in which every column of the spec is known: the current one, or the last one before a
// column was dropped that old files are partitioned by.
SchemaPtr schema_of(const PartitionSpec& spec, const TableMetadata& table);
// The type of the partitions that the manifest's files lie in. Throws Corrupt for a spec that the
// table does not have.
Type partition_type_of(const ManifestFile& manifest, const TableMetadata& table);

}  // namespace tarn::iceberg
