// Makes a table's columns take in those of rows that come along, by name: what is new is added,
// what is wider widens, what may be null becomes optional. Nothing is dropped and nothing narrowed.
#pragma once

#include <arrow/type.h>

#include "iceberg/format/schema_change.hpp"

namespace tarn::iceberg {

// The type that a column of Arrow is kept as, with ids of 0; small integers become int. Throws
// InvalidInput for what no table can hold.
Type type_of(const arrow::DataType& type);

// Throws InvalidInput for a column whose type has nothing to do with that of its namesake.
void add_columns_of(SchemaChange& change, const arrow::Schema& rows);

}  // namespace tarn::iceberg
