// How a stream of CSV is written and read: RFC 4180 with a choice of delimiter and null.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "columns/json_options.hpp"
#include "columns/text_values.hpp"

namespace tarn::columns {

struct CsvOptions {
    // With a header, columns are found by their names, and names that no column has are passed
    // over. Without, fields stand in the order of the schema.
    enum class Header { FirstRecord, None } header = Header::FirstRecord;
    char delimiter = ',';
    // What stands around a field, or nothing does.
    std::optional<char> quote = '"';
    // A field of this text is null when it is not quoted; quoted it is text.
    std::string null_literal = "";
    WrongValue wrong_value = WrongValue::Reject;
    TimestampFormat timestamps = TimestampFormat::Either;
    ExcessDigits excess_digits = ExcessDigits::Refuse;
    uint32_t record_bytes_max = 1 << 20;
};

}  // namespace tarn::columns
