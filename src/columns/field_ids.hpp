// Iceberg knows a field by its id, not by its name. In Arrow schemas the id rides in the field's
// metadata, under the key that Arrow's Parquet reader and writer use.
#pragma once

#include <arrow/type.h>

#include <cstdint>
#include <memory>
#include <optional>

namespace tarn::columns {

std::shared_ptr<arrow::Field> with_field_id(const std::shared_ptr<arrow::Field>& field, int32_t id);

// Nothing when the field has none.
std::optional<int32_t> field_id_of(const arrow::Field& field);

}  // namespace tarn::columns
