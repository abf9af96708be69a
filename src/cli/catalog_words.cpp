#include "cli/catalog_words.hpp"

#include <boost/json.hpp>

#include "base/error.hpp"
#include "cli/exit_code.hpp"
#include "iceberg/catalog/names_json.hpp"

namespace tarn::cli {

namespace json = boost::json;

iceberg::Namespace typed_namespace(const Call& call) {
    return iceberg::parse_namespace(call.typed.value_or("namespace", ""));
}

iceberg::TableName parse_table_name(const std::string& text) {
    iceberg::Namespace levels = iceberg::parse_namespace(text);
    if (levels.size() < 2) {
        throw Error(ErrorCode::InvalidInput, "'{}' names no table", text)
            .with_hint("write NAMESPACE.TABLE, such as lakehouse.trades");
    }
    iceberg::TableName name{std::move(levels), {}};
    name.name = std::move(name.space.back());
    name.space.pop_back();
    return name;
}

iceberg::TableName typed_table(const Call& call) {
    return parse_table_name(call.typed.value_or("table", ""));
}

Argument table_argument() {
    return {"table", "its name, as in lakehouse.trades"};
}

Option property_option(std::string help) {
    return {"--property", "NAME=VALUE", std::move(help) + "; may be given often", {}, {}, true};
}

Option unset_option() {
    return {"--unset", "NAME", "a property to take away; may be given often", {}, {}, true};
}

iceberg::Properties typed_properties(const Call& call) {
    iceberg::Properties properties;
    for (const std::string& assignment : call.typed.all("--property")) {
        size_t equals = assignment.find('=');
        if (equals == std::string::npos || equals == 0) {
            throw Error(ErrorCode::InvalidInput, "--property: '{}' is no property", assignment)
                .with_hint("write NAME=VALUE, such as owner=ada");
        }
        properties[assignment.substr(0, equals)] = assignment.substr(equals + 1);
    }
    return properties;
}

json::object table_page(std::string_view verb, const iceberg::TableName& name) {
    return {{"schema", fmt::format("tarn.table.{}/1", verb)}, {"table", iceberg::to_text(name)}};
}

int show_list(Call& call, json::object page, std::string_view list_name, json::array list,
              const std::vector<std::string>& header, const TableRows& rows,
              std::string_view when_empty) {
    if (call.wants_json()) {
        page[list_name] = std::move(list);
        call.terminal.print_line(json::serialize(page));
    } else if (rows.empty()) {
        call.terminal.note(when_empty);
    } else {
        call.terminal.table(header, rows);
    }
    return ExitOk;
}

void say_done(Call& call, const std::string& text, const json::object& page) {
    call.terminal.print_line(call.wants_json() ? json::serialize(page) : text);
}

void show_properties(Call& call, const iceberg::Properties& properties, json::object page) {
    if (call.wants_json()) {
        page["properties"] = iceberg::to_json(properties);
        call.terminal.print_line(json::serialize(page));
        return;
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& [name, value] : properties) rows.push_back({name, value});
    call.terminal.table({"PROPERTY", "VALUE"}, rows);
}

}  // namespace tarn::cli
