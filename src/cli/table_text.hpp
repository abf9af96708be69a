// Columns and partitions of a table as they are typed and shown.
#pragma once

#include <string_view>

#include "iceberg/format/partition_spec.hpp"
#include "iceberg/format/schema.hpp"

namespace tarn::cli {

// "id long required, ts timestamptz, tags list<string>, venue struct<name: string, floor: int>".
// Types have Iceberg's names. Throws InvalidInput that says where.
iceberg::SchemaPtr parse_columns(std::string_view text);

// "day(ts), bucket(16, id), city": columns of the schema, each as it is or by a transform. Throws
// InvalidInput, with the nearest column for one that there is not.
iceberg::PartitionSpec parse_partitions(std::string_view text, const iceberg::Schema& schema);

// The other way: "day(ts), bucket(16, id)"; empty for a table without partitions.
std::string to_partition_text(const iceberg::PartitionSpec& spec, const iceberg::Schema& schema);

}  // namespace tarn::cli
