#include "sql/types/type.hpp"

#include <algorithm>
#include <array>

#include "base/suggest.hpp"
#include "sql/syntax/lexer.hpp"

namespace tarn::sql {
namespace {

struct NamedKind {
    std::string_view name;
    TypeKind kind;
};

// The types that are a word, and perhaps a size.
constexpr auto NamedKinds = std::to_array<NamedKind>({
    {"NULL", TypeKind::Null},
    {"BOOLEAN", TypeKind::Boolean},
    {"TINYINT", TypeKind::TinyInt},
    {"SMALLINT", TypeKind::SmallInt},
    {"INT", TypeKind::Int},
    {"BIGINT", TypeKind::BigInt},
    {"FLOAT", TypeKind::Float},
    {"DOUBLE", TypeKind::Double},
    {"DECIMAL", TypeKind::Decimal},
    {"CHAR", TypeKind::Char},
    {"VARCHAR", TypeKind::VarChar},
    {"BINARY", TypeKind::Binary},
    {"VARBINARY", TypeKind::VarBinary},
    {"DATE", TypeKind::Date},
    {"TIME", TypeKind::Time},
    {"TIMESTAMP", TypeKind::Timestamp},
    {"TIMESTAMP_LTZ", TypeKind::TimestampLtz},
    {"ARRAY", TypeKind::Array},
    {"MULTISET", TypeKind::Multiset},
    {"MAP", TypeKind::Map},
    {"ROW", TypeKind::Row},
});

std::string_view name_of(TypeKind kind) {
    const auto* found = std::ranges::find(NamedKinds, kind, &NamedKind::kind);
    return found == NamedKinds.end() ? "INTERVAL" : found->name;
}

[[noreturn]] void refuse(const TypeName& name, std::string what, std::string hint = {}) {
    throw SqlError({name.span, std::move(what), std::move(hint)});
}

int checked_size(const TypeName& name, std::string_view what, int size, int min, int max) {
    if (size >= min && size <= max) return size;
    refuse(name, fmt::format("the {} of {} is between {} and {}", what, name.name, min, max));
}

int size_or(const TypeName& name, size_t place, int otherwise) {
    return place < name.sizes.size() ? name.sizes[place] : otherwise;
}

// --- by their names

Type decimal_of(const TypeName& name) {
    constexpr int PrecisionUnsaid = 10;
    int precision = checked_size(name, "precision", size_or(name, 0, PrecisionUnsaid), 1,
                                 Type::DecimalPrecisionMax);
    return decimal_type(precision, checked_size(name, "scale", size_or(name, 1, 0), 0, precision));
}

Type time_of(const TypeName& name, TypeKind kind) {
    int unsaid = kind == TypeKind::Time ? 0 : 6;
    return type_with(
        kind, checked_size(name, "precision", size_or(name, 0, unsaid), 0, Type::TimePrecisionMax));
}

Type row_of(const TypeName& name) {
    Type row = simple_type(TypeKind::Row);
    for (const TypeName::Field& field : name.fields) {
        if (std::ranges::find(row.fields, field.name.text, &Type::Field::name) !=
            row.fields.end()) {
            throw SqlError({field.name.span,
                            fmt::format("the row has two fields called {}", field.name.text)});
        }
        row.fields.push_back({field.name.text, type_of(field.type)});
    }
    return row;
}

Type interval_of(const TypeName& name) {
    const std::string& from = name.units->from;
    bool is_of_months = from == "YEAR" || from == "MONTH";
    return simple_type(is_of_months ? TypeKind::IntervalMonths : TypeKind::IntervalMillis);
}

[[noreturn]] void refuse_unknown(const TypeName& name) {
    if (name.name == "RAW") refuse(name, "values of Java's own cannot be read without a JVM");
    std::vector<std::string> known = {"STRING", "BYTES"};
    for (const NamedKind& each : NamedKinds) known.emplace_back(each.name);
    auto nearest = nearest_name(upper(name.name), known);
    refuse(name, fmt::format("there is no type {}", name.name),
           nearest ? fmt::format("did you mean {}?", *nearest) : "");
}

Type nullable_type_of(const TypeName& name) {
    if (name.units) return interval_of(name);
    if (name.name == "STRING") return string_type();
    if (name.name == "BYTES") return type_with(TypeKind::VarBinary, Type::LengthMax);
    const auto* found = std::ranges::find(NamedKinds, name.name, &NamedKind::name);
    if (found == NamedKinds.end()) refuse_unknown(name);
    switch (found->kind) {
        case TypeKind::Decimal:
            return decimal_of(name);
        case TypeKind::Char:
        case TypeKind::VarChar:
        case TypeKind::Binary:
        case TypeKind::VarBinary:
            return type_with(found->kind,
                             checked_size(name, "length", size_or(name, 0, 1), 1, Type::LengthMax));
        case TypeKind::Time:
        case TypeKind::Timestamp:
        case TypeKind::TimestampLtz:
            return time_of(name, found->kind);
        case TypeKind::Row:
            return row_of(name);
        default:
            break;
    }
    Type type = simple_type(found->kind);
    for (const TypeName& part : name.parts) type.parts.push_back(type_of(part));
    return type;
}

// --- their text

std::string fields_text(const Type& row) {
    std::string text;
    for (const Type::Field& field : row.fields) {
        text += fmt::format("{}`{}` {}", text.empty() ? "" : ", ", field.name, text_of(field.type));
    }
    return text;
}

std::string nullable_text(const Type& type) {
    std::string name(name_of(type.kind));
    switch (type.kind) {
        case TypeKind::Decimal:
            return fmt::format("{}({}, {})", name, type.precision, type.scale);
        case TypeKind::VarChar:
            return type.precision == Type::LengthMax ? "STRING"
                                                     : fmt::format("{}({})", name, type.precision);
        case TypeKind::VarBinary:
            return type.precision == Type::LengthMax ? "BYTES"
                                                     : fmt::format("{}({})", name, type.precision);
        case TypeKind::Char:
        case TypeKind::Binary:
        case TypeKind::Time:
        case TypeKind::Timestamp:
        case TypeKind::TimestampLtz:
            return fmt::format("{}({})", name, type.precision);
        case TypeKind::IntervalMonths:
            return name + " YEAR TO MONTH";
        case TypeKind::IntervalMillis:
            return name + " DAY TO SECOND(3)";
        case TypeKind::Array:
        case TypeKind::Multiset:
            return fmt::format("{}<{}>", name, text_of(type.parts.at(0)));
        case TypeKind::Map:
            return fmt::format("{}<{}, {}>", name, text_of(type.parts.at(0)),
                               text_of(type.parts.at(1)));
        case TypeKind::Row:
            return fmt::format("{}<{}>", name, fields_text(type));
        default:
            return name;
    }
}

}  // namespace

bool Type::operator==(const Type&) const = default;

Type Type::or_null(bool nullable) const {
    Type type = *this;
    type.is_nullable = nullable;
    return type;
}

Type simple_type(TypeKind kind) {
    Type type;
    type.kind = kind;
    return type;
}

Type type_with(TypeKind kind, int precision, int scale) {
    Type type = simple_type(kind);
    type.precision = precision;
    type.scale = scale;
    return type;
}

Type decimal_type(int precision, int scale) {
    return type_with(TypeKind::Decimal, precision, scale);
}

Type string_type() {
    return type_with(TypeKind::VarChar, Type::LengthMax);
}

bool is_integer(const Type& type) {
    return type.kind >= TypeKind::TinyInt && type.kind <= TypeKind::BigInt;
}

bool is_approximate(const Type& type) {
    return type.kind == TypeKind::Float || type.kind == TypeKind::Double;
}

bool is_numeric(const Type& type) {
    return type.kind >= TypeKind::TinyInt && type.kind <= TypeKind::Decimal;
}

bool is_text(const Type& type) {
    return type.kind == TypeKind::Char || type.kind == TypeKind::VarChar;
}

bool is_bytes(const Type& type) {
    return type.kind == TypeKind::Binary || type.kind == TypeKind::VarBinary;
}

bool is_timestamp(const Type& type) {
    return type.kind == TypeKind::Timestamp || type.kind == TypeKind::TimestampLtz;
}

bool is_interval(const Type& type) {
    return type.kind == TypeKind::IntervalMonths || type.kind == TypeKind::IntervalMillis;
}

Type type_of(const TypeName& name) {
    return nullable_type_of(name).or_null(name.is_nullable.value_or(true));
}

std::string text_of(const Type& type) {
    return nullable_text(type) + (type.is_nullable ? "" : " NOT NULL");
}

}  // namespace tarn::sql
