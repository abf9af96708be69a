// The three ways a single value is written: as bytes in the bounds of manifests and summaries, as
// JSON in defaults and filters, and as text in the folders of partitions.
#pragma once

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

#include "iceberg/format/type.hpp"
#include "iceberg/format/value.hpp"

namespace tarn::iceberg {

// Numbers little-endian, decimals big-endian in as few bytes as they need, the rest as it is.
Bytes to_bytes(const Value& value);

// Nothing when the bytes are none of the type. Those from before the column was widened are read as
// what they were: 4 bytes as an int for a long, as a float for a double, as a date for a timestamp.
// A bound of a fixed may be cut short.
OptionalValue from_bytes(BytesView bytes, const Type& type);

// The value must be of the type.
boost::json::value to_json(const Value& value, const Type& type);
// Throws InvalidInput that begins with `place`.
Value from_json(const boost::json::value& json, const Type& type, std::string_view place);

// As a person reads it: dates and times in ISO 8601, binary in base64.
std::string to_text(const Value& value, const Type& type);

// A big-endian two's complement number of 1 to 16 bytes; nothing for another length.
std::optional<Int128> big_endian_number(BytesView bytes);
// In as few bytes as it needs.
Bytes big_endian_bytes(Int128 number);
// Filled up to exactly so many bytes.
Bytes big_endian_bytes(Int128 number, int size);

}  // namespace tarn::iceberg
