#include "sql/expressions/literals.hpp"

#include <charconv>

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "columns/text_values.hpp"
#include "sql/functions/characters.hpp"
#include "sql/functions/time_units.hpp"
#include "sql/syntax/source.hpp"
#include "sql/values/number_text.hpp"
#include "sql/values/time_text.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

template <typename T>
Bound value_of(const Type& type, const T& value, Span span) {
    return constant(type.not_null(), constant_column(type.not_null(), value), span);
}

Bound approximate(const std::string& text, Span span) {
    auto value = parse_java_double(text);
    if (!value || std::isinf(*value)) refuse(span, fmt::format("{} is too large a number", text));
    // Zero has no sign here.
    return value_of(simple_type(TypeKind::Double), *value == 0 ? 0.0 : *value, span);
}

Bound whole(const std::string& text, Span span) {
    int64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return nullptr;
    auto narrow = static_cast<int32_t>(value);
    if (narrow == value) return value_of(simple_type(TypeKind::Int), narrow, span);
    return value_of(simple_type(TypeKind::BigInt), value, span);
}

Bound exact(const std::string& text, Span span) {
    size_t point = std::min(text.find('.'), text.size());
    if (point == text.size()) {
        if (Bound value = whole(text, span)) return value;
    }
    size_t leading = std::min(text.find_first_not_of("-0"), point);
    size_t behind = point == text.size() ? 0 : text.size() - point - 1;
    // The zero before the point is a digit as well.
    size_t digits = std::max<size_t>(point - leading, 1) + behind;
    if (digits > Type::DecimalPrecisionMax) {
        refuse(span, fmt::format("{} has more than {} digits", text, Type::DecimalPrecisionMax));
    }
    Type type = decimal_type(static_cast<int>(digits), static_cast<int>(behind));
    auto value =
        columns::parse_decimal(text, type.precision, type.scale, columns::ExcessDigits::Refuse);
    if (!value) refuse(span, fmt::format("{} is no number", text));
    return value_of(type, *value, span);
}

Bound number(const std::string& text, Span span) {
    bool is_approximate = text.find_first_of("eE") != std::string::npos;
    return is_approximate ? approximate(text, span) : exact(text, span);
}

Bound text_value(const std::string& text, Span span) {
    // A character beyond U+FFFF counts twice, as in Java.
    auto length = utf16_length(text);
    return value_of(type_with(TypeKind::Char, length), text, span);
}

Bound bytes_value(const std::string& digits, Span span) {
    auto bytes = from_hex(digits);
    TARN_ASSERT(bytes);  // the lexer lets nothing else through
    Type type = type_with(TypeKind::Binary, static_cast<int>(bytes->size()));
    return value_of(type, BytesView{as_text(*bytes)}, span);
}

Bound date_value(const std::string& text, Span span) {
    auto day = parsed_day(text);
    if (!day) refuse(span, fmt::format("'{}' is no date", text));
    return value_of(simple_type(TypeKind::Date), *day, span);
}

Bound time_value(const std::string& text, Span span) {
    auto time = parsed_time_of_day(text);
    if (!time) refuse(span, fmt::format("'{}' is no time of a day", text));
    return value_of(type_with(TypeKind::Time, 0), *time, span);
}

Bound timestamp_value(const std::string& text, Span span) {
    size_t point = text.find('.');
    size_t digits = point == std::string::npos ? 0 : text.size() - point - 1;
    Type type = type_with(TypeKind::Timestamp,
                          static_cast<int>(std::min<size_t>(digits, Type::TimePrecisionMax)));
    auto excess = digits - static_cast<size_t>(type.precision);
    auto time = parsed_wall_time(std::string_view(text).substr(0, text.size() - excess));
    if (!time) refuse(span, fmt::format("'{}' is no timestamp", text));
    return value_of(type, *time, span);
}

// --- intervals

// From the largest to the smallest, as an interval may have them one after the other.
constexpr auto OrderedUnits =
    std::to_array({Unit::Year, Unit::Month, Unit::Day, Unit::Hour, Unit::Minute, Unit::Second});

// In months or milliseconds.
int64_t size_of(Unit unit) {
    auto months = months_of(unit);
    return months ? *months : *millis_of(unit);
}

