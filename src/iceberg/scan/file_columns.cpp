#include "iceberg/scan/file_columns.hpp"

#include <arrow/array/util.h>
#include <arrow/compute/cast.h>
#include <parquet/arrow/schema.h>

#include <algorithm>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "columns/column_builder.hpp"
#include "columns/field_ids.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/single_value.hpp"
#include "iceberg/scan/widening.hpp"

namespace tarn::iceberg {
namespace {

using parquet::arrow::SchemaField;
using Path = NameMapping::Path;

std::optional<int32_t> id_of(const arrow::Field& field, const Path& place,
                             const NameMapping* mapping) {
    if (!mapping) return columns::field_id_of(field);
    Path path = place;
    path.push_back(field.name());
    return mapping->find(path);
}

Path inside(const Path& place, const std::string& name) {
    Path path = place;
    path.push_back(name);
    return path;
}

void add_all_leaves(const SchemaField& field, std::vector<int>& leaves) {
    if (field.is_leaf()) leaves.push_back(field.column_index);
    for (const SchemaField& child : field.children) add_all_leaves(child, leaves);
}

int first_leaf(const SchemaField& field) {
    return field.is_leaf() || field.children.empty() ? field.column_index
                                                     : first_leaf(field.children.front());
}

void add_leaves(const std::vector<SchemaField>& file, const std::vector<Field>& wanted,
                const NameMapping* mapping, const Path& place, std::vector<int>& leaves);

void add_leaves_of(const SchemaField& field, const Field& wanted, const NameMapping* mapping,
                   const Path& place, std::vector<int>& leaves) {
    if (wanted.type.kind == TypeKind::Struct && !field.children.empty()) {
        size_t before = leaves.size();
        add_leaves(field.children, wanted.type.fields, mapping, place, leaves);
        // Some column must tell which structs are null.
        if (leaves.size() == before) leaves.push_back(first_leaf(field));
    } else if (wanted.type.kind == TypeKind::List && field.children.size() == 1) {
        add_leaves_of(field.children[0], wanted.type.element(), mapping, inside(place, "element"),
                      leaves);
    } else if (wanted.type.kind == TypeKind::Map && field.children.size() == 1 &&
               field.children[0].children.size() == 2) {
        const auto& pair = field.children[0].children;
        add_all_leaves(pair[0], leaves);
        add_leaves_of(pair[1], wanted.type.value(), mapping, inside(place, "value"), leaves);
    } else {
        add_all_leaves(field, leaves);
    }
}

void add_leaves(const std::vector<SchemaField>& file, const std::vector<Field>& wanted,
                const NameMapping* mapping, const Path& place, std::vector<int>& leaves) {
    for (const SchemaField& field : file) {
        auto id = id_of(*field.field, place, mapping);
        for (const Field& each : wanted) {
            if (id != each.id) continue;
            add_leaves_of(field, each, mapping, inside(place, field.field->name()), leaves);
        }
    }
}

[[noreturn]] void refuse(const arrow::Field& file, const Field& wanted) {
    throw Error(ErrorCode::InvalidInput, "column '{}' is a {} there, which cannot be read as {}",
                wanted.name, file.type()->ToString(), to_text(wanted.type));
}

// The fields inside a list, struct or map, those of a map without the struct around them.
arrow::FieldVector fields_inside(const arrow::DataType& type) {
    if (type.id() == arrow::Type::MAP) return type.field(0)->type()->fields();
    return type.fields();
}

bool is_such(const arrow::DataType& type, const Type& wanted) {
    switch (wanted.kind) {
        case TypeKind::Struct:
            return type.id() == arrow::Type::STRUCT;
        case TypeKind::List:
            return type.id() == arrow::Type::LIST || type.id() == arrow::Type::LARGE_LIST;
        case TypeKind::Map:
            return type.id() == arrow::Type::MAP;
        default:
            return can_be_read(type, wanted);
    }
}

}  // namespace

std::vector<int> needed_leaves(const std::vector<SchemaField>& file,
                               const std::vector<Field>& wanted, const NameMapping* mapping) {
    std::vector<int> leaves;
    add_leaves(file, wanted, mapping, {}, leaves);
    std::ranges::sort(leaves);
    auto repeated = std::ranges::unique(leaves);
    leaves.erase(repeated.begin(), repeated.end());
    return leaves;
}

bool has_field_ids(const std::vector<SchemaField>& file) {
    return std::ranges::any_of(file, [](const SchemaField& field) {
        return columns::field_id_of(*field.field) || has_field_ids(field.children);
    });
}

FileColumns::FileColumns(const arrow::Schema& file, const std::vector<Field>& wanted,
                         const Constants& constants, const NameMapping* mapping)
    : columns_(match(file.fields(), wanted, constants, mapping, {})) {}

std::vector<FileColumns::Column> FileColumns::match(const arrow::FieldVector& file,
                                                    const std::vector<Field>& wanted,
                                                    const Constants& constants,
                                                    const NameMapping* mapping, const Path& place) {
    std::vector<Column> columns;
    for (const Field& field : wanted) {
        columns.push_back(match_one(file, field, constants, mapping, place));
    }
    return columns;
}

FileColumns::Column FileColumns::match_one(const arrow::FieldVector& file, const Field& wanted,
                                           const Constants& constants, const NameMapping* mapping,
                                           const Path& place) {
    Column column{.wanted = wanted, .type = arrow_type(wanted.type)};
    for (size_t i = 0; i < file.size(); ++i) {
        if (id_of(*file[i], place, mapping) == wanted.id) column.source = static_cast<int>(i);
    }
    if (column.source < 0) {
        if (auto constant = constants.find(wanted.id); constant != constants.end()) {
            column.constant = constant->second;
        } else if (wanted.initial_default && !wanted.initial_default->is_null()) {
            column.constant = from_json(*wanted.initial_default, wanted.type, wanted.name);
        } else if (wanted.is_required) {
            throw Error(ErrorCode::Corrupt, "the required column '{}' is not there", wanted.name);
        }
        return column;
    }
    const arrow::Field& found = *file[static_cast<size_t>(column.source)];
    column.children = children_of(found, wanted, constants, mapping, inside(place, found.name()));
    return column;
}

std::vector<FileColumns::Column> FileColumns::children_of(const arrow::Field& found,
                                                          const Field& wanted,
                                                          const Constants& constants,
                                                          const NameMapping* mapping,
                                                          const Path& place) {
    if (!is_such(*found.type(), wanted.type)) refuse(found, wanted);
    if (!wanted.type.is_nested()) return {};
    auto inner = fields_inside(*found.type());
    if (wanted.type.kind == TypeKind::Struct) {
        return match(inner, wanted.type.fields, constants, mapping, place);
    }
    // What is in a list or map is found by its place, whatever it is called.
    std::vector<Column> children;
    for (const Field& part : wanted.type.fields) {
        auto source = children.size();
        if (source >= inner.size()) refuse(found, wanted);
        children.push_back({.wanted = part,
                            .type = arrow_type(part.type),
                            .source = static_cast<int>(source),
                            .children = children_of(*inner[source], part, constants, mapping,
                                                    inside(place, part.name))});
    }
    return children;
}

arrow::ArrayVector FileColumns::convert(const arrow::RecordBatch& batch) const {
    arrow::ArrayVector arrays;
    for (const Column& column : columns_) {
        arrays.push_back(column.source < 0 ? filled_in(column, batch.num_rows())
                                           : converted(column, batch.column(column.source)));
    }
    return arrays;
}

std::shared_ptr<arrow::Array> FileColumns::converted(const Column& column,
                                                     const std::shared_ptr<arrow::Array>& array) {
    if (column.wanted.type.is_nested()) return nested(column, *array);
    return read_as(array, column.wanted.type);
}

// The same structs, lists or maps around other children.
std::shared_ptr<arrow::Array> FileColumns::nested(const Column& column, const arrow::Array& array) {
    if (array.type_id() == arrow::Type::LARGE_LIST) {
        auto list = arrow::list(array.type()->field(0));
        return nested(column, *columns::or_throw(arrow::compute::Cast(array, list)));
    }
    auto data = array.data()->Copy();
    data->type = column.type;
    arrow::ArrayData* parent = data.get();
    std::shared_ptr<arrow::ArrayData> pairs;
    if (array.type_id() == arrow::Type::MAP) {
        pairs = data->child_data[0]->Copy();
        pairs->type = column.type->field(0)->type();
        data->child_data[0] = pairs;
        parent = pairs.get();
    }
    int64_t length = parent->offset + parent->length;
    if (array.type_id() == arrow::Type::LIST) length = parent->child_data[0]->length;
    std::vector<std::shared_ptr<arrow::ArrayData>> children;
    for (const Column& child : column.children) {
        auto made =
            child.source < 0
                ? filled_in(child, length)
                : converted(child, arrow::MakeArray(
                                       parent->child_data[static_cast<size_t>(child.source)]));
        children.push_back(made->data());
    }
    parent->child_data = std::move(children);
    return arrow::MakeArray(data);
}

std::shared_ptr<arrow::Array> FileColumns::filled_in(const Column& column, int64_t length) {
    if (!column.constant) return columns::or_throw(arrow::MakeArrayOfNull(column.type, length));
    auto builder = columns::make_column_builder(column.type);
    for (int64_t row = 0; row < length; ++row) append_value(*builder, column.constant);
    return builder->finish();
}

}  // namespace tarn::iceberg
