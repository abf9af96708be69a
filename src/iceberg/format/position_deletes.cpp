#include "iceberg/format/position_deletes.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "columns/column_builder.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/record_columns.hpp"
#include "iceberg/format/reserved_fields.hpp"

namespace tarn::iceberg {
namespace {

void check_comparable(const Schema& schema, int32_t id) {
    auto refuse = [&](std::string_view reason) {
        return Error(ErrorCode::InvalidInput, "equality deletes by field {}: {}", id, reason);
    };
    const Field* field = schema.find(id);
    if (!field) throw refuse("there is no such column");
    if (field->type.is_nested()) throw refuse("it is no primitive");
    if (schema.is_repeated(id)) throw refuse("it is in a list or map");
}

// What is left of a field when only these are kept.
std::optional<Field> kept_of(const Field& field, const std::vector<int32_t>& ids) {
    if (std::ranges::find(ids, field.id) != ids.end()) return field;
    if (field.type.kind != TypeKind::Struct) return std::nullopt;
    std::vector<Field> kept;
    for (const Field& child : field.type.fields) {
        if (auto part = kept_of(child, ids)) kept.push_back(*std::move(part));
    }
    if (kept.empty()) return std::nullopt;
    Field parent = field;
    parent.type = Type::structure(std::move(kept));
    return parent;
}

}  // namespace

const SchemaPtr& position_delete_schema() {
    static const SchemaPtr schema = Schema::make(
        0,
        {{.id = reserved::DeletePath,
          .name = "file_path",
          .is_required = true,
          .type = TypeKind::String},
         {.id = reserved::DeletePos, .name = "pos", .is_required = true, .type = TypeKind::Long}});
    return schema;
}

std::shared_ptr<arrow::RecordBatch> position_delete_rows(
    const std::map<std::string, PositionBitmap>& positions) {
    auto schema = arrow_schema(position_delete_schema()->fields());
    auto rows = columns::make_row_builder(*schema);
    for (const auto& [path, deleted] : positions) {
        deleted.each([&](int64_t position) {
            put(rows->child(0), path);
            put(rows->child(1), position);
            rows->append_valid();
        });
    }
    return columns::finish_batch(*rows, schema);
}

std::optional<std::string> only_data_file_of(const DataFile& deletes) {
    if (deletes.referenced_data_file) return deletes.referenced_data_file;
    const auto& lower = deletes.metrics.lower_bounds;
    const auto& upper = deletes.metrics.upper_bounds;
    auto low = lower.find(reserved::DeletePath);
    auto high = upper.find(reserved::DeletePath);
    if (low == lower.end() || high == upper.end() || low->second != high->second) {
        return std::nullopt;
    }
    return std::string(as_text(low->second));
}

SchemaPtr equality_delete_schema(const Schema& schema, const std::vector<int32_t>& equality_ids) {
    for (int32_t id : equality_ids) check_comparable(schema, id);
    std::vector<Field> fields;
    for (const Field& field : schema.fields()) {
        if (auto part = kept_of(field, equality_ids)) fields.push_back(*std::move(part));
    }
    return Schema::make(schema.id(), std::move(fields));
}

}  // namespace tarn::iceberg
