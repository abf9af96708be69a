#include "connectors/iceberg_tables/table_definition.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "connectors/iceberg_tables/column_types.hpp"
#include "connectors/iceberg_tables/partition_fields.hpp"
#include "sql/syntax/parser.hpp"
#include "sql/syntax/text.hpp"
#include "sql/tables/declaration.hpp"

namespace tarn::connectors {
namespace {

// Options that are not kept as properties: they say what the table is.
constexpr std::string_view LocationOption = "location";

// --- what is to be made

Error cannot_have(const sql::StoredTable& table, std::string_view what) {
    return Error(ErrorCode::InvalidInput, "{}: a table of an Iceberg catalog has no {}",
                 sql::text_of(table.path), what)
        .with_hint("put it into a view over the table, or declare it in a temporary table");
}

void check_parts(const sql::StoredTable& table) {
    if (table.table.watermark) throw cannot_have(table, "watermark");
    for (const sql::TableColumn& column : table.table.columns) {
        if (std::holds_alternative<sql::Computed>(column.kind)) {
            throw cannot_have(table, fmt::format("computed column such as '{}'", column.name));
        }
        if (std::holds_alternative<sql::Metadata>(column.kind)) {
            throw cannot_have(table, fmt::format("metadata column such as '{}'", column.name));
        }
    }
    auto connector = std::ranges::find(table.options, "connector", &sql::Option::key);
    if (connector == table.options.end()) return;
    throw Error(ErrorCode::InvalidInput, "{}: a table of an Iceberg catalog has no 'connector'",
                sql::text_of(table.path))
        .with_hint("leave it out, or make the table in default_catalog, or TEMPORARY");
}

int format_version(const sql::Options& options) {
    auto said = std::ranges::find(options, "format-version", &sql::Option::key);
    if (said == options.end()) return iceberg::FormatVersionDefault;
    return said->value == "3" ? iceberg::FormatVersionMax : iceberg::FormatVersionDefault;
}

std::string comment_of(const sql::StoredTable& table, const std::string& column) {
    if (!table.definition) return "";
    auto is_of_column = [&](const auto& each) { return each.name.back().text == column; };
    auto found = std::ranges::find_if(table.definition->columns, is_of_column);
    return found == table.definition->columns.end() ? "" : found->comment.value_or("");
}

iceberg::SchemaPtr schema_for(const sql::StoredTable& table) {
    std::vector<iceberg::Field> fields;
    auto last_id = static_cast<int32_t>(table.table.columns.size());
    std::vector<int32_t> key;
    for (const sql::TableColumn& column : table.table.columns) {
        auto id = static_cast<int32_t>(fields.size() + 1);
        bool is_of_key = std::ranges::find(table.table.primary_key, column.name) !=
                         table.table.primary_key.end();
        if (is_of_key) key.push_back(id);
        fields.push_back({.id = id,
                          .name = column.name,
                          .is_required = is_of_key || !column.type.is_nullable,
                          .type = iceberg_type(column.type, format_version(table.options), last_id),
                          .doc = comment_of(table, column.name)});
    }
    return iceberg::Schema::make(0, std::move(fields), std::move(key));
}

iceberg::PartitionSpec spec_for(const sql::StoredTable& table, const iceberg::Schema& schema) {
    auto said = std::ranges::find(table.options, PartitionOption, &sql::Option::key);
    bool has_clause = table.definition && !table.definition->partitioned_by.empty();
    if (said == table.options.end()) {
        return has_clause ? partition_spec(table.definition->partitioned_by, schema)
                          : iceberg::PartitionSpec();
    }
    if (has_clause) {
        throw Error(ErrorCode::InvalidInput, "{}: PARTITIONED BY and '{}' cannot both be said",
                    sql::text_of(table.path), PartitionOption);
    }
    return partition_spec(said->value, schema);
}

// --- what is there

std::string column_text(const iceberg::Field& field) {
    std::string text = text_of(sql::Identifier{field.name}) + " " + text_of(sql_type(field));
    if (!field.doc.empty()) text += " COMMENT " + sql::quoted_text(field.doc);
    return text;
}

std::string names_text(const iceberg::Schema& schema, const std::vector<int32_t>& ids) {
    std::string text;
    for (int32_t id : ids) {
        if (!text.empty()) text += ", ";
        text += text_of(sql::Identifier{schema.find(id)->name});
    }
    return text;
}

bool is_top_level(const iceberg::Schema& schema, const std::vector<int32_t>& ids) {
    return std::ranges::all_of(ids, [&](int32_t id) { return !schema.parent_of(id); });
}

// PARTITIONED BY, where SQL has a word for it.
std::vector<int32_t> partition_columns(const iceberg::TableMetadata& table) {
    std::vector<int32_t> ids;
    if (!has_only_columns(table.spec())) return ids;
    for (const iceberg::PartitionField& field : table.spec().fields) ids.push_back(field.source_id);
    if (!is_top_level(table.schema(), ids)) ids.clear();
    return ids;
}

std::string statement_text(const iceberg::TableMetadata& table) {
    const iceberg::Schema& schema = table.schema();
    std::string text = "CREATE TABLE t (";
    for (const iceberg::Field& field : schema.fields()) {
        if (field.id != schema.fields().front().id) text += ", ";
        text += column_text(field);
    }
    const std::vector<int32_t>& key = schema.identifier_ids();
    if (!key.empty() && is_top_level(schema, key)) {
        text += fmt::format(", PRIMARY KEY ({}) NOT ENFORCED", names_text(schema, key));
    }
    text += ")";
    std::vector<int32_t> columns = partition_columns(table);
    if (!columns.empty()) {
        text += fmt::format(" PARTITIONED BY ({})", names_text(schema, columns));
    }
    return text;
}

sql::Options options_of(const iceberg::TableMetadata& table) {
    sql::Options options;
    for (const auto& [key, value] : table.properties) {
        if (!key.starts_with(EpochProperty)) options.push_back({.key = key, .value = value});
    }
    if (table.format_version != iceberg::FormatVersionDefault) {
        options.push_back({.key = "format-version", .value = std::to_string(table.format_version)});
    }
    if (!table.spec().is_unpartitioned() && partition_columns(table).empty()) {
        options.push_back(
            {.key = std::string(PartitionOption), .value = text_of(table.spec(), table.schema())});
    }
    return options;
}

}  // namespace

iceberg::CreateTable create_request(const sql::StoredTable& table, iceberg::TableName name) {
    check_parts(table);
    iceberg::CreateTable request{.name = std::move(name), .schema = schema_for(table)};
    request.spec = spec_for(table, *request.schema);
    for (const sql::Option& option : table.options) {
        if (option.key == LocationOption) {
            request.location = option.value;
        } else if (option.key != PartitionOption) {
            request.properties[option.key] = option.value;
        }
    }
    if (table.definition && table.definition->comment) {
        request.properties.try_emplace("comment", *table.definition->comment);
    }
    return request;
}

sql::CreateTable definition_of(const sql::ObjectPath& path, const iceberg::TableMetadata& table) {
    sql::Statement statement =
        sql::parse_statement(sql::Source(sql::text_of(path), statement_text(table)));
    auto definition = std::get<sql::CreateTable>(std::move(statement.node));
    definition.name = {{path.catalog}, {path.database}, {path.name}};
    definition.options = options_of(table);
    return definition;
}

sql::StoredTable stored_table(const sql::ObjectPath& path, const iceberg::TableMetadata& table) {
    sql::CreateTable definition = definition_of(path, table);
    sql::Declaration found = sql::declared(definition, {});
    if (!found.problems.empty()) throw sql::SqlError(found.problems.front());
    return {.path = path,
            .table = std::move(found.table),
            .options = definition.options,
            .definition = std::make_shared<sql::CreateTable>(std::move(definition))};
}

}  // namespace tarn::connectors
