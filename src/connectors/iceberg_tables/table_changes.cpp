#include "connectors/iceberg_tables/table_changes.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "connectors/iceberg_tables/column_types.hpp"
#include "connectors/iceberg_tables/partition_fields.hpp"
#include "connectors/iceberg_tables/table_definition.hpp"
#include "iceberg/format/schema_change.hpp"
#include "iceberg/table/metadata_change.hpp"

namespace tarn::connectors {
namespace {

using iceberg::MetadataBuilder;
using iceberg::SchemaChange;

std::string full_name(const sql::Name& name) {
    std::string text;
    for (const sql::Identifier& part : name) {
        if (!text.empty()) text += '.';
        text += part.text;
    }
    return text;
}

std::string parent_of(const sql::Name& name) {
    return full_name(sql::Name(name.begin(), name.end() - 1));
}

Error cannot_be_altered(std::string_view what) {
    return Error(ErrorCode::InvalidInput, "{} of an Iceberg table cannot be altered", what);
}

// One statement's changes to the columns, each on what those before have left.
class ColumnChanges {
public:
    explicit ColumnChanges(const iceberg::TableMetadata& table)
        : table_(table), change_(table), last_id_(table.last_column_id) {}

    void operator()(const sql::RenameColumn& rename) {
        change_.rename(full_name(rename.from), rename.to.back().text);
    }
    void operator()(const sql::DropColumns& drop) {
        for (const sql::Name& column : drop.columns) change_.drop(full_name(column));
    }
    void operator()(const sql::ChangeColumns& changes) {
        if (!changes.watermarks.empty()) throw cannot_be_altered("the watermark");
        if (changes.distribution) throw cannot_be_altered("the distribution");
        for (const auto& column : changes.columns) {
            changes.is_new ? add(column.definition) : modify(column.definition);
            move(column);
        }
        for (const sql::PrimaryKey& key : changes.keys) set_key(key);
    }
    void operator()(const sql::DropPart& part) {
        if (part.what != sql::DropPart::What::PrimaryKey) throw cannot_be_altered("that part");
        change_.set_identifier_fields({});
    }
    void operator()(const sql::RenameTo&) {}
    void operator()(const sql::SetOptions&) {}
    void operator()(const sql::ResetOptions&) {}

    void apply_to(MetadataBuilder& table) const { change_.apply_to(table); }

private:
    sql::Type type_of(const sql::ColumnDefinition& column) const {
        const auto* physical = std::get_if<sql::PhysicalColumn>(&column.kind);
        if (physical) return sql::type_of(physical->type);
        throw Error(ErrorCode::InvalidInput,
                    "an Iceberg table has physical columns only, '{}' is none",
                    full_name(column.name));
    }

    void add(const sql::ColumnDefinition& column) {
        sql::Type type = type_of(column);
        change_.add(parent_of(column.name),
                    {.name = column.name.back().text,
                     .type = iceberg_type(type, table_.format_version, last_id_),
                     .is_required = !type.is_nullable,
                     .doc = column.comment.value_or("")});
    }

    void modify(const sql::ColumnDefinition& column) {
        std::string name = full_name(column.name);
        sql::Type type = type_of(column);
        const iceberg::Field* known = change_.find(name);
        if (!known) throw Error(ErrorCode::NotFound, "the table has no column '{}'", name);
        bool was_required = known->is_required;
        iceberg::Type wanted = iceberg_type(type, table_.format_version, last_id_);
        if (!wanted.is_nested() && !(wanted == known->type)) change_.widen(name, wanted);
        if (was_required && type.is_nullable) change_.make_optional(name);
        if (!was_required && !type.is_nullable) change_.make_required(name);
        if (column.comment) change_.set_doc(name, *column.comment);
    }

    void move(const sql::ChangeColumns::Column& column) {
        std::string name = full_name(column.definition.name);
        if (column.is_first) change_.move_first(name);
        if (!column.after.empty()) change_.move_after(name, full_name(column.after));
    }

    void set_key(const sql::PrimaryKey& key) {
        std::vector<std::string> names;
        for (const sql::Identifier& column : key.columns) names.push_back(column.text);
        change_.set_identifier_fields(names);
    }

    const iceberg::TableMetadata& table_;
    SchemaChange change_;
    int32_t last_id_;
};

void set_options(const sql::SetOptions& change, MetadataBuilder& table) {
    std::map<std::string, std::string> properties;
    for (const sql::Option& option : change.options) {
        if (option.key == PartitionOption || option.key == "connector") {
            throw Error(ErrorCode::InvalidInput, "'{}' of a table cannot be set", option.key);
        }
        properties[option.key] = option.value;
    }
    table.set_properties(properties);
}

void apply(const sql::AlterTable& statement, MetadataBuilder& table) {
    if (const auto* set = std::get_if<sql::SetOptions>(&statement.change)) {
        return set_options(*set, table);
    }
    if (const auto* reset = std::get_if<sql::ResetOptions>(&statement.change)) {
        return table.remove_properties(reset->keys);
    }
    iceberg::TableMetadata before = table.metadata();
    ColumnChanges changes(before);
    std::visit(changes, statement.change);
    changes.apply_to(table);
}

}  // namespace

void change_table(const IcebergTable& table, const sql::AlterTable& change) {
    iceberg::LoadedTable loaded = table.load();
    iceberg::MetadataChange made([&](MetadataBuilder& builder) { apply(change, builder); });
    table.connection->committers_of(loaded).commit(table.name, made);
}

}  // namespace tarn::connectors