// The units of '1 2:03:04' DAY TO SECOND; none when there is no way from the first to the last.
std::vector<Unit> units_between(Unit first, Unit last) {
    const auto* from = std::ranges::find(OrderedUnits, first);
    const auto* to = std::ranges::find(OrderedUnits, last);
    if (first == last) return {first};
    if (from >= to || to == OrderedUnits.end()) return {};
    return {from, to + 1};
}

// Digits behind the point of seconds, in milliseconds.
std::optional<int64_t> fraction_of(std::string_view text) {
    int64_t size = 0;
    int64_t part = MillisPerSecond;
    for (char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        part /= 10;
        size += (c - '0') * part;
    }
    return size;
}

std::optional<int64_t> interval_size(std::string_view text, const std::vector<Unit>& units) {
    int64_t size = 0;
    for (Unit unit : units) {
        if (unit != units.front()) {
            if (text.find_first_of(" :-") != 0) return std::nullopt;
            text.remove_prefix(1);
        }
        int64_t count = 0;
        auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (error != std::errc{} || count < 0) return std::nullopt;
        text.remove_prefix(static_cast<size_t>(end - text.data()));
        size += count * size_of(unit);
    }
    if (text.empty()) return size;
    if (units.empty() || units.back() != Unit::Second || text[0] != '.') return std::nullopt;
    auto fraction = fraction_of(text.substr(1));
    return fraction ? std::optional(size + *fraction) : std::nullopt;
}

}  // namespace

Bound constant(const Type& type, Column value, Span span) {
    return std::make_shared<BoundExpression>(
        BoundExpression{type, span, Constant{std::move(value)}});
}

Bound literal_value(const Literal& literal, Span span) {
    switch (literal.kind) {
        case Literal::Kind::Null: {
            Type type = simple_type(TypeKind::Null);
            return constant(type, null_column(type), span);
        }
        case Literal::Kind::Boolean:
            if (literal.text == "UNKNOWN") {
                Type type = simple_type(TypeKind::Boolean);
                return constant(type, null_column(type), span);
            }
            return value_of(simple_type(TypeKind::Boolean), literal.text == "TRUE", span);
        case Literal::Kind::Number:
            return number(literal.text, span);
        case Literal::Kind::Bytes:
            return bytes_value(literal.text, span);
        case Literal::Kind::Date:
            return date_value(literal.text, span);
        case Literal::Kind::Time:
            return time_value(literal.text, span);
        case Literal::Kind::Timestamp:
            return timestamp_value(literal.text, span);
        default:
            return text_value(literal.text, span);
    }
}

std::optional<TypeKind> interval_kind(const IntervalUnits& units) {
    auto first = unit_named(units.from);
    auto last = units.to.empty() ? first : unit_named(units.to);
    if (!first || !last || units_between(*first, *last).empty()) return std::nullopt;
    return months_of(*first) ? TypeKind::IntervalMonths : TypeKind::IntervalMillis;
}

Bound interval_value(const IntervalLiteral& interval, Span span) {
    auto first = unit_named(interval.units.from);
    auto last = interval.units.to.empty() ? first : unit_named(interval.units.to);
    std::string_view text = without_blanks(interval.text);
    bool is_negative = interval.is_negative;
    if (text.starts_with('-') || text.starts_with('+')) {
        is_negative = is_negative != text.starts_with('-');
        text.remove_prefix(1);
    }
    auto units = first && last ? units_between(*first, *last) : std::vector<Unit>{};
    auto size = units.empty() ? std::nullopt : interval_size(text, units);
    if (!size) {
        refuse(span, fmt::format("'{}' is no interval of {}{}", interval.text, interval.units.from,
                                 interval.units.to.empty() ? "" : " TO " + interval.units.to));
    }
    if (is_negative) *size = -*size;
    if (months_of(*first)) {
        return value_of(simple_type(TypeKind::IntervalMonths), Months{static_cast<int32_t>(*size)},
                        span);
    }
    return value_of(simple_type(TypeKind::IntervalMillis), Millis{*size}, span);
}

}  // namespace tarn::sql
