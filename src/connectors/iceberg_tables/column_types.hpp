// Types of columns as Flink SQL knows them and as Iceberg does, one as the other, nested ones too.
#pragma once

#include "iceberg/format/type.hpp"
#include "sql/types/type.hpp"

namespace tarn::connectors {

// Fields at every depth take the ids that follow `last_id`, which moves on with them. A catalog
// gives them others, as it does to all new tables. Throws InvalidInput for what no table can hold,
// and for what a table of that version cannot: nanoseconds before version 3.
iceberg::Type iceberg_type(const sql::Type& type, int format_version, int32_t& last_id);

// Throws InvalidInput for types that SQL has no values of.
sql::Type sql_type(const iceberg::Field& field);

}  // namespace tarn::connectors
