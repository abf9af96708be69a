// `tarn table evolve`: columns and partitions of a table change, and no file is rewritten.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/error.hpp"
#include "cli/catalog_access.hpp"
#include "cli/catalog_words.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/table_text.hpp"
#include "iceberg/format/layout_change.hpp"
#include "iceberg/format/schema_change.hpp"

namespace tarn::cli {
namespace {

namespace json = boost::json;
using iceberg::MetadataBuilder;
using iceberg::SchemaChange;
using iceberg::TableMetadata;
using iceberg::to_text;

struct NamedType {
    std::string name;
    iceberg::Field field;
};

// "venue.city string": a full name, and what stands after a column's name.
NamedType parse_named_type(std::string_view option, const std::string& typed) {
    size_t space = typed.find(' ');
    std::string name = typed.substr(0, space);
    size_t dot = name.rfind('.');
    std::string last = dot == std::string::npos ? name : name.substr(dot + 1);
    std::string type = space == std::string::npos ? "" : typed.substr(space);
    iceberg::SchemaPtr parsed = parse_columns(last + type);
    if (parsed->fields().size() != 1) {
        throw Error(ErrorCode::InvalidInput, "{}: '{}' is more than one column", option, typed)
            .with_hint(fmt::format("give {} once for each", option));
    }
    return {std::move(name), parsed->fields().front()};
}

void add_columns(const Call& call, SchemaChange& change) {
    for (const std::string& typed : call.typed.all("--add")) {
        auto [name, field] = parse_named_type("--add", typed);
        size_t dot = name.rfind('.');
        std::string parent = dot == std::string::npos ? "" : name.substr(0, dot);
        change.add(parent, {.name = field.name,
                            .type = field.type,
                            .is_required = field.is_required,
                            .doc = field.doc});
    }
}

void rename_columns(const Call& call, SchemaChange& change) {
    for (const std::string& typed : call.typed.all("--rename")) {
        size_t equals = typed.find('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == typed.size()) {
            throw Error(ErrorCode::InvalidInput, "--rename: '{}' names no two columns", typed)
                .with_hint("write OLD=NEW, such as qty=quantity");
        }
        change.rename(typed.substr(0, equals), typed.substr(equals + 1));
    }
}

void change_columns(const Call& call, SchemaChange& change) {
    rename_columns(call, change);
    for (const std::string& typed : call.typed.all("--widen")) {
        auto [name, field] = parse_named_type("--widen", typed);
        change.widen(name, field.type);
    }
    for (const std::string& name : call.typed.all("--make-optional")) change.make_optional(name);
    for (const std::string& name : call.typed.all("--drop")) change.drop(name);
    add_columns(call, change);
}

bool partitions_by(const iceberg::PartitionSpec& spec, const iceberg::PartitionField& field) {
    return std::ranges::any_of(spec.fields, [&](const iceberg::PartitionField& other) {
        return other.source_id == field.source_id && other.transform == field.transform;
    });
}

void change_partitions(const std::string& typed, const TableMetadata& table,
                       MetadataBuilder& builder) {
    iceberg::PartitionSpec wanted = parse_partitions(typed, table.schema());
    iceberg::SpecChange change(table);
    for (const iceberg::PartitionField& field : table.spec().fields) {
        if (!partitions_by(wanted, field)) change.remove(field.name);
    }
    for (const iceberg::PartitionField& field : wanted.fields) {
        if (partitions_by(table.spec(), field)) continue;
        change.add(table.schema().full_name(field.source_id), field.transform);
    }
    change.apply_to(builder);
}

bool changes_columns(const Call& call) {
    return std::ranges::any_of(std::initializer_list<const char*>{"--add", "--rename", "--widen",
                                                                  "--make-optional", "--drop"},
                               [&](const char* option) { return call.typed.has(option); });
}

int evolve(Call& call, CatalogAccess& access) {
    iceberg::TableName name = typed_table(call);
    bool changes_layout = call.typed.has("--partition-by");
    if (!changes_columns(call) && !changes_layout) {
        throw Error(ErrorCode::InvalidInput, "it is not said what is to change")
            .with_hint("say --add, --rename, --widen, --make-optional, --drop or --partition-by");
    }
    iceberg::LoadedTable table = access.catalog().load_table(name);
    MetadataBuilder builder(table.metadata(), unix_ms(access.clock().now()));
    if (changes_columns(call)) {
        SchemaChange change(table.metadata());
        change_columns(call, change);
        change.apply_to(builder);
    }
    if (changes_layout) {
        // A column that was just added can be one to partition by.
        TableMetadata with_columns = builder.metadata();
        change_partitions(call.typed.value_or("--partition-by", ""), with_columns, builder);
    }
    if (builder.has_changes()) {
        table = commit_updates(access, name, table.metadata(), builder.updates());
    }
    const TableMetadata& now = table.metadata();
    json::object page = table_page("evolve", name);
    page["schema_id"] = now.schema().id();
    page["spec_id"] = now.spec().id;
    page["partition_by"] = to_partition_text(now.spec(), now.schema());
    say_done(call,
             fmt::format("Table {} has schema {} and partition spec {} now", to_text(name),
                         now.schema().id(), now.spec().id),
             page);
    return ExitOk;
}

Option often(std::string name, std::string value, std::string help) {
    return {
        std::move(name), std::move(value), std::move(help) + "; may be given often", {}, {}, true};
}

}  // namespace

Command table_evolve_command() {
    return {
        .name = "table evolve",
        .summary = "change the columns and partitions of a table without rewriting it",
        .examples =
            {"tarn table evolve lakehouse.trades --add \"venue string\" --rename qty=quantity",
             "tarn table evolve lakehouse.trades --widen \"id long\" --drop note",
             "tarn table evolve lakehouse.trades --partition-by \"hour(ts), symbol\""},
        .options = {catalog_option(),
                    often("--rename", "OLD=NEW", "another name for a column"),
                    often("--widen", "COLUMN", "a name with its wider type"),
                    often("--make-optional", "NAME", "a column that may be null from now on"),
                    often("--drop", "NAME", "a column to take away"),
                    often("--add", "COLUMN",
                          "a new one, its name and type; \"venue.city string\" within a struct"),
                    {"--partition-by", "LIST",
                     "how new rows are laid out; \"\" for no partitions"}},
        .arguments = {table_argument()},
        .run = on_catalog(evolve)};
}

}  // namespace tarn::cli
