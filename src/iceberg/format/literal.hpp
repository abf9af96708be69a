// A literal of a condition as a value of the column that it is compared with.
#pragma once

#include <boost/json/value.hpp>

#include <string_view>

#include "iceberg/format/type.hpp"
#include "iceberg/format/value.hpp"

namespace tarn::iceberg {

struct Literal {
    // Nothing when it lies beyond all (finite) values of the type.
    OptionalValue value = {};
    bool is_above = false;  // of those without a value; else it is below
};

// Numbers of any kind as long as nothing of them is lost; for dates and times also the number of
// days or of the type's own unit. Floats are rounded, as everywhere. Throws InvalidInput.
Literal literal_of(const boost::json::value& json, const Type& type, std::string_view column);

}  // namespace tarn::iceberg
