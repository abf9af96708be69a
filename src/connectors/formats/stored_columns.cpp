#include "connectors/formats/stored_columns.hpp"

#include <arrow/record_batch.h>

#include "sql/values/arrow_types.hpp"

namespace tarn::connectors {

std::optional<std::string> metadata_key(const sql::TableColumn& column) {
    const auto* metadata = std::get_if<sql::Metadata>(&column.kind);
    return metadata ? std::optional(metadata->key) : std::nullopt;
}

StoredColumns physical_columns(const sql::Table& table) {
    StoredColumns found;
    for (const sql::TableColumn& column : table.columns) {
        if (std::holds_alternative<sql::Physical>(column.kind)) found.push_back(column);
    }
    return found;
}

StoredColumns asked_columns(const sql::stream::TableSource& source) {
    StoredColumns stored;
    for (const sql::TableColumn& column : source.table->table.columns) {
        if (is_stored(column)) stored.push_back(column);
    }
    if (!source.columns) return stored;
    StoredColumns asked;
    for (size_t place : *source.columns) asked.push_back(stored.at(place));
    return asked;
}

StoredColumns decoded_columns(const sql::stream::TableSource& source) {
    StoredColumns read = asked_columns(source);
    for (const auto& [place, names] : source.fields) {
        auto& fields = read.at(place).type.fields;
        std::erase_if(fields, [&](const auto& field) { return !names.contains(field.name); });
    }
    return read;
}

StoredColumns written_columns(const sql::Table& table) {
    StoredColumns found;
    for (const sql::TableColumn& column : table.columns) {
        if (is_written(column)) found.push_back(column);
    }
    return found;
}

StoredColumns plain_columns(const sql::StoredTable& table) {
    StoredColumns columns = written_columns(table.table);
    for (const sql::TableColumn& column : columns) {
        if (!metadata_key(column)) continue;
        throw Error(ErrorCode::InvalidInput, "{}: the metadata column '{}' cannot be written",
                    name_of(table), column.name)
            .with_hint("declare it VIRTUAL");
    }
    return columns;
}

std::string name_of(const sql::StoredTable& table) {
    return sql::text_of(table.path);
}

std::shared_ptr<arrow::Schema> schema_of(const StoredColumns& columns) {
    arrow::FieldVector fields;
    for (const sql::TableColumn& column : columns) {
        fields.push_back(sql::arrow_field(column.name, column.type));
    }
    return arrow::schema(std::move(fields));
}

std::shared_ptr<arrow::RecordBatch> record_batch(const std::shared_ptr<arrow::Schema>& schema,
                                                 const sql::Batch& rows) {
    arrow::ArrayVector values;
    for (const sql::Column& column : rows.columns) values.push_back(sql::spread(column, rows.rows));
    return arrow::RecordBatch::Make(schema, rows.rows, std::move(values));
}

}  // namespace tarn::connectors
