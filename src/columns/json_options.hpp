// How JSON records are understood; one set of choices for a whole stream.
#pragma once

#include <cstdint>

#include "columns/text_values.hpp"

namespace tarn::columns {

enum class WrongValue {
    Reject,  // the record becomes an error
    Null,    // the cell becomes null; a column that may not be null still rejects the record
};

enum class Coercion {
    // A value must have the JSON type of its column and fit it exactly. Strings are right for what
    // JSON cannot say: decimals, dates, times, timestamps, base64 of binary, and "NaN" and
    // "Infinity" of floating point columns.
    Strict,
    // What Flink's JSON format does. Numbers and booleans are taken from strings; integers drop a
    // fraction; a decimal is rounded; a boolean is true for "true" and false for all else; a string
    // column takes the source text of a number and the compact text of an object or array.
    Flink,
};

enum class MissingField {
    Null,
    Reject,
};

// What to do with more than one value in a record.
enum class Extra {
    Reject,
    Ignore,  // what comes after the first value, as Flink does
};

// What a record whose outermost value is an array is.
enum class TopLevelArray {
    Reject,
    RowPerElement,
};

struct JsonOptions {
    WrongValue wrong_value = WrongValue::Reject;
    Coercion coercion = Coercion::Strict;
    MissingField missing_field = MissingField::Null;
    Extra after_value = Extra::Reject;
    TopLevelArray top_level_array = TopLevelArray::Reject;
    TimestampFormat timestamps = TimestampFormat::Either;
    // Also bounds values that no column asks for.
    int depth_max = 100;
    uint32_t record_bytes_max = 16 << 20;
};

}  // namespace tarn::columns
