// `tarn catalog …` and `tarn namespace …`: what is in a catalog, of this Tarn or elsewhere.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/json.hpp>

#include "base/error.hpp"
#include "cli/catalog_access.hpp"
#include "cli/catalog_words.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "iceberg/catalog/names_json.hpp"

namespace tarn::cli {
namespace {

namespace json = boost::json;
using iceberg::EntryKind;
using iceberg::to_text;

struct Count {
    size_t tables = 0;
    size_t views = 0;
};

Count count_in(iceberg::AnyCatalog& catalog, const iceberg::Namespace& space) {
    return {catalog.names_in(space, EntryKind::Table).size(),
            catalog.names_in(space, EntryKind::View).size()};
}

int list_catalog(Call& call, CatalogAccess& access) {
    std::vector<std::vector<std::string>> rows;
    json::array spaces;
    for (const auto& space : all_namespaces(access.catalog(), {})) {
        Count count = count_in(access.catalog(), space);
        rows.push_back({to_text(space), std::to_string(count.tables), std::to_string(count.views)});
        spaces.push_back({{"namespace", iceberg::to_json(space)},
                          {"tables", count.tables},
                          {"views", count.views}});
    }
    if (call.wants_json()) {
        json::object page = {{"schema", "tarn.catalog.list/1"}, {"namespaces", spaces}};
        call.terminal.print_line(json::serialize(page));
    } else if (rows.empty()) {
        call.terminal.note("the catalog is empty; `tarn namespace create NAME` begins it");
    } else {
        call.terminal.table({"NAMESPACE", "TABLES", "VIEWS"}, rows);
    }
    return ExitOk;
}

int describe_catalog(Call& call, CatalogAccess& access) {
    size_t spaces = 0;
    Count total;
    for (const auto& space : all_namespaces(access.catalog(), {})) {
        Count count = count_in(access.catalog(), space);
        total.tables += count.tables;
        total.views += count.views;
        ++spaces;
    }
    if (call.wants_json()) {
        json::object page = {{"schema", "tarn.catalog.describe/1"},
                             {"kind", access.kind()},
                             {"place", access.place()},
                             {"namespaces", spaces},
                             {"tables", total.tables},
                             {"views", total.views}};
        call.terminal.print_line(json::serialize(page));
        return ExitOk;
    }
    call.terminal.table({"KIND", "PLACE", "NAMESPACES", "TABLES", "VIEWS"},
                        {{access.kind(), access.place(), std::to_string(spaces),
                          std::to_string(total.tables), std::to_string(total.views)}});
    return ExitOk;
}

int list_namespaces(Call& call, CatalogAccess& access) {
    std::vector<std::vector<std::string>> rows;
    json::array spaces;
    for (const auto& space : all_namespaces(access.catalog(), typed_namespace(call))) {
        rows.push_back({to_text(space)});
        spaces.push_back(iceberg::to_json(space));
    }
    if (call.wants_json()) {
        json::object page = {{"schema", "tarn.namespace.list/1"}, {"namespaces", spaces}};
        call.terminal.print_line(json::serialize(page));
    } else if (rows.empty()) {
        call.terminal.note("there are no namespaces; `tarn namespace create NAME` makes one");
    } else {
        call.terminal.table({"NAMESPACE"}, rows);
    }
    return ExitOk;
}

int create_namespace(Call& call, CatalogAccess& access) {
    iceberg::Namespace space = typed_namespace(call);
    iceberg::check_name(space);
    bool is_new = true;
    try {
        access.catalog().create_namespace(space, typed_properties(call));
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Conflict) throw;
        if (!call.typed.has("--if-not-exists")) {
            throw Error(ErrorCode::Conflict, "namespace '{}' already exists", to_text(space))
                .with_hint("--if-not-exists takes it as it is");
        }
        is_new = false;
    }
    say_done(call,
             is_new ? fmt::format("Created namespace {}", to_text(space))
                    : fmt::format("Namespace {} already exists", to_text(space)),
             {{"schema", "tarn.namespace.create/1"},
              {"namespace", iceberg::to_json(space)},
              {"created", is_new}});
    return ExitOk;
}

int describe_namespace(Call& call, CatalogAccess& access) {
    iceberg::Namespace space = typed_namespace(call);
    iceberg::AnyCatalog& catalog = access.catalog();
    auto properties = catalog.namespace_properties(space);
    std::vector<std::vector<std::string>> rows;
    json::array inner;
    for (const auto& each : catalog.namespaces_in(space)) {
        rows.push_back({"namespace", to_text(each)});
        inner.push_back(iceberg::to_json(each));
    }
    auto tables = catalog.names_in(space, EntryKind::Table);
    auto views = catalog.names_in(space, EntryKind::View);
    for (const std::string& name : tables) rows.push_back({"table", name});
    for (const std::string& name : views) rows.push_back({"view", name});
    if (call.wants_json()) {
        json::object page = {
            {"schema", "tarn.namespace.describe/1"},      {"namespace", iceberg::to_json(space)},
            {"properties", iceberg::to_json(properties)}, {"namespaces", inner},
            {"tables", json::value_from(tables)},         {"views", json::value_from(views)}};
        call.terminal.print_line(json::serialize(page));
        return ExitOk;
    }
    call.terminal.print_line(fmt::format("namespace {}  {} tables, {} views\n", to_text(space),
                                         tables.size(), views.size()));
    if (!properties.empty()) {
        show_properties(call, properties, {});
        call.terminal.print_line("");
    }
    if (!rows.empty()) call.terminal.table({"KIND", "NAME"}, rows);
    return ExitOk;
}

int drop_namespace(Call& call, CatalogAccess& access) {
    iceberg::Namespace space = typed_namespace(call);
    access.catalog().drop_namespace(space);
    say_done(call, "Dropped namespace " + to_text(space),
             {{"schema", "tarn.namespace.drop/1"}, {"namespace", iceberg::to_json(space)}});
    return ExitOk;
}

int properties_of_namespace(Call& call, CatalogAccess& access) {
    iceberg::Namespace space = typed_namespace(call);
    auto set = typed_properties(call);
    auto remove = call.typed.all("--unset");
    if (!set.empty() || !remove.empty()) access.catalog().change_properties(space, set, remove);
    show_properties(
        call, access.catalog().namespace_properties(space),
        {{"schema", "tarn.namespace.properties/1"}, {"namespace", iceberg::to_json(space)}});
    return ExitOk;
}

Argument namespace_argument() {
    return {"namespace", "its name; levels are parted by dots"};
}

}  // namespace

