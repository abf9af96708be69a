// The Avro schema of a table, the same that Flink makes of it: a record of its columns, a union
// with null for each that may be NULL.
#pragma once

#include "columns/avro_schema.hpp"
#include "connectors/formats/option_values.hpp"
#include "connectors/formats/stored_columns.hpp"

namespace tarn::connectors {

// What Avro's kinds of timestamps stand for. Flink used to write TIMESTAMP as the kind that means
// an instant, and still does unless `timestamp_mapping.legacy` is off.
enum class TimestampMapping { Legacy, Exact };

TimestampMapping timestamp_mapping(const OptionValues& options);

// Throws InvalidInput for a column that has no form in Avro, in Flink's choice of forms.
columns::AvroSchema avro_schema_of(const StoredColumns& columns, TimestampMapping mapping);

}  // namespace tarn::connectors
