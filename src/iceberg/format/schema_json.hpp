// Schemas as JSON, in table metadata, manifests and requests.
#pragma once

#include <boost/json/object.hpp>

#include "iceberg/format/json_object.hpp"
#include "iceberg/format/schema.hpp"

namespace tarn::iceberg {

boost::json::object to_json(const Schema& schema);
boost::json::value to_json(const Type& type);

// `schema-id` is 0 where it is missing, as in requests. Throws InvalidInput.
SchemaPtr schema_from_json(const JsonObject& json);

}  // namespace tarn::iceberg
