// From a condition on a column to one on a partition that comes from it: true of every partition
// that has a row which fulfils the condition, so that all others need not be read.
#pragma once

#include "iceberg/format/filter.hpp"
#include "iceberg/format/partition_spec.hpp"
#include "iceberg/format/table_metadata.hpp"

namespace tarn::iceberg {

// The columns that a spec partitions by. A table's schemas know a column by different types when it
// was widened; its partition values are read as the widest.
struct PartitionTypes {
    std::vector<Type> sources = {};  // one for each field; Unknown where the column is gone
    Type partition = {};             // a struct of one field for each

    PartitionTypes(const TableMetadata& table, const PartitionSpec& spec);
};

// `leaf` is a single comparison on the field's source. True where nothing can be said.
Filter project_leaf(const Filter& leaf, const PartitionField& field, const Type& source);

// The fields of the answer are those of the spec.
Filter project(const Filter& filter, const PartitionSpec& spec, const PartitionTypes& types);

}  // namespace tarn::iceberg
