#include "sql/types/type_rules.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace tarn::sql {
namespace {

// What is left of a scale when the digits before the point need its room.
constexpr int ScaleKeptMax = 6;

// A decimal that is too long gives up digits behind the point first.
Type fitted_decimal(int precision, int scale) {
    if (precision <= Type::DecimalPrecisionMax) return decimal_type(precision, scale);
    int whole = precision - scale;
    int kept = std::min(scale, ScaleKeptMax);
    return decimal_type(Type::DecimalPrecisionMax,
                        std::max(Type::DecimalPrecisionMax - whole, kept));
}

Type decimal_arithmetic(Operator op, const Type& left, const Type& right) {
    auto [p1, s1] = std::pair(left.precision, left.scale);
    auto [p2, s2] = std::pair(right.precision, right.scale);
    int scale = std::max(s1, s2);
    switch (op) {
        case Operator::Times:
            return fitted_decimal(p1 + p2 + 1, s1 + s2);
        case Operator::Divide: {
            int divided = std::max(ScaleKeptMax, s1 + p2 + 1);
            return fitted_decimal(p1 - s1 + s2 + divided, divided);
        }
        case Operator::Remainder:
            return fitted_decimal(std::min(p1 - s1, p2 - s2) + scale, scale);
        default:
            return fitted_decimal(std::max(p1 - s1, p2 - s2) + scale + 1, scale);
    }
}

// Of two that are no decimals: the wider one; the first of two approximate ones.
Type wider(const Type& left, const Type& right) {
    if (is_approximate(left)) return left;
    if (is_approximate(right)) return right;
    return left.kind >= right.kind ? left : right;
}

std::optional<Type> number_arithmetic(Operator op, const Type& left, const Type& right) {
    bool has_decimal = left.kind == TypeKind::Decimal || right.kind == TypeKind::Decimal;
    bool has_approximate = is_approximate(left) || is_approximate(right);
    if (op == Operator::Remainder) {
        if (has_approximate) return std::nullopt;
        // Of whole numbers, it is smaller than what is divided by.
        if (left.scale == 0 && right.scale == 0) return right;
    }
    if (has_decimal && has_approximate) return simple_type(TypeKind::Double);
    if (!has_decimal) return wider(left, right);
    return decimal_arithmetic(op, as_decimal(left), as_decimal(right));
}

bool is_time(const Type& type) {
    return type.kind == TypeKind::Date || type.kind == TypeKind::Time || is_timestamp(type);
}

std::optional<Type> time_arithmetic(Operator op, const Type& left, const Type& right) {
    bool is_sum = op == Operator::Plus || op == Operator::Minus;
    if (is_sum && is_interval(left) && left.kind == right.kind) return left;
    if (is_sum && is_time(left) && is_interval(right)) return left;
    if (op == Operator::Plus && is_interval(left) && is_time(right)) return right;
    bool is_product = op == Operator::Times || op == Operator::Divide;
    if (is_product && is_interval(left) && is_numeric(right)) return left;
    if (op == Operator::Times && is_numeric(left) && is_interval(right)) return right;
    return std::nullopt;
}

std::optional<Type> joined_length(TypeKind fixed, TypeKind varying, const Type& left,
                                  const Type& right) {
    int64_t length = int64_t{left.precision} + right.precision;
    bool is_fixed = left.kind == fixed && right.kind == fixed;
    return type_with(is_fixed ? fixed : varying,
                     static_cast<int>(std::min<int64_t>(length, Type::LengthMax)));
}

// --- what holds both

std::optional<Type> common_number(const Type& left, const Type& right) {
    bool has_decimal = left.kind == TypeKind::Decimal || right.kind == TypeKind::Decimal;
    if (!has_decimal) return wider(left, right);
    if (is_approximate(left) || is_approximate(right)) return simple_type(TypeKind::Double);
    Type a = as_decimal(left), b = as_decimal(right);
    // The digits before the point stay, those behind it as far as there is room.
    int whole = std::max(a.precision - a.scale, b.precision - b.scale);
    int scale = std::min(std::max(a.scale, b.scale), Type::DecimalPrecisionMax - whole);
    return decimal_type(whole + scale, scale);
}

std::optional<Type> common_parts(const Type& left, const Type& right) {
    if (left.parts.size() != right.parts.size() || left.fields.size() != right.fields.size()) {
        return std::nullopt;
    }
    Type both = left;
    for (size_t i = 0; i < both.parts.size(); ++i) {
        auto part = common_type(left.parts[i], right.parts[i]);
        if (!part) return std::nullopt;
        both.parts[i] = std::move(*part);
    }
    for (size_t i = 0; i < both.fields.size(); ++i) {
        auto field = common_type(left.fields[i].type, right.fields[i].type);
        if (!field) return std::nullopt;
        both.fields[i].type = std::move(*field);
    }
    return both;
}

std::optional<Type> common_of_values(const Type& left, const Type& right) {
    if (left.kind == TypeKind::Null) return right;
    if (right.kind == TypeKind::Null) return left;
    if (is_numeric(left) && is_numeric(right)) return common_number(left, right);
    int longer = std::max(left.precision, right.precision);
    if ((is_text(left) && is_text(right)) || (is_bytes(left) && is_bytes(right))) {
        bool is_same = left.kind == right.kind && left.precision == right.precision;
        TypeKind varying = is_text(left) ? TypeKind::VarChar : TypeKind::VarBinary;
        return is_same ? left : type_with(varying, longer);
    }
    if (is_timestamp(left) && is_timestamp(right)) {
        // With and without a zone: the first, but the second when they differ in precision, too.
        TypeKind kind = left.precision == right.precision ? left.kind : right.kind;
        return type_with(kind, longer);
    }
    if (left.kind != right.kind) return std::nullopt;
    if (left.kind == TypeKind::Time) return type_with(left.kind, longer);
    return common_parts(left, right);
}

// --- casts

using Can = bool(const Type& from, const Type& to);

// Whether all parts of a type can become the parts of the other.
bool all_parts(Can* can, const Type& from, const Type& to) {
    bool fits = from.kind == to.kind && from.parts.size() == to.parts.size() &&
                from.fields.size() == to.fields.size();
    for (size_t i = 0; fits && i < from.parts.size(); ++i) {
        fits = can(from.parts[i], to.parts[i]);
    }
    for (size_t i = 0; fits && i < from.fields.size(); ++i) {
        fits = can(from.fields[i].type, to.fields[i].type);
    }
    return fits;
}

}  // namespace

