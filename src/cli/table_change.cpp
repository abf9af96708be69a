// `tarn table …` as far as it makes, moves and removes whole tables, and changes their properties.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/error.hpp"
#include "cli/catalog_access.hpp"
#include "cli/catalog_words.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/table_text.hpp"
#include "iceberg/catalog/names_json.hpp"

namespace tarn::cli {
namespace {

namespace json = boost::json;
using iceberg::DroppedFiles;
using iceberg::EntryKind;
using iceberg::TableName;
using iceberg::to_text;

Error exists_already(const TableName& name, std::string hint) {
    return Error(ErrorCode::Conflict, "table '{}' already exists", to_text(name))
        .with_hint(std::move(hint));
}

bool is_taken(const iceberg::CatalogError& error) {
    return error.fault() == iceberg::CatalogFault::AlreadyExists;
}

iceberg::CreateTable typed_create(const Call& call) {
    if (!call.typed.has("--columns")) {
        throw Error(ErrorCode::InvalidInput, "a table needs columns")
            .with_hint("say --columns \"id long required, ts timestamptz\"");
    }
    iceberg::CreateTable request{.name = typed_table(call),
                                 .schema = parse_columns(call.typed.value_or("--columns", "")),
                                 .properties = typed_properties(call)};
    if (call.typed.has("--partition-by")) {
        request.spec = parse_partitions(call.typed.value_or("--partition-by", ""), *request.schema);
    }
    if (call.typed.has("--location")) request.location = call.typed.value_or("--location", "");
    return request;
}

int create(Call& call, CatalogAccess& access) {
    iceberg::CreateTable request = typed_create(call);
    bool is_new = true;
    iceberg::LoadedTable table;
    try {
        table = access.catalog().create_table(request);
    } catch (const iceberg::CatalogError& error) {
        if (!is_taken(error)) throw;
        if (!call.typed.has("--if-not-exists")) {
            throw exists_already(request.name, "`tarn table describe " + to_text(request.name) +
                                                   "` shows it; --if-not-exists takes it as it is");
        }
        is_new = false;
        table = access.catalog().load_table(request.name);
    }
    json::object page = table_page("create", request.name);
    page["created"] = is_new;
    page["location"] = table.metadata().location;
    say_done(call,
             is_new ? fmt::format("Created table {} at {}", to_text(request.name),
                                  table.metadata().location)
                    : fmt::format("Table {} already exists", to_text(request.name)),
             page);
    return ExitOk;
}

int drop(Call& call, CatalogAccess& access) {
    TableName name = typed_table(call);
    bool purges = call.typed.has("--purge");
    access.catalog().drop_table(name, purges ? DroppedFiles::Go : DroppedFiles::Stay);
    json::object page = table_page("drop", name);
    page["purged"] = purges;
    say_done(call,
             fmt::format("Dropped table {}{}", to_text(name),
                         purges ? " and its files" : "; its files stay"),
             page);
    return ExitOk;
}

int rename(Call& call, CatalogAccess& access) {
    TableName from = typed_table(call);
    TableName to = parse_table_name(call.typed.value_or("to", ""));
    try {
        access.catalog().rename(from, to, EntryKind::Table);
    } catch (const iceberg::CatalogError& error) {
        if (!is_taken(error)) throw;
        throw exists_already(to, "choose another name, or drop that one first");
    }
    json::object page = table_page("rename", from);
    page["to"] = to_text(to);
    say_done(call, fmt::format("Renamed table {} to {}", to_text(from), to_text(to)), page);
    return ExitOk;
}

int register_files(Call& call, CatalogAccess& access) {
    TableName name = typed_table(call);
    std::string metadata = storage::Uri::parse(call.typed.value_or("metadata", "")).text();
    try {
        access.catalog().register_table(name, metadata, call.typed.has("--replace"));
    } catch (const iceberg::CatalogError& error) {
        if (!is_taken(error)) throw;
        throw exists_already(name, "--replace puts these files in its place");
    }
    json::object page = table_page("register", name);
    page["metadata_location"] = metadata;
    say_done(call, fmt::format("Registered table {}", to_text(name)), page);
    return ExitOk;
}

int properties(Call& call, CatalogAccess& access) {
    TableName name = typed_table(call);
    auto set = typed_properties(call);
    auto remove = call.typed.all("--unset");
    iceberg::LoadedTable table = access.catalog().load_table(name);
    json::array updates;
    if (!remove.empty()) {
        updates.push_back({{"action", "remove-properties"},
                           {"removals", json::array(remove.begin(), remove.end())}});
    }
    if (!set.empty()) {
        updates.push_back({{"action", "set-properties"}, {"updates", iceberg::to_json(set)}});
    }
    if (!updates.empty()) {
        table = commit_updates(access, name, table.metadata(), std::move(updates));
    }
    show_properties(call, table.metadata().properties, table_page("properties", name));
    return ExitOk;
}

}  // namespace

Command table_create_command() {
    return {
        .name = "table create",
        .summary = "make a table",
        .examples =
            {"tarn table create lakehouse.trades --columns \"id long required, ts timestamptz, "
             "price decimal(18,4)\" --partition-by \"day(ts)\"",
             "tarn table create lakehouse.tags --columns \"id long, tags list<string>\" "
             "--property format-version=3"},
        .options = {catalog_option(),
                    {"--columns", "COLUMNS", "their names and types, parted by commas"},
                    {"--partition-by", "LIST",
                     "columns, or year, month, day, hour, bucket(N, …), truncate(N, …) of them"},
                    property_option("a property of it"),
                    {"--location", "URL", "where its files are to be (default the warehouse)"},
                    {"--if-not-exists", "", "leave one that is there as it is"}},
        .arguments = {table_argument()},
        .run = on_catalog(create)};
}

Command table_drop_command() {
    return {.name = "table drop",
            .summary = "remove a table from the catalog",
            .examples = {"tarn table drop lakehouse.trades",
                         "tarn table drop lakehouse.trades --purge"},
            .options = {catalog_option(), {"--purge", "", "remove its files, too"}},
            .arguments = {table_argument()},
            .run = on_catalog(drop)};
}

Command table_rename_command() {
    return {.name = "table rename",
            .summary = "give a table another name, or put it into another namespace",
            .examples = {"tarn table rename lakehouse.trades lakehouse.old_trades"},
            .options = {catalog_option()},
            .arguments = {table_argument(), {"to", "its new name, with the namespace"}},
            .run = on_catalog(rename)};
}

Command table_register_command() {
    return {
        .name = "table register",
        .summary = "take files that are there for a table",
        .examples = {"tarn table register lakehouse.trades /lake/t/metadata/v3.metadata.json"},
        .options = {catalog_option(), {"--replace", "", "also when there is a table of this name"}},
        .arguments = {table_argument(), {"metadata", "its newest metadata file"}},
        .run = on_catalog(register_files)};
}

Command table_properties_command() {
    return {.name = "table properties",
            .summary = "show or change the properties of a table",
            .examples = {"tarn table properties lakehouse.trades",
                         "tarn table properties lakehouse.trades "
                         "--property write.parquet.compression-codec=zstd --unset owner"},
            .options = {catalog_option(), property_option("a property to set"), unset_option()},
            .arguments = {table_argument()},
            .run = on_catalog(properties)};
}

}  // namespace tarn::cli
