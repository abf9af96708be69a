// How a table is to be partitioned, as SQL says it: PARTITIONED BY (hour(ts), region), or the
// option 'tarn.partition-by' = 'hour(ts), bucket(16, id)', which a Flink keeps as a property.
#pragma once

#include <string>
#include <vector>

#include "iceberg/format/partition_spec.hpp"
#include "sql/syntax/statement.hpp"

namespace tarn::connectors {

inline constexpr std::string_view PartitionOption = "tarn.partition-by";

// Throws InvalidInput for what is neither a column of the schema nor a transform of one.
iceberg::PartitionSpec partition_spec(const std::vector<sql::Expression>& fields,
                                      const iceberg::Schema& schema);
iceberg::PartitionSpec partition_spec(const std::string& fields, const iceberg::Schema& schema);

// Whether PARTITIONED BY says it in all dialects: by nothing but columns.
bool has_only_columns(const iceberg::PartitionSpec& spec);
// "hour(ts), bucket(16, id)": as the option has it.
std::string text_of(const iceberg::PartitionSpec& spec, const iceberg::Schema& schema);

}  // namespace tarn::connectors
