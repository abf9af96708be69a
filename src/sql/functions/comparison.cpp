#include "sql/functions/comparison.hpp"

#include <arrow/array/array_nested.h>

#include <cmath>

#include "base/assert.hpp"
#include "sql/functions/number_loops.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/types/type_rules.hpp"
#include "sql/values/decimals.hpp"

namespace tarn::sql {
namespace {

// Calls `make` with the comparison of two values that the operator stands for.
template <typename Make>
Kernel with_test(Operator op, Make make) {
    switch (op) {
        case Operator::Equal:
            return make([](const auto& a, const auto& b) { return a == b; });
        case Operator::NotEqual:
            return make([](const auto& a, const auto& b) { return a != b; });
        case Operator::Less:
            return make([](const auto& a, const auto& b) { return a < b; });
        case Operator::LessEqual:
            return make([](const auto& a, const auto& b) { return a <= b; });
        case Operator::Greater:
            return make([](const auto& a, const auto& b) { return a > b; });
        default:
            return make([](const auto& a, const auto& b) { return a >= b; });
    }
}

template <PlainNumber T>
Kernel number_test(Operator op) {
    return with_test(op, [](auto test) -> Kernel {
        return [test](const KernelCall& call) { return test_pairs<T>(call, test); };
    });
}

template <typename T>
Kernel value_test(Operator op) {
    return with_test(op, [](auto test) -> Kernel {
        return kernel_of([test](T a, T b) -> bool { return test(a, b); });
    });
}

Kernel bytes_test(Operator op) {
    return with_test(op, [](auto test) -> Kernel {
        return kernel_of(
            [test](BytesView a, BytesView b) -> bool { return test(a.bytes, b.bytes); });
    });
}

Kernel decimal_test(Operator op, int left_scale, int right_scale) {
    return with_test(op, [=](auto test) -> Kernel {
        return kernel_of([=](arrow::Decimal128 a, arrow::Decimal128 b) -> bool {
            return test(compared({a, left_scale}, {b, right_scale}), 0);
        });
    });
}

// As Java orders doubles: NaN is equal to itself and above all, -0.0 is below 0.0.
template <typename T>
int java_order(T left, T right) {
    if (left < right) return -1;
    if (left > right) return 1;
    auto rank = [](T value) { return std::isnan(value) ? 1 : std::signbit(value) ? -1 : 0; };
    return left == right || std::isnan(left) || std::isnan(right) ? rank(left) - rank(right) : 0;
}

template <typename T>
Kernel ordered_test(Operator op) {
    return with_test(op, [](auto test) -> Kernel {
        return kernel_of([test](T a, T b) -> bool { return test(java_order(a, b), 0); });
    });
}

// Of arrays, maps and rows, which have no order.
Kernel nested_test(Operator op) {
    bool wanted = op == Operator::Equal;
    return [wanted](const KernelCall& call) {
        int64_t rows = rows_to_compute(call);
        Writer<bool> writer(call.type, rows);
        const auto& [left, right] = std::pair(call.arguments[0], call.arguments[1]);
        for (int64_t row = 0; row < rows; ++row) {
            if (left.is_null(row) || right.is_null(row)) {
                writer.append_null();
            } else {
                writer.append(are_same(*left.values, left.place(row), *right.values,
                                       right.place(row)) == wanted);
            }
        }
        Column column = writer.finish();
        column.is_constant = all_constant(call.arguments);
        return column;
    };
}

std::optional<Kernel> test_for(Operator op, const Type& type) {
    switch (type.kind) {
        case TypeKind::Boolean:
            return value_test<bool>(op);
        case TypeKind::TinyInt:
            return number_test<int8_t>(op);
        case TypeKind::SmallInt:
            return number_test<int16_t>(op);
        case TypeKind::Int:
        case TypeKind::Date:
        case TypeKind::Time:
        case TypeKind::IntervalMonths:
            return number_test<int32_t>(op);
        case TypeKind::BigInt:
        case TypeKind::IntervalMillis:
        case TypeKind::Timestamp:
        case TypeKind::TimestampLtz:
            return number_test<int64_t>(op);
        case TypeKind::Float:
            return number_test<float>(op);
        case TypeKind::Double:
            return number_test<double>(op);
        case TypeKind::Char:
        case TypeKind::VarChar:
            return value_test<std::string_view>(op);
        case TypeKind::Binary:
        case TypeKind::VarBinary:
            return bytes_test(op);
        default:
            if (op == Operator::Equal || op == Operator::NotEqual) return nested_test(op);
            return std::nullopt;
    }
}

// With both NULL they are not distinct, with one they are.
Kernel distinction(Kernel differ) {
    return [differ = std::move(differ)](const KernelCall& call) {
        Column known = differ(call);
        Reader<bool> values(known);
        Writer<bool> writer(call.type, rows_to_compute(call));
        for (int64_t row = 0; row < rows_to_compute(call); ++row) {
            bool is_left_null = call.arguments[0].is_null(row);
            bool is_right_null = call.arguments[1].is_null(row);
            bool has_null = is_left_null || is_right_null;
            writer.append(has_null ? is_left_null != is_right_null : values[row]);
        }
        Column column = writer.finish();
        column.is_constant = known.is_constant;
        return column;
    };
}

std::optional<Signature> compared_decimals(Operator op, const Type& left, const Type& right) {
    Type first = as_decimal(left).or_null(left.is_nullable);
    Type second = as_decimal(right).or_null(right.is_nullable);
    return Signature{simple_type(TypeKind::Boolean),
                     {first, second},
                     decimal_test(op, first.scale, second.scale)};
}

std::optional<Signature> known_values(Operator op, const Type& left, const Type& right) {
    auto type = compared_as(left, right);
    if (!type) return std::nullopt;
    bool is_exact = is_numeric(left) && is_numeric(right) && type->kind == TypeKind::Decimal;
    if (is_exact) return compared_decimals(op, left, right);
    if (type->kind == TypeKind::Decimal) {
        return Signature{simple_type(TypeKind::Boolean),
                         {type->or_null(left.is_nullable), type->or_null(right.is_nullable)},
                         decimal_test(op, type->scale, type->scale)};
    }
    // An exact number meets an approximate one as Java's objects do, not as its numbers.
    bool is_mixed = type->kind == TypeKind::Double &&
                    (left.kind == TypeKind::Decimal || right.kind == TypeKind::Decimal);
    auto kernel = is_mixed ? std::optional(ordered_test<double>(op)) : test_for(op, *type);
    if (!kernel) return std::nullopt;
    return Signature{simple_type(TypeKind::Boolean),
                     {type->or_null(left.is_nullable), type->or_null(right.is_nullable)},
                     std::move(*kernel)};
}

bool is_same_range(const arrow::Array& left, int64_t left_from, const arrow::Array& right,
                   int64_t right_from, int64_t count) {
    for (int64_t i = 0; i < count; ++i) {
        if (!are_same(left, left_from + i, right, right_from + i)) return false;
    }
    return true;
}

bool are_same_lists(const arrow::ListArray& left, int64_t left_row, const arrow::ListArray& right,
                    int64_t right_row) {
    int64_t count = left.value_length(left_row);
    return count == right.value_length(right_row) &&
           is_same_range(*left.values(), left.value_offset(left_row), *right.values(),
                         right.value_offset(right_row), count);
}

// In any order.
bool are_same_maps(const arrow::MapArray& left, int64_t left_row, const arrow::MapArray& right,
                   int64_t right_row) {
    int64_t count = left.value_length(left_row);
    if (count != right.value_length(right_row)) return false;
    for (int64_t i = 0; i < count; ++i) {
        int64_t place = left.value_offset(left_row) + i;
        bool is_found = false;
        for (int64_t j = 0; j < count && !is_found; ++j) {
            int64_t other = right.value_offset(right_row) + j;
            is_found = are_same(*left.keys(), place, *right.keys(), other) &&
                       are_same(*left.items(), place, *right.items(), other);
        }
        if (!is_found) return false;
    }
    return true;
}

}  // namespace

bool are_same(const arrow::Array& left, int64_t left_row, const arrow::Array& right,
              int64_t right_row) {
    bool has_null = left.IsNull(left_row) || right.IsNull(right_row);
    if (has_null) return left.IsNull(left_row) && right.IsNull(right_row);
    switch (left.type_id()) {
        case arrow::Type::LIST:
            return are_same_lists(static_cast<const arrow::ListArray&>(left), left_row,
                                  static_cast<const arrow::ListArray&>(right), right_row);
        case arrow::Type::MAP:
            return are_same_maps(static_cast<const arrow::MapArray&>(left), left_row,
                                 static_cast<const arrow::MapArray&>(right), right_row);
        case arrow::Type::STRUCT: {
            const auto& a = static_cast<const arrow::StructArray&>(left);
            const auto& b = static_cast<const arrow::StructArray&>(right);
            for (int i = 0; i < a.num_fields(); ++i) {
                if (!are_same(*a.field(i), left_row, *b.field(i), right_row)) return false;
            }
            return true;
        }
        default:
            return left.RangeEquals(left_row, left_row + 1, right_row, right);
    }
}

std::optional<Type> compared_as(const Type& left, const Type& right) {
    if (left.kind == TypeKind::Null || right.kind == TypeKind::Null) {
        return left.kind == TypeKind::Null ? right : left;
    }
    if (!are_comparable(left, right)) return std::nullopt;
    // A text is read as what it is compared with, whose sizes do not bind it.
    bool has_text = is_text(left) != is_text(right);
    if (has_text) {
        const Type& other = is_text(left) ? right : left;
        return other.kind == TypeKind::Boolean ? string_type() : other;
    }
    if (is_text(left)) return string_type();
    if (is_timestamp(left) && left.kind != right.kind) {
        Type moment = left.kind == TypeKind::TimestampLtz ? left : right;
        moment.precision = std::max(left.precision, right.precision);
        return moment;
    }
    return common_type(left, right);
}

std::optional<Kernel> order_test(Operator op, const Type& type) {
    if (type.kind == TypeKind::Float) return ordered_test<float>(op);
    if (type.kind == TypeKind::Double) return ordered_test<double>(op);
    if (type.kind == TypeKind::Decimal) return decimal_test(op, type.scale, type.scale);
    return test_for(op, type);
}

std::optional<Signature> comparison(Operator op, Arguments arguments) {
    const Type& left = arguments[0].type;
    const Type& right = arguments[1].type;
    if (op == Operator::IsDistinctFrom) {
        auto differ = known_values(Operator::NotEqual, left, right);
        if (!differ) return std::nullopt;
        differ->kernel = distinction(std::move(differ->kernel));
        differ->result = simple_type(TypeKind::Boolean).not_null();
        differ->can_fail = false;
        return differ;
    }
    auto signature = known_values(op, left, right);
    if (!signature) return std::nullopt;
    signature->result = nullable_as(signature->result, arguments);
    signature->can_fail = false;
    return signature;
}

}  // namespace tarn::sql
