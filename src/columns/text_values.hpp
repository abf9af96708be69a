// How single values look as text, in JSON strings and CSV fields alike: one place that reads them
// and one that prints them, so that what one format writes the other reads. Nothing here throws:
// text that is no value of the type gives nothing.
#pragma once

#include <arrow/type.h>
#include <arrow/util/decimal.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tarn::columns {

enum class TimestampFormat {
    Sql,      // 2026-11-21 09:30:00.123
    Iso8601,  // 2026-11-21T09:30:00.123
    Either,
};

// A decimal integer that fits; no spaces, no leading '+'.
std::optional<int64_t> parse_int64(std::string_view text);

// A decimal number, "NaN", "Infinity" or "-Infinity". What rounds to infinity is no value.
std::optional<double> parse_double(std::string_view text);
std::optional<float> parse_float(std::string_view text);

// "true" and "false" in any case.
std::optional<bool> parse_bool(std::string_view text);

// Exact, from the digits of the text. When digits beyond the scale are to be rounded it is half
// away from zero, as SQL casts do; otherwise only zeros may stand there.
enum class ExcessDigits { Round, Refuse };
std::optional<arrow::Decimal128> parse_decimal(std::string_view text, int precision, int scale,
                                               ExcessDigits excess);

// "2026-11-21" as days since 1970-01-01.
std::optional<int32_t> parse_date(std::string_view text);

// "09:30:00" with up to nine digits of a fraction; digits finer than the unit are dropped.
std::optional<int64_t> parse_time(std::string_view text, arrow::TimeUnit::type unit);

// A date and a time. A type with a zone wants "Z" or "+01:00" at the end and gives UTC; one without
// wants none, because which instant was meant could only be guessed.
std::optional<int64_t> parse_timestamp(std::string_view text, TimestampFormat format,
                                       const arrow::TimestampType& type);

// Adds the decoded bytes to `out`. The alphabet is RFC 4648's first, padding is required.
bool append_base64_decoded(std::string_view text, std::string& out);

void append_int64(std::string& out, int64_t value);
// The shortest text that reads back as the same number; NaN and infinities as parse_double has
// them.
void append_double(std::string& out, double value);
void append_float(std::string& out, float value);
void append_decimal(std::string& out, const arrow::Decimal128& value, int scale);
void append_date(std::string& out, int64_t days);
void append_time(std::string& out, int64_t value, arrow::TimeUnit::type unit);
// Trailing zeros of the fraction are left out. `format` must be Sql or Iso8601.
void append_timestamp(std::string& out, int64_t value, TimestampFormat format,
                      const arrow::TimestampType& type);
void append_base64(std::string& out, std::string_view bytes);

}  // namespace tarn::columns
