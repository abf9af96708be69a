#include "iceberg/format/type.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/assert.hpp"
#include "base/error.hpp"

namespace tarn::iceberg {
namespace {

constexpr std::pair<std::string_view, TypeKind> PlainNames[] = {
    {"boolean", TypeKind::Boolean},
    {"int", TypeKind::Int},
    {"long", TypeKind::Long},
    {"float", TypeKind::Float},
    {"double", TypeKind::Double},
    {"date", TypeKind::Date},
    {"time", TypeKind::Time},
    {"timestamp", TypeKind::Timestamp},
    {"timestamptz", TypeKind::TimestampTz},
    {"timestamp_ns", TypeKind::TimestampNs},
    {"timestamptz_ns", TypeKind::TimestampTzNs},
    {"string", TypeKind::String},
    {"uuid", TypeKind::Uuid},
    {"binary", TypeKind::Binary},
    {"unknown", TypeKind::Unknown},
    {"variant", TypeKind::Variant},
    {"geometry", TypeKind::Geometry},
    {"geography", TypeKind::Geography},
};

std::string_view trimmed(std::string_view text) {
    auto begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::optional<int64_t> number_in(std::string_view text) {
    text = trimmed(text);
    int64_t number = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// "name(inner)" with these brackets: the inner text.
std::optional<std::string_view> inside(std::string_view text, std::string_view name,
                                       std::string_view brackets) {
    if (!text.starts_with(name)) return std::nullopt;
    text = trimmed(text.substr(name.size()));
    if (text.size() < 2 || text.front() != brackets[0] || text.back() != brackets[1]) {
        return std::nullopt;
    }
    return text.substr(1, text.size() - 2);
}

std::optional<Type> parse_decimal(std::string_view text) {
    auto comma = text.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    auto precision = number_in(text.substr(0, comma));
    auto scale = number_in(text.substr(comma + 1));
    if (!precision || !scale || *precision < 1 || *precision > DecimalPrecisionMax) {
        return std::nullopt;
    }
    if (*scale < 0 || *scale > *precision) return std::nullopt;
    return Type::decimal(static_cast<int>(*precision), static_cast<int>(*scale));
}

std::string_view plain_name(TypeKind kind) {
    const auto* found =
        std::ranges::find(PlainNames, kind, [](const auto& known) { return known.second; });
    TARN_ASSERT(found != std::end(PlainNames));
    return found->first;
}

std::string field_text(const Field& field) {
    return fmt::format("{}: {}: {} {}", field.id, field.name,
                       field.is_required ? "required" : "optional", to_text(field.type));
}

}  // namespace

Type Type::decimal(int precision, int scale) {
    Type type(TypeKind::Decimal);
    type.precision = precision;
    type.scale = scale;
    return type;
}

Type Type::fixed(int64_t length) {
    Type type(TypeKind::Fixed);
    type.length = length;
    return type;
}

Type Type::structure(std::vector<Field> fields) {
    Type type(TypeKind::Struct);
    type.fields = std::move(fields);
    return type;
}

Type Type::list(int32_t element_id, Type element, bool is_required) {
    Type type(TypeKind::List);
    type.fields.push_back({.id = element_id,
                           .name = "element",
                           .is_required = is_required,
                           .type = std::move(element)});
    return type;
}

Type Type::map(int32_t key_id, Type key, int32_t value_id, Type value, bool is_required) {
    Type type(TypeKind::Map);
    type.fields.push_back(
        {.id = key_id, .name = "key", .is_required = true, .type = std::move(key)});
    type.fields.push_back(
        {.id = value_id, .name = "value", .is_required = is_required, .type = std::move(value)});
    return type;
}

bool Type::is_nested() const {
    return kind == TypeKind::Struct || kind == TypeKind::List || kind == TypeKind::Map;
}

bool Type::is_timestamp() const {
    return kind == TypeKind::Timestamp || kind == TypeKind::TimestampTz ||
           kind == TypeKind::TimestampNs || kind == TypeKind::TimestampTzNs;
}

int Type::format_version_min() const {
    switch (kind) {
        case TypeKind::TimestampNs:
        case TypeKind::TimestampTzNs:
        case TypeKind::Unknown:
        case TypeKind::Variant:
        case TypeKind::Geometry:
        case TypeKind::Geography:
            return 3;
        default:
            return 1;
    }
}

const Field& Type::element() const {
    TARN_ASSERT(kind == TypeKind::List);
    return fields[0];
}

const Field& Type::key() const {
    TARN_ASSERT(kind == TypeKind::Map);
    return fields[0];
}

const Field& Type::value() const {
    TARN_ASSERT(kind == TypeKind::Map);
    return fields[1];
}

const Field* Type::find(std::string_view name) const {
    auto found = std::ranges::find(fields, name, &Field::name);
    return found == fields.end() ? nullptr : &*found;
}

bool Type::operator==(const Type& other) const = default;

Type parse_primitive(std::string_view name) {
    const auto* plain =
        std::ranges::find(PlainNames, name, [](const auto& known) { return known.first; });
    if (plain != std::end(PlainNames)) return plain->second;
    if (auto numbers = inside(name, "decimal", "()")) {
        if (auto type = parse_decimal(*numbers)) return *type;
        throw Error(ErrorCode::InvalidInput, "type '{}': a decimal has 1 to {} digits", name,
                    DecimalPrecisionMax)
            .with_hint("write decimal(precision, scale) with scale <= precision");
    }
    if (auto length = inside(name, "fixed", "[]")) {
        auto number = number_in(*length);
        if (number && *number > 0 && *number <= INT32_MAX) return Type::fixed(*number);
    }
    for (TypeKind kind : {TypeKind::Geometry, TypeKind::Geography}) {
        if (auto crs = inside(name, plain_name(kind), "()")) {
            Type type(kind);
            type.crs = *crs;
            return type;
        }
    }
    throw Error(ErrorCode::InvalidInput, "'{}' is no type of Iceberg", name);
}

std::string to_text(const Type& type) {
    switch (type.kind) {
        case TypeKind::Decimal:
            return fmt::format("decimal({}, {})", type.precision, type.scale);
        case TypeKind::Fixed:
            return fmt::format("fixed[{}]", type.length);
        case TypeKind::Geometry:
        case TypeKind::Geography:
            return type.crs.empty() ? std::string(plain_name(type.kind))
                                    : fmt::format("{}({})", plain_name(type.kind), type.crs);
        case TypeKind::Struct: {
            std::vector<std::string> parts;
            for (const Field& field : type.fields) parts.push_back(field_text(field));
            return fmt::format("struct<{}>", fmt::join(parts, ", "));
        }
        case TypeKind::List:
            return fmt::format("list<{}>", to_text(type.element().type));
        case TypeKind::Map:
            return fmt::format("map<{}, {}>", to_text(type.key().type), to_text(type.value().type));
        default:
            return std::string(plain_name(type.kind));
    }
}

bool can_promote(const Type& from, const Type& to, int format_version) {
    if (from == to) return true;
    switch (from.kind) {
        case TypeKind::Int:
            return to.kind == TypeKind::Long;
        case TypeKind::Float:
            return to.kind == TypeKind::Double;
        case TypeKind::Decimal:
            return to.kind == TypeKind::Decimal && to.scale == from.scale &&
                   to.precision >= from.precision;
        case TypeKind::Date:
            return format_version >= 3 &&
                   (to.kind == TypeKind::Timestamp || to.kind == TypeKind::TimestampNs);
        case TypeKind::Unknown:
            return format_version >= 3;
        default:
            return false;
    }
}

int decimal_bytes(int precision) {
    // The most digits that a two's complement number of so many bytes always holds.
    constexpr std::array<int, 16> DigitsOfBytes = {2,  4,  6,  9,  11, 14, 16, 18,
                                                   21, 23, 26, 28, 31, 33, 35, 38};
    TARN_ASSERT(precision >= 1 && precision <= DecimalPrecisionMax);
    return static_cast<int>(std::ranges::lower_bound(DigitsOfBytes, precision) -
                            DigitsOfBytes.begin()) +
           1;
}

}  // namespace tarn::iceberg
