#include "sql/functions/json_text.hpp"

#include <arrow/array.h>
#include <arrow/util/base64.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "sql/values/number_text.hpp"
#include "sql/values/readers.hpp"

namespace tarn::sql {
namespace {

// Without zeros at its end, and with an exponent where that leaves digits out: 1E+2.
void append_stripped_decimal(std::string& out, const arrow::Decimal128& value, int scale) {
    std::string digits = arrow::Decimal128(arrow::Decimal128::Abs(value)).ToIntegerString();
    if (value < 0) out += '-';
    if (digits == "0") return void(out += '0');
    while (digits.ends_with('0')) {
        digits.pop_back();
        --scale;
    }
    auto count = static_cast<int>(digits.size());
    int power = count - 1 - scale;
    if (scale >= 0 && power >= -6) {
        if (scale >= count) digits.insert(0, static_cast<size_t>(scale - count + 1), '0');
        if (scale > 0) digits.insert(digits.size() - static_cast<size_t>(scale), ".");
        out += digits;
        return;
    }
    if (count > 1) digits.insert(1, ".");
    fmt::format_to(std::back_inserter(out), "{}E{:+}", digits, power);
}

void append_json_time(std::string& out, const TimePoint& point) {
    int64_t days = floor_div(point.millis, MillisPerDay);
    int64_t millis = floor_mod(point.millis, MillisPerDay);
    CivilDate date = civil_date(days);
    fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", date.year,
                   date.month, date.day, millis / MillisPerHour, millis / MillisPerMinute % 60,
                   millis / MillisPerSecond % 60);
    int64_t nanos = millis % MillisPerSecond * 1'000'000 + point.nanos;
    if (nanos == 0) return;
    fmt::format_to(std::back_inserter(out), ".{:09}", nanos);
    while (out.back() == '0') out.pop_back();
}

template <typename Array>
auto value_at(const arrow::Array& values, int64_t place) {
    return static_cast<const Array&>(values).GetView(place);
}

void append_list(std::string& out, const Type& type, const arrow::ListArray& list, int64_t place) {
    out += '[';
    for (int64_t i = 0; i < list.value_length(place); ++i) {
        if (i > 0) out += ',';
        append_json_value(out, type.parts[0], *list.values(), list.value_offset(place) + i);
    }
    out += ']';
}

struct JsonMember {
    std::string_view key;
    const Type* type;
    const arrow::Array* values;
    int64_t place;
};

// Flink sorts the members of all that it makes itself.
void append_members(std::string& out, const std::vector<JsonMember>& members) {
    std::multimap<std::string_view, const JsonMember*> sorted;
    for (const JsonMember& member : members) sorted.emplace(member.key, &member);
    out += '{';
    for (const auto& [key, member] : sorted) {
        if (member != sorted.begin()->second) out += ',';
        append_json_text(out, key);
        out += ':';
        append_json_value(out, *member->type, *member->values, member->place);
    }
    out += '}';
}

void append_map(std::string& out, const Type& type, const arrow::MapArray& map, int64_t place) {
    const auto& keys = static_cast<const arrow::StringArray&>(*map.keys());
    std::vector<JsonMember> members;
    for (int64_t i = 0; i < map.value_length(place); ++i) {
        int64_t at = map.value_offset(place) + i;
        members.push_back({keys.GetView(at), &type.parts[1], map.items().get(), at});
    }
    append_members(out, members);
}

void append_row(std::string& out, const Type& type, const arrow::StructArray& row, int64_t place) {
    std::vector<JsonMember> members;
    for (size_t i = 0; i < type.fields.size(); ++i) {
        const Type::Field& field = type.fields[i];
        members.push_back({field.name, &field.type, row.field(static_cast<int>(i)).get(), place});
    }
    append_members(out, members);
}

template <typename Array>
void append_integer(std::string& out, const arrow::Array& values, int64_t place) {
    fmt::format_to(std::back_inserter(out), "{}", int64_t{value_at<Array>(values, place)});
}

void append_real(std::string& out, double value, std::string_view text) {
    // JSON has no numbers for these.
    if (std::isfinite(value)) {
        out += text;
    } else {
        append_json_text(out, text);
    }
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
    out += '"';
    size_t begin = 0;
    for (size_t at = 0; at < text.size(); ++at) {
        char c = text[at];
        if (c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20) continue;
        out += text.substr(begin, at - begin);
        begin = at + 1;
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\b':
                out += "\\b";
                break;
            case '\f':
                out += "\\f";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                fmt::format_to(std::back_inserter(out), "\\u{:04X}", int{c});
        }
    }
    out += text.substr(begin);
    out += '"';
}

