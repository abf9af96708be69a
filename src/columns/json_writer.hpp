// Arrow batches as JSON lines, one object per row in the order of the columns. What is written here
// JsonDecoder reads back to equal rows, save for numbers written as strings, which it takes only
// with Flink's coercions.
#pragma once

#include <arrow/record_batch.h>

#include <string>

#include "columns/text_values.hpp"

namespace tarn::columns {

struct JsonWriterOptions {
    // Browsers hold integers exactly only to 2^53.
    enum class Int64 { Number, String } int64 = Int64::Number;
    enum class Decimal { Number, String } decimal = Decimal::Number;
    // JSON has no form for NaN and the infinities.
    enum class NotFinite { String, Null } not_finite = NotFinite::String;
    enum class NullField { Write, LeaveOut } null_field = NullField::Write;
    TimestampFormat timestamps = TimestampFormat::Sql;
};

// Adds one line per row to `out`. Throws InvalidInput for a type that has no JSON form.
void append_json_lines(std::string& out, const arrow::RecordBatch& batch,
                       const JsonWriterOptions& options = {});

// Adds one value of a column, "null" if it is null.
void append_json_value(std::string& out, const arrow::Array& column, int64_t row,
                       const JsonWriterOptions& options = {});

}  // namespace tarn::columns
