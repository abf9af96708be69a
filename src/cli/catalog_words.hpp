// What the commands on catalogs read and print alike: names, properties, and what was done.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "iceberg/catalog/names.hpp"

namespace tarn::cli {

// The arguments "namespace", "table" and "to". Throw InvalidInput.
iceberg::Namespace typed_namespace(const Call& call);
iceberg::TableName parse_table_name(const std::string& text);
iceberg::TableName typed_table(const Call& call);
Argument table_argument();

// "--property NAME=VALUE" and "--unset NAME".
Option property_option(std::string help);
Option unset_option();
iceberg::Properties typed_properties(const Call& call);

using TableRows = std::vector<std::vector<std::string>>;

// The page of a `tarn table` command, which names its schema and the table.
boost::json::object table_page(std::string_view verb, const iceberg::TableName& name);
// One page with a list in it for scripts, a table for people. Answers the exit code.
int show_list(Call& call, boost::json::object page, std::string_view list_name,
              boost::json::array list, const std::vector<std::string>& header,
              const TableRows& rows, std::string_view when_empty);
// What was done, in a line for people or a page for scripts.
void say_done(Call& call, const std::string& text, const boost::json::object& page);
// Properties as a page and as a table.
void show_properties(Call& call, const iceberg::Properties& properties, boost::json::object page);

}  // namespace tarn::cli
