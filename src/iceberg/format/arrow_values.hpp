// Where Iceberg's types and values meet Arrow's columns, which carry them to and from files.
#pragma once

#include <arrow/array.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>

#include <cstdint>
#include <memory>

#include "columns/column_builder.hpp"
#include "iceberg/format/schema.hpp"
#include "iceberg/format/value.hpp"

namespace tarn::iceberg {

// The columns that rows of the type lie in, with field ids at every depth. Throws InvalidInput for
// types that are only kept in metadata.
std::shared_ptr<arrow::DataType> arrow_type(const Type& type);
std::shared_ptr<arrow::Field> arrow_field(const Field& field);
std::shared_ptr<arrow::Schema> arrow_schema(const std::vector<Field>& fields);

arrow::Decimal128 to_arrow(Int128 unscaled);
Int128 from_arrow(const arrow::Decimal128& decimal);

// Whether a value is of the alternative that the type uses.
bool is_of(const Value& value, const Type& type);

// The same value as `type`, if that is what it is or has been before a column was widened. With
// type Unknown it is left as it is.
OptionalValue widened(Value value, const Type& type);

// The value of a primitive column, as `type`: one from before the field was widened comes out wide.
// With type Unknown it comes out as it was written. Throws Corrupt when the column has another.
OptionalValue value_at(const arrow::Array& column, int64_t row, const Type& type);

// The builder must be that of the value's type.
void append_value(columns::ColumnBuilder& builder, const OptionalValue& value);

}  // namespace tarn::iceberg
