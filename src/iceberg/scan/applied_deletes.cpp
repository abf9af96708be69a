#include "iceberg/scan/applied_deletes.hpp"

#include <arrow/array/array_nested.h>

#include <algorithm>

#include "base/error.hpp"
#include "columns/arrow_result.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/deletion_vector.hpp"
#include "iceberg/format/position_deletes.hpp"
#include "iceberg/format/reserved_fields.hpp"
#include "iceberg/format/single_value.hpp"
#include "iceberg/scan/data_reader.hpp"

namespace tarn::iceberg {
namespace {

// Delete files name their columns by the ids that the format gives them.
NameMapping position_names() {
    return NameMapping::parse(R"([{"field-id":2147483546,"names":["file_path"]},)"
                              R"({"field-id":2147483545,"names":["pos"]}])");
}

void add_columns(const Field& field, const std::shared_ptr<arrow::Array>& array,
                 ColumnsById& columns) {
    if (!field.type.is_nested()) columns[field.id] = array;
    if (field.type.kind != TypeKind::Struct) return;
    const auto& rows = static_cast<const arrow::StructArray&>(*array);
    for (size_t i = 0; i < field.type.fields.size(); ++i) {
        add_columns(field.type.fields[i],
                    columns::or_throw(rows.GetFlattenedField(static_cast<int>(i))), columns);
    }
}

}  // namespace

void append_key(std::string& key, const std::vector<int32_t>& column_ids,
                const ColumnsById& columns, int64_t row) {
    for (int32_t id : column_ids) {
        OptionalValue value = value_at(*columns.at(id), row, TypeKind::Unknown);
        if (!value) {
            key += 'n';
            continue;
        }
        // So that a column is the same before and after it was widened.
        if (const auto* narrow = std::get_if<int32_t>(&*value)) value = int64_t{*narrow};
        if (const auto* narrow = std::get_if<float>(&*value)) value = double{*narrow};
        Bytes bytes = is_nan(*value) ? Bytes() : to_bytes(*value);
        key += fmt::format("{}:{}", bytes.size(), as_text(bytes));
    }
}

ColumnsById columns_by_id(const std::vector<Field>& fields, const arrow::ArrayVector& arrays) {
    ColumnsById columns;
    for (size_t i = 0; i < fields.size(); ++i) add_columns(fields[i], arrays[i], columns);
    return columns;
}

PositionBitmap AppliedDeletes::positions_of(const FileTask& task) {
    PositionBitmap positions;
    for (const DeleteFilePtr& each : task.deletes) {
        const DataFile& file = each->file;
        if (file.content != FileContent::PositionDeletes) continue;
        if (file.is_deletion_vector()) {
            positions.add_all(read_vector(file, task.file.path));
            continue;
        }
        std::shared_ptr<const ByPath> by_path;
        if (file.record_count > KeptPositionsMax) {
            by_path = read_positions(file, &task.file.path);
        } else {
            // Whoever comes meanwhile has use for the same file.
            std::scoped_lock lock(mutex_);
            auto& kept = positions_[file.path];
            if (!kept) {
                kept = read_positions(file, nullptr);
                kept_positions_ += file.record_count;
            }
            by_path = kept;
            if (kept_positions_ > KeptPositionsMax) {
                positions_.clear();
                kept_positions_ = 0;
            }
        }
        auto found = by_path->find(task.file.path);
        if (found != by_path->end()) positions.add_all(found->second);
    }
    return positions;
}

// Only of one data file where `path` is given.
std::shared_ptr<const AppliedDeletes::ByPath> AppliedDeletes::read_positions(
    const DataFile& file, const std::string* path) const {
    DataReaderOptions options{.mapping = position_names()};
    if (path) {
        options.filter = {.operation = Operation::Equal,
                          .field_id = reserved::DeletePath,
                          .type = TypeKind::String,
                          .literals = {*path}};
    }
    DataReader reader(files_, file, position_delete_schema()->fields(), std::move(options));
    auto found = std::make_shared<ByPath>();
    while (auto rows = reader.next()) {
        const auto& paths = static_cast<const arrow::StringArray&>(*rows->columns[0]);
        const auto& places = static_cast<const arrow::Int64Array&>(*rows->columns[1]);
        PositionBitmap* last = nullptr;
        std::string_view last_path;
        for (int64_t row = 0; row < rows->count; ++row) {
            if (paths.IsNull(row) || places.IsNull(row) || places.Value(row) < 0) {
                throw Error(ErrorCode::Corrupt, "{}: a deleted row without its place", file.path);
            }
            std::string_view each = paths.GetView(row);
            if (path && each != *path) continue;
            if (!last || each != last_path) {
                last = &(*found)[std::string(each)];
                last_path = each;
            }
            last->add(places.Value(row));
        }
    }
    return found;
}

PositionBitmap AppliedDeletes::read_vector(const DataFile& file, const std::string& path) const {
    if (!file.content_offset || !file.content_bytes || *file.content_offset < 0 ||
        *file.content_bytes < 0) {
        throw Error(ErrorCode::Corrupt, "{}: the place of the deletion vector of {} is missing",
                    file.path, path);
    }
    TableFiles::Place place = files_.at(file.path);
    Bytes bytes = place.files->read(
        place.path, {.offset = *file.content_offset, .length = *file.content_bytes});
    return parse_deletion_vector(bytes);
}

std::vector<DeletedKeysPtr> AppliedDeletes::keys_of(const FileTask& task) {
    std::vector<DeletedKeysPtr> all;
    for (const DeleteFilePtr& each : task.deletes) {
        if (each->file.content != FileContent::EqualityDeletes) continue;
        std::scoped_lock lock(mutex_);
        DeletedKeysPtr& kept = keys_[each->file.path];
        if (!kept) kept = read_keys(each->file);
        all.push_back(kept);
    }
    return all;
}

// Deletes may compare a column that was dropped since.
SchemaPtr AppliedDeletes::schema_with(const std::vector<int32_t>& ids) const {
    auto has_all = [&](const SchemaPtr& schema) {
        return std::ranges::all_of(ids, [&](int32_t id) { return schema->find(id); });
    };
    auto current = table_.find_schema(table_.current_schema_id);
    if (has_all(current)) return current;
    for (auto schema = table_.schemas.rbegin(); schema != table_.schemas.rend(); ++schema) {
        if (has_all(*schema)) return *schema;
    }
    return current;
}

DeletedKeysPtr AppliedDeletes::read_keys(const DataFile& file) const {
    if (file.equality_ids.empty()) {
        throw Error(ErrorCode::Corrupt, "{}: equality deletes without the columns to compare",
                    file.path);
    }
    if (file.record_count > EqualityRowsMax) {
        throw Error(ErrorCode::TooLarge, "{}: {} rows of equality deletes, {} are the most",
                    file.path, file.record_count, EqualityRowsMax);
    }
    auto keys = std::make_shared<DeletedKeys>();
    auto schema = schema_with(file.equality_ids);
    keys->columns = equality_delete_schema(*schema, file.equality_ids)->fields();
    keys->column_ids = file.equality_ids;
    DataReaderOptions options;
    if (auto mapping = table_.properties.find(std::string(NameMappingProperty));
        mapping != table_.properties.end()) {
        options.mapping = NameMapping::parse(mapping->second);
    }
    DataReader reader(files_, file, keys->columns, std::move(options));
    std::string key;
    while (auto rows = reader.next()) {
        auto columns = columns_by_id(keys->columns, rows->columns);
        for (int64_t row = 0; row < rows->count; ++row) {
            key.clear();
            append_key(key, keys->column_ids, columns, row);
            keys->keys.insert(key);
        }
    }
    return keys;
}

}  // namespace tarn::iceberg
