#include "columns/field_ids.hpp"

#include <arrow/util/key_value_metadata.h>

#include <string>

#include "columns/text_values.hpp"

namespace tarn::columns {
namespace {

const char* const field_id_key = "PARQUET:field_id";

}  // namespace

std::shared_ptr<arrow::Field> with_field_id(const std::shared_ptr<arrow::Field>& field,
                                            int32_t id) {
    return field->WithMergedMetadata(
        arrow::key_value_metadata({field_id_key}, {std::to_string(id)}));
}

std::optional<int32_t> field_id_of(const arrow::Field& field) {
    if (!field.HasMetadata()) return std::nullopt;
    int at = field.metadata()->FindKey(field_id_key);
    if (at < 0) return std::nullopt;
    auto id = parse_int64(field.metadata()->value(at));
    if (!id || *id < 0 || *id > INT32_MAX) return std::nullopt;
    return static_cast<int32_t>(*id);
}

}  // namespace tarn::columns
