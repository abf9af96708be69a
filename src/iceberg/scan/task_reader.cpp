#include "iceberg/scan/task_reader.hpp"

#include <arrow/builder.h>
#include <arrow/compute/api_vector.h>
#include <arrow/datum.h>

#include <algorithm>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "columns/column_builder.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/reserved_fields.hpp"

namespace tarn::iceberg {
namespace {

const std::vector<Field>& reserved_columns() {
    static const std::vector<Field> fields{
        {.id = reserved::File, .name = "_file", .type = TypeKind::String},
        {.id = reserved::Pos, .name = "_pos", .type = TypeKind::Long},
        {.id = reserved::SpecId, .name = "_spec_id", .type = TypeKind::Int},
        {.id = reserved::RowId, .name = std::string(reserved::RowIdName), .type = TypeKind::Long},
        {.id = reserved::LastUpdated,
         .name = std::string(reserved::LastUpdatedName),
         .type = TypeKind::Long}};
    return fields;
}

// What no file has, since it says where the row is.
bool is_of_the_place(const Field& field) {
    return field.id == reserved::File || field.id == reserved::Pos || field.id == reserved::SpecId;
}

const Field* find_id(const std::vector<Field>& fields, int32_t id) {
    auto found = std::ranges::find(fields, id, &Field::id);
    return found == fields.end() ? nullptr : &*found;
}

std::shared_ptr<arrow::Array> repeated(const Value& value, const Type& type, int64_t count) {
    auto builder = columns::make_column_builder(arrow_type(type));
    for (int64_t row = 0; row < count; ++row) append_value(*builder, value);
    return builder->finish();
}

}  // namespace

std::vector<Field> select_columns(const Schema& schema, const std::vector<std::string>& names,
                                  BindOptions options) {
    if (names.empty()) return schema.fields();
    std::vector<Field> fields;
    for (const std::string& name : names) {
        auto reserved = std::ranges::find(reserved_columns(), name, &Field::name);
        bool is_reserved = reserved != reserved_columns().end() && !schema.find(name);
        const Field& field = is_reserved ? *reserved : find_column(schema, name, options);
        if (schema.parent_of(field.id)) {
            throw Error(ErrorCode::InvalidInput, "'{}' is within a column; ask for the whole one",
                        name);
        }
        fields.push_back(field);
    }
    return fields;
}

ScanReader::ScanReader(const TableMetadata& table, const TableFiles& files, const ScanPlan& plan,
                       ReadOptions options)
    : table_(table),
      files_(files),
      plan_(plan),
      options_(std::move(options)),
      schema_(arrow_schema(options_.columns)),
      deleted_(table, files) {
    auto mapping = table.properties.find(std::string(NameMappingProperty));
    if (mapping != table.properties.end()) mapping_ = NameMapping::parse(mapping->second);
}

TaskReader ScanReader::open(const FileTask& task) {
    return {*this, task};
}

// The column of the table that a field is in; a dropped one of the table's past.
const Field* ScanReader::top_field_of(int32_t id) const {
    auto find_in = [&](const Schema& schema) -> const Field* {
        if (!schema.find(id)) return nullptr;
        int32_t top = id;
        while (auto parent = schema.parent_of(top)) top = *parent;
        return schema.find(top);
    };
    if (const Field* field = find_in(*plan_.schema)) return field;
    for (auto schema = table_.schemas.rbegin(); schema != table_.schemas.rend(); ++schema) {
        if (const Field* field = find_in(**schema)) return field;
    }
    return nullptr;
}

// What is asked for, and what conditions and deletes look at.
std::vector<Field> ScanReader::fields_to_read(const FileTask& task,
                                              const std::vector<DeletedKeysPtr>& deleted) const {
    std::vector<Field> fields;
    auto add = [&](const Field& field) {
        if (!find_id(fields, field.id)) fields.push_back(field);
    };
    for (const Field& field : options_.columns) {
        if (!is_of_the_place(field)) add(field);
    }
    std::set<int32_t> looked_at;
    if (options_.checks_filter) looked_at = columns_of(*task.residual);
    for (const auto& keys : deleted) {
        looked_at.insert(keys->column_ids.begin(), keys->column_ids.end());
    }
    for (int32_t id : looked_at) {
        if (const Field* field = top_field_of(id)) add(*field);
    }
    return fields;
}

// Files that were moved into a partition need not have its columns.
Constants ScanReader::constants_of(const FileTask& task) const {
    Constants constants;
    const PartitionSpec* spec = table_.find_spec(task.file.spec_id);
    for (size_t i = 0; spec && i < spec->fields.size(); ++i) {
        const PartitionField& field = spec->fields[i];
        bool is_identity = field.transform.kind() == Transform::Kind::Identity;
        const Field* source = plan_.schema->find(field.source_id);
        if (!is_identity || !source || !task.file.partition.at(i)) continue;
        if (auto value = widened(*task.file.partition[i], source->type)) {
            constants.emplace(field.source_id, *std::move(value));
        }
    }
    return constants;
}

TaskReader::TaskReader(ScanReader& scan, const FileTask& task)
    : scan_(scan),
      task_(task),
      deleted_positions_(scan.deleted_.positions_of(task)),
      deleted_keys_(scan.deleted_.keys_of(task)),
      fields_(scan.fields_to_read(task, deleted_keys_)),
      data_(scan.files_, task.file, fields_,
            {.constants = scan.constants_of(task),
             .mapping = scan.mapping_,
             .filter = *task.residual}) {}

std::shared_ptr<arrow::RecordBatch> TaskReader::next() {
    while (auto rows = data_.next()) {
        auto columns = columns_by_id(fields_, rows->columns);
        RowMask left = rows_left(*rows, columns);
        int64_t count = std::ranges::count(left, 1);
        if (count == 0) continue;
        arrow::ArrayVector arrays;
        for (const Field& field : scan_.options_.columns) arrays.push_back(column(field, *rows));
        auto batch = arrow::RecordBatch::Make(scan_.schema_, rows->count, std::move(arrays));
        if (count == rows->count) return batch;
        arrow::BooleanBuilder mask;
        columns::or_throw(mask.AppendValues(left.data(), rows->count));
        auto kept =
            columns::or_throw(arrow::compute::Filter(batch, columns::or_throw(mask.Finish())));
        return kept.record_batch();
    }
    return nullptr;
}

RowMask TaskReader::rows_left(const FileRows& rows, const ColumnsById& columns) const {
    RowMask left(static_cast<size_t>(rows.count), 1);
    if (!deleted_positions_.is_empty()) {
        for (size_t row = 0; row < left.size(); ++row) {
            auto position = rows.first_position + static_cast<int64_t>(row);
            left[row] = !deleted_positions_.contains(position);
        }
    }
    std::string key;
    for (const DeletedKeysPtr& deleted : deleted_keys_) {
        for (size_t row = 0; row < left.size(); ++row) {
            if (!left[row]) continue;
            key.clear();
            append_key(key, deleted->column_ids, columns, static_cast<int64_t>(row));
            left[row] = !deleted->keys.contains(key);
        }
    }
    if (scan_.options_.checks_filter) keep_matching(*task_.residual, columns, left);
    return left;
}

std::shared_ptr<arrow::Array> TaskReader::column(const Field& field, const FileRows& rows) const {
    switch (field.id) {
        case reserved::File:
            return repeated(task_.file.path, field.type, rows.count);
        case reserved::SpecId:
            return repeated(task_.file.spec_id, field.type, rows.count);
        case reserved::Pos:
            return numbered(nullptr, rows.first_position, 1, rows.count);
        default:
            break;
    }
    auto index = std::ranges::find(fields_, field.id, &Field::id) - fields_.begin();
    const auto& written = rows.columns[static_cast<size_t>(index)];
    auto first_row_id = task_.file.first_row_id;
    if (field.id == reserved::RowId) {
        auto first =
            first_row_id ? std::optional(*first_row_id + rows.first_position) : std::nullopt;
        return numbered(written, first, 1, rows.count);
    }
    if (field.id == reserved::LastUpdated) {
        auto number = first_row_id ? std::optional(task_.sequence_number) : std::nullopt;
        return numbered(written, number, 0, rows.count);
    }
    return written;
}

// What is written goes before; the rest counts from `first` on.
std::shared_ptr<arrow::Array> TaskReader::numbered(const std::shared_ptr<arrow::Array>& written,
                                                   std::optional<int64_t> first, int64_t step,
                                                   int64_t count) const {
    const auto* own = static_cast<const arrow::Int64Array*>(written.get());
    columns::FixedBuilder<int64_t> builder(arrow::int64());
    for (int64_t row = 0; row < count; ++row) {
        if (own && own->IsValid(row)) {
            builder.append(own->Value(row));
        } else if (first) {
            builder.append(*first + row * step);
        } else {
            builder.append_null();
        }
    }
    return builder.finish();
}

}  // namespace tarn::iceberg