Type as_decimal(const Type& type) {
    switch (type.kind) {
        case TypeKind::TinyInt:
            return decimal_type(3, 0);
        case TypeKind::SmallInt:
            return decimal_type(5, 0);
        case TypeKind::Int:
            return decimal_type(10, 0);
        case TypeKind::BigInt:
            return decimal_type(19, 0);
        default:
            TARN_ASSERT(type.kind == TypeKind::Decimal);
            return type;
    }
}

std::optional<Type> arithmetic_type(Operator op, const Type& left, const Type& right) {
    auto type = is_numeric(left) && is_numeric(right) ? number_arithmetic(op, left, right)
                                                      : time_arithmetic(op, left, right);
    if (type) type->is_nullable = left.is_nullable || right.is_nullable;
    return type;
}

std::optional<Type> concatenated_type(const Type& left, const Type& right) {
    std::optional<Type> type;
    if (is_text(left) && is_text(right)) {
        type = joined_length(TypeKind::Char, TypeKind::VarChar, left, right);
    } else if (is_bytes(left) && is_bytes(right)) {
        type = joined_length(TypeKind::Binary, TypeKind::VarBinary, left, right);
    }
    if (type) type->is_nullable = left.is_nullable || right.is_nullable;
    return type;
}

std::optional<Type> common_type(const Type& left, const Type& right) {
    auto type = common_of_values(left, right);
    if (type) type->is_nullable = left.is_nullable || right.is_nullable;
    return type;
}

bool are_comparable(const Type& left, const Type& right) {
    if (left.kind == TypeKind::Null || right.kind == TypeKind::Null) return true;
    if (is_numeric(left) && is_numeric(right)) return true;
    if (is_bytes(left) || is_bytes(right)) return is_bytes(left) && is_bytes(right);
    bool has_parts = !left.parts.empty() || !left.fields.empty();
    bool other_has_parts = !right.parts.empty() || !right.fields.empty();
    if (has_parts || other_has_parts) return common_type(left, right).has_value();
    if (is_text(left) || is_text(right)) return true;
    if (is_timestamp(left) && is_timestamp(right)) return true;
    return left.kind == right.kind;
}

bool can_cast(const Type& from, const Type& to) {
    if (from.kind == TypeKind::Null || is_text(to)) return true;
    bool has_parts = !from.parts.empty() || !from.fields.empty();
    if (has_parts) return all_parts(can_cast, from, to);
    if (is_text(from)) return to.parts.empty() && to.fields.empty();
    if (is_bytes(from)) return is_bytes(to);
    if (is_numeric(from)) return is_numeric(to) || to.kind == TypeKind::Boolean;
    if (from.kind == TypeKind::Boolean) return is_numeric(to) || to.kind == TypeKind::Boolean;
    if (from.kind == TypeKind::Date) return to.kind == TypeKind::Date || is_timestamp(to);
    if (from.kind == TypeKind::Time) return to.kind == TypeKind::Time || is_timestamp(to);
    if (is_timestamp(from)) {
        return is_timestamp(to) || to.kind == TypeKind::Date || to.kind == TypeKind::Time;
    }
    return from.kind == to.kind;
}

bool can_insert(const Type& from, const Type& to) {
    if (from.kind == TypeKind::Null) return true;
    if (is_interval(from) || is_interval(to)) return false;  // no column holds one
    if (is_numeric(from) && is_numeric(to)) {
        if (to.kind == TypeKind::Decimal) return true;
        return from.kind == TypeKind::Decimal ? is_approximate(to) : from.kind <= to.kind;
    }
    // A fixed length may become a varying one, whatever the lengths are.
    if (is_text(from) && is_text(to)) return from.kind <= to.kind;
    if (is_bytes(from) && is_bytes(to)) return from.kind <= to.kind;
    if (is_timestamp(from) && is_timestamp(to)) return true;
    // A timestamp with a zone has no day of its own.
    if (from.kind == TypeKind::Timestamp) {
        return to.kind == TypeKind::Date || to.kind == TypeKind::Time;
    }
    return all_parts(can_insert, from, to);
}

}  // namespace tarn::sql
