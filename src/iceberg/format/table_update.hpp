// The changes and the conditions of REST requests: what a client asks to be done to a table, and
// what must still be true for it to make sense.
#pragma once

#include <boost/json/array.hpp>

#include <vector>

#include "iceberg/format/json_object.hpp"
#include "iceberg/format/metadata_builder.hpp"

namespace tarn::iceberg {

// One member of "updates". Throws InvalidInput for one that is not known or cannot be done.
void apply_update(const JsonObject& update, MetadataBuilder& table);

// One member of "requirements"; the table is null when there is none. Throws Conflict when it does
// not hold, InvalidInput when it is not known.
void check_requirement(const JsonObject& requirement, const TableMetadata* table);

// What must hold of the base for these updates to mean what they meant to the one who made them.
// Without a base, that there is no table.
boost::json::array requirements_of(const boost::json::array& updates, const TableMetadata* base);

}  // namespace tarn::iceberg