Command catalog_list_command() {
    return {.name = "catalog list",
            .summary = "the namespaces, with how much is in each",
            .examples = {"tarn catalog list", "tarn catalog list --catalog http://other:8181"},
            .options = {catalog_option()},
            .arguments = {},
            .run = on_catalog(list_catalog)};
}

Command catalog_describe_command() {
    return {.name = "catalog describe",
            .summary = "which catalog is meant, and how much is in it",
            .examples = {"tarn catalog describe", "tarn catalog describe --catalog /data/lake"},
            .options = {catalog_option()},
            .arguments = {},
            .run = on_catalog(describe_catalog)};
}

Command namespace_list_command() {
    return {.name = "namespace list",
            .summary = "the namespaces, or those inside one",
            .examples = {"tarn namespace list", "tarn namespace list prod"},
            .options = {catalog_option()},
            .arguments = {{"namespace", "only those inside it", false}},
            .run = on_catalog(list_namespaces)};
}

Command namespace_create_command() {
    return {.name = "namespace create",
            .summary = "make a namespace",
            .examples = {"tarn namespace create lakehouse",
                         "tarn namespace create prod.sales --property owner=ada"},
            .options = {catalog_option(),
                        property_option("a property of it"),
                        {"--if-not-exists", "", "leave one that is there as it is"}},
            .arguments = {namespace_argument()},
            .run = on_catalog(create_namespace)};
}

Command namespace_describe_command() {
    return {.name = "namespace describe",
            .summary = "what is in a namespace, and its properties",
            .examples = {"tarn namespace describe lakehouse"},
            .options = {catalog_option()},
            .arguments = {namespace_argument()},
            .run = on_catalog(describe_namespace)};
}

Command namespace_drop_command() {
    return {.name = "namespace drop",
            .summary = "remove a namespace that is empty",
            .examples = {"tarn namespace drop lakehouse"},
            .options = {catalog_option()},
            .arguments = {namespace_argument()},
            .run = on_catalog(drop_namespace)};
}

Command namespace_properties_command() {
    return {.name = "namespace properties",
            .summary = "show or change the properties of a namespace",
            .examples = {"tarn namespace properties lakehouse",
                         "tarn namespace properties lakehouse --property owner=ada --unset team"},
            .options = {catalog_option(), property_option("a property to set"), unset_option()},
            .arguments = {namespace_argument()},
            .run = on_catalog(properties_of_namespace)};
}

}  // namespace tarn::cli
