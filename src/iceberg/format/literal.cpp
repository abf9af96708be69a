#include "iceberg/format/literal.hpp"

#include <boost/json/serialize.hpp>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "columns/text_values.hpp"
#include "iceberg/format/arrow_values.hpp"
#include "iceberg/format/single_value.hpp"

namespace tarn::iceberg {

namespace json = boost::json;

namespace {

// Of JSON integers, which may be unsigned.
std::optional<Int128> whole_number(const json::value& json) {
    if (json.is_int64()) return json.get_int64();
    if (json.is_uint64()) return static_cast<Int128>(json.get_uint64());
    if (!json.is_double()) return std::nullopt;
    double number = json.get_double();
    constexpr double Max = 1e37;
    if (std::trunc(number) != number || std::abs(number) > Max) return std::nullopt;
    return static_cast<Int128>(number);
}

template <typename T>
Literal integer_of(Int128 number) {
    if (number > std::numeric_limits<T>::max()) return {.is_above = true};
    if (number < std::numeric_limits<T>::min()) return {};
    return {.value = static_cast<T>(number)};
}

template <typename T>
Literal float_of(double number) {
    if (std::abs(number) > std::numeric_limits<T>::max() && !std::isinf(number)) {
        return {.is_above = number > 0};
    }
    return {.value = static_cast<T>(number)};
}

Int128 power_of_ten(int exponent) {
    Int128 power = 1;
    for (int i = 0; i < exponent; ++i) power *= 10;
    return power;
}

Literal decimal_of(Int128 number, const Type& type) {
    Int128 end = power_of_ten(type.precision - type.scale);
    if (number >= end) return {.is_above = true};
    if (number <= -end) return {};
    return {.value = number * power_of_ten(type.scale)};
}

// In text, so that 1.1 is 1.1.
Literal decimal_of(std::string_view text, const Type& type, bool& is_decimal) {
    auto exact =
        columns::parse_decimal(text, type.precision, type.scale, columns::ExcessDigits::Refuse);
    is_decimal = true;
    if (exact) return {.value = from_arrow(*exact)};
    auto wide = columns::parse_decimal(text, DecimalPrecisionMax, type.scale,
                                       columns::ExcessDigits::Refuse);
    is_decimal = wide.has_value();
    return {.is_above = wide && from_arrow(*wide) > 0};
}

std::optional<Literal> number_literal(const json::value& json, const Type& type) {
    auto whole = whole_number(json);
    switch (type.kind) {
        case TypeKind::Float:
            return float_of<float>(json.to_number<double>());
        case TypeKind::Double:
            return float_of<double>(json.to_number<double>());
        case TypeKind::Int:
        case TypeKind::Date:
            if (whole) return integer_of<int32_t>(*whole);
            return std::nullopt;
        case TypeKind::Long:
        case TypeKind::Time:
        case TypeKind::Timestamp:
        case TypeKind::TimestampTz:
        case TypeKind::TimestampNs:
        case TypeKind::TimestampTzNs:
            if (whole) return integer_of<int64_t>(*whole);
            return std::nullopt;
        case TypeKind::Decimal: {
            if (whole) return decimal_of(*whole, type);
            std::string text;
            columns::append_double(text, json.get_double());
            bool is_decimal = false;
            Literal literal = decimal_of(text, type, is_decimal);
            if (is_decimal) return literal;
            return std::nullopt;
        }
        default:
            return std::nullopt;
    }
}

std::optional<Literal> text_literal(std::string_view text, const Type& type) {
    if (type.kind != TypeKind::Decimal) return std::nullopt;
    bool is_decimal = false;
    Literal literal = decimal_of(text, type, is_decimal);
    if (is_decimal) return literal;
    return std::nullopt;
}

}  // namespace

Literal literal_of(const json::value& json, const Type& type, std::string_view column) {
    std::optional<Literal> literal;
    if (json.is_number()) literal = number_literal(json, type);
    if (json.is_string()) literal = text_literal(json.get_string(), type);
    if (!literal) literal = Literal{.value = from_json(json, type, column)};
    return *std::move(literal);
}

}  // namespace tarn::iceberg