bool has_json_form(const Type& type) {
    switch (type.kind) {
        case TypeKind::Date:
        case TypeKind::Time:
        case TypeKind::IntervalMonths:
        case TypeKind::IntervalMillis:
        case TypeKind::Multiset:
            return false;
        case TypeKind::Array:
            return has_json_form(type.parts[0]);
        case TypeKind::Map:
            return is_text(type.parts[0]) && has_json_form(type.parts[1]);
        case TypeKind::Row:
            return std::ranges::all_of(
                type.fields, [](const Type::Field& field) { return has_json_form(field.type); });
        default:
            return true;
    }
}

void append_json_value(std::string& out, const Type& type, const arrow::Array& values,
                       int64_t place) {
    if (values.IsNull(place)) return void(out += "null");
    switch (type.kind) {
        case TypeKind::Boolean:
            out += value_at<arrow::BooleanArray>(values, place) ? "true" : "false";
            break;
        case TypeKind::TinyInt:
            append_integer<arrow::Int8Array>(out, values, place);
            break;
        case TypeKind::SmallInt:
            append_integer<arrow::Int16Array>(out, values, place);
            break;
        case TypeKind::Int:
            append_integer<arrow::Int32Array>(out, values, place);
            break;
        case TypeKind::BigInt:
            append_integer<arrow::Int64Array>(out, values, place);
            break;
        case TypeKind::Float: {
            std::string text;
            float value = value_at<arrow::FloatArray>(values, place);
            append_java_number(text, value);
            append_real(out, value, text);
            break;
        }
        case TypeKind::Double: {
            std::string text;
            double value = value_at<arrow::DoubleArray>(values, place);
            append_java_number(text, value);
            append_real(out, value, text);
            break;
        }
        case TypeKind::Decimal:
            append_stripped_decimal(
                out,
                arrow::Decimal128(
                    static_cast<const arrow::Decimal128Array&>(values).GetValue(place)),
                type.scale);
            break;
        case TypeKind::Char:
        case TypeKind::VarChar:
            append_json_text(out, value_at<arrow::StringArray>(values, place));
            break;
        case TypeKind::Binary:
        case TypeKind::VarBinary:
            out +=
                '"' + arrow::util::base64_encode(value_at<arrow::BinaryArray>(values, place)) + '"';
            break;
        case TypeKind::Timestamp:
        case TypeKind::TimestampLtz: {
            bool is_wall = type.kind == TypeKind::Timestamp;
            auto unit = static_cast<const arrow::TimestampType&>(*values.type()).unit();
            out += '"';
            append_json_time(out, time_point(value_at<arrow::TimestampArray>(values, place), unit));
            out += is_wall ? "\"" : "Z\"";
            break;
        }
        case TypeKind::Array:
            append_list(out, type, static_cast<const arrow::ListArray&>(values), place);
            break;
        case TypeKind::Map:
            append_map(out, type, static_cast<const arrow::MapArray&>(values), place);
            break;
        case TypeKind::Row:
            append_row(out, type, static_cast<const arrow::StructArray&>(values), place);
            break;
        default:
            out += "null";
    }
}

}  // namespace tarn::sql
