// Names as the REST protocol has them in JSON.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "iceberg/catalog/names.hpp"
#include "iceberg/format/json_object.hpp"

namespace tarn::iceberg {

// The levels of a namespace as an array of texts.
Namespace namespace_from_json(const JsonObject& json, std::string_view name);
boost::json::array to_json(const Namespace& space);
// {"namespace":[…],"name":…}
TableName table_name_from_json(const JsonObject& json);
boost::json::object to_json(const TableName& name);

boost::json::object to_json(const Properties& properties);

}  // namespace tarn::iceberg
