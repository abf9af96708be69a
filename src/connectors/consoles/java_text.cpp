#include "connectors/consoles/java_text.hpp"

#include <arrow/array/array_nested.h>
#include <arrow/util/decimal.h>
#include <fmt/format.h>

#include <cstdlib>

#include "sql/values/number_text.hpp"
#include "sql/values/readers.hpp"
#include "sql/values/time_text.hpp"

namespace tarn::connectors {
namespace {

using sql::Reader;
using sql::TypeKind;

template <typename T>
T value_at(const arrow::Array& values, int64_t row) {
    return Reader<T>(sql::Column{values.Slice(row, 1)})[0];
}

// A fraction of a second in groups of three digits, as Java's times have it.
void append_fraction(std::string& out, int64_t nanos) {
    if (nanos == 0) return;
    if (nanos % sql::NanosPerMilli == 0) {
        out += fmt::format(".{:03}", nanos / sql::NanosPerMilli);
    } else if (nanos % sql::NanosPerMicro == 0) {
        out += fmt::format(".{:06}", nanos / sql::NanosPerMicro);
    } else {
        out += fmt::format(".{:09}", nanos);
    }
}

// Seconds that are zero are left out where the class does so: LocalTime and LocalDateTime.
void append_clock(std::string& out, int64_t millis, int32_t nanos, bool always_has_seconds) {
    int64_t seconds = millis / sql::MillisPerSecond;
    int64_t fraction = millis % sql::MillisPerSecond * sql::NanosPerMilli + nanos;
    out += fmt::format("{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
    if (seconds % 60 == 0 && fraction == 0 && !always_has_seconds) return;
    out += fmt::format(":{:02}", seconds % 60);
    append_fraction(out, fraction);
}

void append_point(std::string& out, const sql::TimePoint& point, bool always_has_seconds) {
    auto day = static_cast<int32_t>(sql::floor_div(point.millis, sql::MillisPerDay));
    out += std::string_view(sql::text_of(sql::Day{day}));
    out += 'T';
    append_clock(out, sql::floor_mod(point.millis, sql::MillisPerDay), point.nanos,
                 always_has_seconds);
}

// BigDecimal.toString(): with an exponent where the first digit is far behind the point.
void append_decimal(std::string& out, const arrow::Decimal128& value, int scale) {
    constexpr int ExponentMin = -6;
    std::string digits = arrow::Decimal128(arrow::Decimal128::Abs(value)).ToIntegerString();
    int exponent = static_cast<int>(digits.size()) - 1 - scale;
    if (scale == 0 || exponent >= ExponentMin) {
        out += value.ToString(scale);
        return;
    }
    if (value.IsNegative()) out += '-';
    out += digits[0];
    if (digits.size() > 1) out += "." + digits.substr(1);
    out += fmt::format("E{}", exponent);
}

// Period.toString()
void append_months(std::string& out, int32_t months) {
    if (months == 0) {
        out += "P0D";
        return;
    }
    out += 'P';
    if (months / 12 != 0) out += fmt::format("{}Y", months / 12);
    if (months % 12 != 0) out += fmt::format("{}M", months % 12);
}

// Duration.toString(): PT26H1M0.5S
void append_millis(std::string& out, int64_t millis) {
    if (millis == 0) {
        out += "PT0S";
        return;
    }
    out += "PT";
    int64_t hours = millis / sql::MillisPerHour;
    int64_t minutes = millis / sql::MillisPerMinute % 60;
    int64_t rest = millis % sql::MillisPerMinute;
    if (hours != 0) out += fmt::format("{}H", hours);
    if (minutes != 0) out += fmt::format("{}M", minutes);
    if (rest == 0) return;
    std::string seconds =
        fmt::format("{}{}.{:03}", rest < 0 ? "-" : "", std::abs(rest) / sql::MillisPerSecond,
                    std::abs(rest) % sql::MillisPerSecond);
    while (seconds.ends_with('0')) seconds.pop_back();
    if (seconds.ends_with('.')) seconds.pop_back();
    out += seconds + "S";
}

void append_bytes(std::string& out, std::string_view bytes) {
    out += '[';
    for (size_t i = 0; i < bytes.size(); ++i) {
        if (i > 0) out += ", ";
        out += std::to_string(static_cast<int>(static_cast<signed char>(bytes[i])));
    }
    out += ']';
}

void append_array(std::string& out, const sql::Type& item, const arrow::ListArray& lists,
                  int64_t row) {
    out += '[';
    for (int64_t i = 0; i < lists.value_length(row); ++i) {
        if (i > 0) out += ", ";
        append_java_text(out, item, *lists.values(), lists.value_offset(row) + i);
    }
    out += ']';
}

// Of multisets, too: how often each item is there.
void append_map(std::string& out, const sql::Type& key, const sql::Type& value,
                const arrow::MapArray& maps, int64_t row) {
    out += '{';
    for (int64_t i = 0; i < maps.value_length(row); ++i) {
        if (i > 0) out += ", ";
        append_java_text(out, key, *maps.keys(), maps.value_offset(row) + i);
        out += '=';
        append_java_text(out, value, *maps.items(), maps.value_offset(row) + i);
    }
    out += '}';
}

// A row in a row has a kind of change, too, and it is always this one.
void append_row(std::string& out, const sql::Type& type, const arrow::StructArray& rows,
                int64_t row) {
    out += "+I[";
    for (size_t i = 0; i < type.fields.size(); ++i) {
        if (i > 0) out += ", ";
        append_java_text(out, type.fields[i].type, *rows.field(static_cast<int>(i)), row);
    }
    out += ']';
}

}  // namespace

void append_java_text(std::string& out, const sql::Type& type, const arrow::Array& values,
                      int64_t row) {
    if (values.IsNull(row)) {
        out += "null";
        return;
    }
    switch (type.kind) {
        case TypeKind::Null:
            return;
        case TypeKind::Boolean:
            out += value_at<bool>(values, row) ? "true" : "false";
            return;
        case TypeKind::TinyInt:
            out += std::to_string(value_at<int8_t>(values, row));
            return;
        case TypeKind::SmallInt:
            out += std::to_string(value_at<int16_t>(values, row));
            return;
        case TypeKind::Int:
            out += std::to_string(value_at<int32_t>(values, row));
            return;
        case TypeKind::BigInt:
            out += std::to_string(value_at<int64_t>(values, row));
            return;
        case TypeKind::Float:
            return sql::append_java_number(out, value_at<float>(values, row));
        case TypeKind::Double:
            return sql::append_java_number(out, value_at<double>(values, row));
        case TypeKind::Decimal:
            return append_decimal(out, value_at<arrow::Decimal128>(values, row), type.scale);
        case TypeKind::Char:
        case TypeKind::VarChar:
            out += static_cast<const arrow::StringArray&>(values).GetView(row);
            return;
        case TypeKind::Binary:
        case TypeKind::VarBinary:
            return append_bytes(out, static_cast<const arrow::BinaryArray&>(values).GetView(row));
        case TypeKind::Date:
            out += std::string_view(sql::text_of(value_at<sql::Day>(values, row)));
            return;
        case TypeKind::Time:
            return append_clock(out, value_at<sql::TimeOfDay>(values, row).millis, 0, false);
        case TypeKind::Timestamp:
            return append_point(out, value_at<sql::WallTime>(values, row), false);
        case TypeKind::TimestampLtz:
            append_point(out, value_at<sql::Instant>(values, row), true);
            out += 'Z';
            return;
        case TypeKind::IntervalMonths:
            return append_months(out, value_at<sql::Months>(values, row).count);
        case TypeKind::IntervalMillis:
            return append_millis(out, value_at<sql::Millis>(values, row).count);
        case TypeKind::Array:
            return append_array(out, type.parts[0], static_cast<const arrow::ListArray&>(values),
                                row);
        case TypeKind::Multiset:
            return append_map(out, type.parts[0], sql::simple_type(TypeKind::Int),
                              static_cast<const arrow::MapArray&>(values), row);
        case TypeKind::Map:
            return append_map(out, type.parts[0], type.parts[1],
                              static_cast<const arrow::MapArray&>(values), row);
        case TypeKind::Row:
            return append_row(out, type, static_cast<const arrow::StructArray&>(values), row);
    }
}

}  // namespace tarn::connectors
