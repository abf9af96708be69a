// What the commands on catalogs read and print alike: names, properties, and what was done.
#pragma once

#include <boost/json/fwd.hpp>

#include <string>

#include "cli/command.hpp"
#include "iceberg/catalog/names.hpp"

namespace tarn::cli {

// The arguments "namespace", "table" and "to". Throw InvalidInput.
iceberg::Namespace typed_namespace(const Call& call);
iceberg::TableName parse_table_name(const std::string& text);
iceberg::TableName typed_table(const Call& call);

// "--property NAME=VALUE" and "--unset NAME".
Option property_option(std::string help);
Option unset_option();
iceberg::Properties typed_properties(const Call& call);

// What was done, in a line for people or a page for scripts.
void say_done(Call& call, const std::string& text, const boost::json::object& page);
// Properties as a page and as a table.
void show_properties(Call& call, const iceberg::Properties& properties, boost::json::object page);

}  // namespace tarn::cli
