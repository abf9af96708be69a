#include "iceberg/write/row_shape.hpp"

#include <arrow/array.h>
#include <arrow/array/util.h>
#include <arrow/extension/uuid.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "columns/arrow_result.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/single_value.hpp"

namespace tarn::iceberg {
namespace {

using columns::or_throw;

std::shared_ptr<arrow::DataType> with_marked_uuids(const Type& type,
                                                   const std::shared_ptr<arrow::DataType>& plain);

std::shared_ptr<arrow::Field> with_marked_uuids(const Field& field,
                                                const std::shared_ptr<arrow::Field>& plain) {
    return plain->WithType(with_marked_uuids(field.type, plain->type()));
}

std::shared_ptr<arrow::DataType> with_marked_uuids(const Type& type,
                                                   const std::shared_ptr<arrow::DataType>& plain) {
    switch (type.kind) {
        case TypeKind::Uuid:
            return arrow::extension::uuid();
        case TypeKind::Struct: {
            arrow::FieldVector fields;
            for (int i = 0; i < plain->num_fields(); ++i) {
                fields.push_back(
                    with_marked_uuids(type.fields[static_cast<size_t>(i)], plain->field(i)));
            }
            return arrow::struct_(fields);
        }
        case TypeKind::List:
            return arrow::list(with_marked_uuids(type.element(), plain->field(0)));
        case TypeKind::Map: {
            const auto& map = static_cast<const arrow::MapType&>(*plain);
            return std::make_shared<arrow::MapType>(
                with_marked_uuids(type.key(), map.key_field()),
                with_marked_uuids(type.value(), map.item_field()));
        }
        default:
            return plain;
    }
}

bool is_uuid_extension(const arrow::DataType& type) {
    return type.id() == arrow::Type::EXTENSION &&
           static_cast<const arrow::ExtensionType&>(type).extension_name() == "arrow.uuid";
}

// Whether the bytes of one are those of the other. All zones count alike: what is stored is UTC.
bool is_laid_out_as(const arrow::DataType& given, const arrow::DataType& wanted) {
    if (is_uuid_extension(given)) {
        return wanted.Equals(*static_cast<const arrow::ExtensionType&>(given).storage_type());
    }
    if (given.id() != wanted.id() || given.num_fields() != wanted.num_fields()) return false;
    if (given.id() == arrow::Type::TIMESTAMP) {
        const auto& from = static_cast<const arrow::TimestampType&>(given);
        const auto& to = static_cast<const arrow::TimestampType&>(wanted);
        return from.unit() == to.unit() && from.timezone().empty() == to.timezone().empty();
    }
    if (given.num_fields() == 0) return given.Equals(wanted);
    bool has_names = given.id() == arrow::Type::STRUCT;
    for (int i = 0; i < given.num_fields(); ++i) {
        if (has_names && given.field(i)->name() != wanted.field(i)->name()) return false;
        // The entries of a map are a struct whose children have names that mean nothing.
        if (given.id() == arrow::Type::MAP) {
            const auto& from = static_cast<const arrow::MapType&>(given);
            const auto& to = static_cast<const arrow::MapType&>(wanted);
            return is_laid_out_as(*from.key_type(), *to.key_type()) &&
                   is_laid_out_as(*from.item_type(), *to.item_type());
        }
        if (!is_laid_out_as(*given.field(i)->type(), *wanted.field(i)->type())) return false;
    }
    return true;
}

// The same bytes by the names and nullability of another type.
std::shared_ptr<arrow::ArrayData> retyped(const arrow::ArrayData& data,
                                          const std::shared_ptr<arrow::DataType>& type) {
    auto copy = data.Copy();
    copy->type = type;
    for (size_t i = 0; i < copy->child_data.size(); ++i) {
        copy->child_data[i] =
            retyped(*data.child_data[i], type->field(static_cast<int>(i))->type());
    }
    return copy;
}

Error null_in(const std::string& name, int64_t row) {
    return Error(ErrorCode::InvalidInput, "column '{}' is required, but row {} has no value", name,
                 row)
        .with_hint("rows count from 0 within the batch; make the column optional to allow it");
}

void check_required(const Field& field, const std::string& name, const arrow::Array& column,
                    const std::vector<bool>* is_within);

// Which elements belong to a row that is there.
std::vector<bool> reached_elements(const arrow::ListArray& lists) {
    std::vector<bool> is_reached(static_cast<size_t>(lists.values()->length()), false);
    for (int64_t row = 0; row < lists.length(); ++row) {
        if (lists.IsNull(row)) continue;
        for (int64_t i = lists.value_offset(row); i < lists.value_offset(row + 1); ++i) {
            is_reached[static_cast<size_t>(i)] = true;
        }
    }
    return is_reached;
}

bool has_required(const Type& type) {
    return std::ranges::any_of(type.fields, [](const Field& field) {
        return field.is_required || has_required(field.type);
    });
}

void check_children(const Type& type, const std::string& name, const arrow::Array& column) {
    // A map's keys are required always, and never null in Arrow.
    bool is_list = type.kind == TypeKind::List || type.kind == TypeKind::Map;
    if (is_list) {
        const auto& lists = static_cast<const arrow::ListArray&>(column);
        auto is_reached = reached_elements(lists);
        if (type.kind == TypeKind::List) {
            return check_required(type.element(), name + ".element", *lists.values(), &is_reached);
        }
        const auto& map = static_cast<const arrow::MapArray&>(column);
        return check_required(type.value(), name + ".value", *map.items(), &is_reached);
    }
    const auto& rows = static_cast<const arrow::StructArray&>(column);
    std::vector<bool> is_there(static_cast<size_t>(rows.length()));
    for (int64_t row = 0; row < rows.length(); ++row) {
        is_there[static_cast<size_t>(row)] = rows.IsValid(row);
    }
    for (int i = 0; i < rows.num_fields(); ++i) {
        const Field& child = type.fields[static_cast<size_t>(i)];
        check_required(child, name + "." + child.name, *rows.field(i), &is_there);
    }
}

// `is_within` tells the rows whose parent is there; null stands for all of them.
void check_required(const Field& field, const std::string& name, const arrow::Array& column,
                    const std::vector<bool>* is_within) {
    if (field.is_required && column.null_count() > 0) {
        for (int64_t row = 0; row < column.length(); ++row) {
            bool is_asked = !is_within || (*is_within)[static_cast<size_t>(row)];
            if (is_asked && column.IsNull(row)) throw null_in(name, row);
        }
    }
    if (field.type.is_nested() && has_required(field.type)) {
        check_children(field.type, name, column);
    }
}

// A required field within a struct or list that is not there may be null in Arrow, where nobody
// looks; Parquet's writer does look. The field has been checked, so no other null is lost.
std::shared_ptr<arrow::ArrayData> without_hidden_nulls(const Field& field,
                                                       const arrow::ArrayData& data) {
    auto copy = data.Copy();
    if (field.is_required && copy->GetNullCount() > 0) {
        copy->buffers[0] = nullptr;
        copy->null_count = 0;
    }
    auto* holder = copy.get();
    if (field.type.kind == TypeKind::Map) {
        copy->child_data[0] = data.child_data[0]->Copy();
        holder = copy->child_data[0].get();
    }
    for (size_t i = 0; i < field.type.fields.size(); ++i) {
        holder->child_data[i] = without_hidden_nulls(field.type.fields[i], *holder->child_data[i]);
    }
    return copy;
}

std::shared_ptr<arrow::Array> repeated(const Field& field, int64_t count) {
    auto type = arrow_type(field.type);
    if (!field.write_default) return or_throw(arrow::MakeArrayOfNull(type, count));
    Value value = from_json(*field.write_default, field.type, "the default of " + field.name);
    auto builder = columns::make_column_builder(type);
    for (int64_t row = 0; row < count; ++row) append_value(*builder, value);
    return builder->finish();
}

std::shared_ptr<arrow::Schema> marked(const Schema& schema, const arrow::Schema& plain) {
    arrow::FieldVector fields;
    for (int i = 0; i < plain.num_fields(); ++i) {
        fields.push_back(
            with_marked_uuids(schema.fields()[static_cast<size_t>(i)], plain.field(i)));
    }
    return arrow::schema(std::move(fields));
}

}  // namespace

RowShape::RowShape(SchemaPtr schema)
    : schema_(std::move(schema)),
      columns_(arrow_schema(schema_->fields())),
      file_columns_(marked(*schema_, *columns_)) {}

std::shared_ptr<arrow::RecordBatch> RowShape::shaped(const arrow::RecordBatch& rows) const {
    check_names(*rows.schema());
    return selected(rows);
}

std::shared_ptr<arrow::RecordBatch> RowShape::selected(const arrow::RecordBatch& rows) const {
    arrow::ArrayVector columns;
    for (size_t i = 0; i < schema_->fields().size(); ++i) {
        auto column = column_of(rows, i);
        const Field& field = schema_->fields()[i];
        check_required(field, field.name, *column, nullptr);
        if (has_required(field.type)) {
            column = arrow::MakeArray(without_hidden_nulls(field, *column->data()));
        }
        columns.push_back(std::move(column));
    }
    return arrow::RecordBatch::Make(columns_, rows.num_rows(), std::move(columns));
}

void RowShape::check_names(const arrow::Schema& given) const {
    for (const auto& field : given.fields()) {
        if (given.GetAllFieldIndices(field->name()).size() > 1) {
            throw Error(ErrorCode::InvalidInput, "the rows have two columns '{}'", field->name());
        }
        if (columns_->GetFieldIndex(field->name()) >= 0) continue;
        throw Error(ErrorCode::InvalidInput, "the table has no column '{}'", field->name())
            .with_hint(name_hint(field->name(), columns_->field_names()));
    }
}

std::shared_ptr<arrow::Array> RowShape::column_of(const arrow::RecordBatch& rows,
                                                  size_t index) const {
    const Field& field = schema_->fields()[index];
    auto column = rows.GetColumnByName(field.name);
    if (!column) {
        if (field.is_required && !field.write_default) {
            throw Error(ErrorCode::InvalidInput, "column '{}' is required, but the rows lack it",
                        field.name);
        }
        return repeated(field, rows.num_rows());
    }
    const auto& wanted = columns_->field(static_cast<int>(index))->type();
    if (column->type()->Equals(*wanted)) return column;
    if (!is_laid_out_as(*column->type(), *wanted)) {
        throw Error(ErrorCode::InvalidInput, "column '{}' of the rows is {}, of the table {}",
                    field.name, column->type()->ToString(), wanted->ToString());
    }
    return arrow::MakeArray(retyped(*column->data(), wanted));
}

}  // namespace tarn::iceberg
