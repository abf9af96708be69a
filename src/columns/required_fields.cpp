#include "columns/required_fields.hpp"

#include <arrow/array.h>

#include <algorithm>

#include "base/error.hpp"

namespace tarn::columns {
namespace {

bool has_required_field(const arrow::DataType& type) {
    return std::ranges::any_of(type.fields(), [&](const auto& field) {
        bool is_required_here = type.id() == arrow::Type::STRUCT && !field->nullable();
        return is_required_here || has_required_field(*field->type());
    });
}

using ArrayData = std::shared_ptr<arrow::ArrayData>;

ArrayData filled(const ArrayData& data);

// The nulls of a field go where all of them lie in rows that are null.
ArrayData filled_field(const arrow::StructArray& rows, int place) {
    const arrow::Field& field = *rows.type()->field(place);
    ArrayData data = filled(rows.data()->child_data[place]);
    if (field.nullable() || data->GetNullCount() == 0) return data;
    auto values = rows.field(place);
    for (int64_t row = 0; row < rows.length(); ++row) {
        if (values->IsNull(row) && rows.IsValid(row)) {
            throw Error(ErrorCode::InvalidInput, "the field '{}' is NOT NULL, and a row has none",
                        field.name());
        }
    }
    data = data->Copy();
    data->buffers[0] = nullptr;
    data->null_count = 0;
    return data;
}

ArrayData filled(const ArrayData& data) {
    if (!has_required_field(*data->type)) return data;
    ArrayData made = data->Copy();
    if (data->type->id() == arrow::Type::STRUCT) {
        arrow::StructArray rows(data);
        for (int i = 0; i < rows.num_fields(); ++i) {
            made->child_data[static_cast<size_t>(i)] = filled_field(rows, i);
        }
    } else {
        for (ArrayData& child : made->child_data) child = filled(child);
    }
    return made;
}

}  // namespace

bool has_required_fields_in_rows(const arrow::Schema& schema) {
    return std::ranges::any_of(
        schema.fields(), [](const auto& field) { return has_required_field(*field->type()); });
}

std::shared_ptr<arrow::RecordBatch> with_required_fields(const arrow::RecordBatch& batch) {
    arrow::ArrayVector columns;
    for (const auto& column : batch.columns()) {
        columns.push_back(arrow::MakeArray(filled(column->data())));
    }
    return arrow::RecordBatch::Make(batch.schema(), batch.num_rows(), std::move(columns));
}

}  // namespace tarn::columns
