#include "sql/values/value_text.hpp"

#include <arrow/array/array_nested.h>
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "columns/text_values.hpp"
#include "sql/values/number_text.hpp"
#include "sql/values/readers.hpp"

namespace tarn::sql {
namespace {

void append_quoted(std::string& out, std::string_view text) {
    out += '\'';
    for (char c : text) {
        switch (c) {
            case '\'':
                out += "''";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\t':
                out += "\\t";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\\':
                out += "\\\\";
                break;
            default: {
                auto byte = static_cast<unsigned char>(c);
                bool is_plain = byte >= ' ' && byte != 0x7F && c != '|';
                is_plain ? out += c : out += fmt::format("\\u{:04x}", byte);
            }
        }
    }
    out += '\'';
}

void append_bytes(std::string& out, std::string_view bytes) {
    out += "x'";
    for (char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    out += '\'';
}

// As Java marks years that need more than four digits, or come before the first.
void append_day(std::string& out, int64_t days) {
    CivilDate date = civil_date(days);
    std::string_view sign = date.year > 9'999 ? "+" : date.year < 0 ? "-" : "";
    out += fmt::format("{}{:04}-{:02}-{:02}", sign, std::abs(date.year), date.month, date.day);
}

void append_time(std::string& out, int64_t millis, int32_t nanos) {
    out += fmt::format("{:02}:{:02}:{:02}", millis / MillisPerHour, millis / MillisPerMinute % 60,
                       millis / MillisPerSecond % 60);
    std::string fraction = fmt::format("{:03}{:06}", millis % MillisPerSecond, nanos);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    if (!fraction.empty()) out += "." + fraction;
}

void append_point(std::string& out, const TimePoint& point) {
    append_day(out, floor_div(point.millis, MillisPerDay));
    out += ' ';
    append_time(out, floor_mod(point.millis, MillisPerDay), point.nanos);
}

std::string joined(const std::vector<std::string>& parts, char open, char close) {
    return fmt::format("{}{}{}", open, fmt::join(parts, ", "), close);
}

std::string list_text(const Type& type, const arrow::ListArray& list, int64_t row) {
    std::vector<std::string> parts;
    for (int64_t i = 0; i < list.value_length(row); ++i) {
        parts.push_back(value_text(type.parts[0], *list.values(), list.value_offset(row) + i));
    }
    return joined(parts, '[', ']');
}

std::string map_text(const Type& type, const arrow::MapArray& map, int64_t row) {
    Type item = type.kind == TypeKind::Multiset ? simple_type(TypeKind::Int) : type.parts[1];
    std::vector<std::pair<std::string, std::string>> entries;
    for (int64_t i = 0; i < map.value_length(row); ++i) {
        int64_t place = map.value_offset(row) + i;
        entries.emplace_back(value_text(type.parts[0], *map.keys(), place),
                             value_text(item, *map.items(), place));
    }
    std::ranges::sort(entries);
    std::vector<std::string> parts;
    for (const auto& [key, value] : entries) parts.push_back(key + "=" + value);
    return joined(parts, '{', '}');
}

std::string row_text(const Type& type, const arrow::StructArray& rows, int64_t row) {
    std::vector<std::string> parts;
    for (size_t i = 0; i < type.fields.size(); ++i) {
        parts.push_back(value_text(type.fields[i].type, *rows.field(static_cast<int>(i)), row));
    }
    return joined(parts, '(', ')');
}

}  // namespace

std::string value_text(const Type& type, const arrow::Array& values, int64_t row) {
    if (values.IsNull(row)) return "NULL";
    // A column that only looks at this one.
    Column column{
        std::shared_ptr<arrow::Array>(std::shared_ptr<void>(), const_cast<arrow::Array*>(&values))};
    std::string out;
    switch (type.kind) {
        case TypeKind::Null:
            return "NULL";
        case TypeKind::Boolean:
            return Reader<bool>(column)[row] ? "TRUE" : "FALSE";
        case TypeKind::TinyInt:
            columns::append_int64(out, Reader<int8_t>(column)[row]);
            break;
        case TypeKind::SmallInt:
            columns::append_int64(out, Reader<int16_t>(column)[row]);
            break;
        case TypeKind::Int:
        case TypeKind::IntervalMonths:
            columns::append_int64(out, Reader<int32_t>(column)[row]);
            break;
        case TypeKind::BigInt:
        case TypeKind::IntervalMillis:
            columns::append_int64(out, Reader<int64_t>(column)[row]);
            break;
        case TypeKind::Float:
            append_java_number(out, Reader<float>(column)[row]);
            break;
        case TypeKind::Double:
            append_java_number(out, Reader<double>(column)[row]);
            break;
        case TypeKind::Decimal:
            columns::append_decimal(out, Reader<arrow::Decimal128>(column)[row], type.scale);
            break;
        case TypeKind::Char:
        case TypeKind::VarChar:
            append_quoted(out, Reader<std::string_view>(column)[row]);
            break;
        case TypeKind::Binary:
        case TypeKind::VarBinary:
            append_bytes(out, Reader<BytesView>(column)[row].bytes);
            break;
        case TypeKind::Date:
            append_day(out, Reader<Day>(column)[row].days);
            break;
        case TypeKind::Time:
            append_time(out, Reader<TimeOfDay>(column)[row].millis, 0);
            break;
        case TypeKind::Timestamp:
            append_point(out, Reader<WallTime>(column)[row]);
            break;
        case TypeKind::TimestampLtz:
            append_point(out, Reader<Instant>(column)[row]);
            out += 'Z';
            break;
        case TypeKind::Array:
            return list_text(type, static_cast<const arrow::ListArray&>(values), row);
        case TypeKind::Multiset:
        case TypeKind::Map:
            return map_text(type, static_cast<const arrow::MapArray&>(values), row);
        case TypeKind::Row:
            return row_text(type, static_cast<const arrow::StructArray&>(values), row);
    }
    return out;
}

}  // namespace tarn::sql
