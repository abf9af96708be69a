#include "sql/functions/arithmetic.hpp"

#include <cmath>
#include <type_traits>

#include "base/assert.hpp"
#include "sql/functions/number_loops.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/types/type_rules.hpp"
#include "sql/values/decimals.hpp"

namespace tarn::sql {
namespace {

// In which integers wrap and no overflow is undefined; narrow ones as well, since they are widened
// to int, whose products of two fit in 64 bits.
template <typename T>
using Wrapping = std::conditional_t<std::is_integral_v<T>, uint64_t, T>;

template <typename T>
Kernel total_kernel(Operator op) {
    using W = Wrapping<T>;
    auto kernel = [](auto function) -> Kernel {
        return [function](const KernelCall& call) { return map_pairs<T, T>(call, function); };
    };
    switch (op) {
        case Operator::Plus:
            return kernel(
                [](T a, T b) { return static_cast<T>(static_cast<W>(a) + static_cast<W>(b)); });
        case Operator::Minus:
            return kernel(
                [](T a, T b) { return static_cast<T>(static_cast<W>(a) - static_cast<W>(b)); });
        case Operator::Times:
            return kernel(
                [](T a, T b) { return static_cast<T>(static_cast<W>(a) * static_cast<W>(b)); });
        default:
            break;
    }
    if constexpr (std::is_floating_point_v<T>) {
        if (op == Operator::Divide) return kernel([](T a, T b) { return a / b; });
        return kernel([](T a, T b) { return std::fmod(a, b); });
    }
    TARN_ASSERT(false);
}

[[noreturn]] void refuse_zero() {
    throw Error(ErrorCode::InvalidInput, "division by zero");
}

template <std::signed_integral T>
T quotient_of(T a, T b) {
    if (b == 0) refuse_zero();
    // The smallest number has no counterpart above zero: it stays as it is.
    return b == -1 ? static_cast<T>(-static_cast<uint64_t>(a)) : static_cast<T>(a / b);
}

template <std::signed_integral T>
T remainder_of(T a, T b) {
    if (b == 0) refuse_zero();
    return b == -1 ? T{0} : static_cast<T>(a % b);
}

template <typename T>
Kernel number_kernel(Operator op) {
    if constexpr (std::is_integral_v<T>) {
        if (op == Operator::Divide) return kernel_of(&quotient_of<T>);
    }
    return total_kernel<T>(op);
}

using DecimalStep = MaybeDecimal (*)(const ScaledDecimal&, const ScaledDecimal&, const Type&);

DecimalStep decimal_step(Operator op) {
    switch (op) {
        case Operator::Plus:
            return sum;
        case Operator::Minus:
            return difference;
        case Operator::Times:
            return product;
        case Operator::Divide:
            return quotient;
        default:
            return remainder;
    }
}

Kernel decimal_kernel(Operator op, const Type& left, const Type& right, const Type& result) {
    DecimalStep step = decimal_step(op);
    bool divides = op == Operator::Divide || op == Operator::Remainder;
    return kernel_of([=](arrow::Decimal128 a, arrow::Decimal128 b) -> MaybeDecimal {
        if (divides && b == arrow::Decimal128(0)) refuse_zero();
        return step({a, left.scale}, {b, right.scale}, result);
    });
}

template <typename T>
Kernel negation() {
    return [](const KernelCall& call) {
        return map_numbers<T, T>(
            call, [](T value) { return static_cast<T>(-static_cast<Wrapping<T>>(value)); });
    };
}

Kernel negation_of(const Type& type) {
    switch (type.kind) {
        case TypeKind::TinyInt:
            return negation<int8_t>();
        case TypeKind::SmallInt:
            return negation<int16_t>();
        case TypeKind::Int:
        case TypeKind::IntervalMonths:
            return negation<int32_t>();
        case TypeKind::BigInt:
        case TypeKind::IntervalMillis:
            return negation<int64_t>();
        case TypeKind::Float:
            return negation<float>();
        case TypeKind::Double:
            return negation<double>();
        default:
            return kernel_of([](arrow::Decimal128 value) { return arrow::Decimal128(-value); });
    }
}

Kernel kernel_for(Operator op, const Type& type) {
    switch (type.kind) {
        case TypeKind::TinyInt:
            return number_kernel<int8_t>(op);
        case TypeKind::SmallInt:
            return number_kernel<int16_t>(op);
        case TypeKind::Int:
            return number_kernel<int32_t>(op);
        case TypeKind::BigInt:
            return number_kernel<int64_t>(op);
        case TypeKind::Float:
            return number_kernel<float>(op);
        default:
            return number_kernel<double>(op);
    }
}

template <std::signed_integral T>
Signature integer_remainder(const Type& left, const Type& right) {
    return {right.or_null(left.is_nullable || right.is_nullable),
            {simple_type(TypeKind::BigInt).or_null(left.is_nullable), right},
            kernel_of([](int64_t a, T b) { return static_cast<T>(remainder_of<int64_t>(a, b)); })};
}

template <std::signed_integral T>
Signature remainder_of_decimal(const Type& left, const Type& right) {
    Type divisor = as_decimal(right).or_null(right.is_nullable);
    auto kernel = [scale = left.scale, divisor](arrow::Decimal128 a,
                                                arrow::Decimal128 b) -> std::optional<T> {
        if (b == arrow::Decimal128(0)) refuse_zero();
        auto rest = remainder({a, scale}, {b, 0}, divisor);
        if (!rest) return std::nullopt;
        return static_cast<T>(whole_part({*rest, 0}));
    };
    return {
        right.or_null(left.is_nullable || right.is_nullable), {left, divisor}, kernel_of(kernel)};
}

// Of a whole number by an integer it has the type of the latter.
template <std::signed_integral T>
Signature whole_remainder(const Type& left, const Type& right) {
    return is_integer(left) ? integer_remainder<T>(left, right)
                            : remainder_of_decimal<T>(left, right);
}

Signature whole_remainder_of(const Type& left, const Type& right) {
    switch (right.kind) {
        case TypeKind::TinyInt:
            return whole_remainder<int8_t>(left, right);
        case TypeKind::SmallInt:
            return whole_remainder<int16_t>(left, right);
        case TypeKind::Int:
            return whole_remainder<int32_t>(left, right);
        default:
            return whole_remainder<int64_t>(left, right);
    }
}

std::optional<Signature> sign(Operator op, const Type& type) {
    if (!is_numeric(type) && !is_interval(type)) return std::nullopt;
    Kernel same = [](const KernelCall& call) { return call.arguments[0]; };
    return Signature{type, {type}, op == Operator::Negative ? negation_of(type) : same};
}

}  // namespace

std::optional<Signature> number_arithmetic(Operator op, Arguments arguments) {
    const Type& left = arguments[0].type;
    if (arguments.size() == 1) return sign(op, left);
    const Type& right = arguments[1].type;
    if (!is_numeric(left) || !is_numeric(right)) return std::nullopt;
    auto result = arithmetic_type(op, left, right);
    if (!result) return std::nullopt;
    if (op == Operator::Remainder && is_integer(*result)) return whole_remainder_of(left, right);
    if (result->kind == TypeKind::Decimal) {
        Type first = as_decimal(left).or_null(left.is_nullable);
        Type second = as_decimal(right).or_null(right.is_nullable);
        Kernel kernel = decimal_kernel(op, first, second, *result);
        return Signature{*result, {first, second}, kernel};
    }
    bool divides = op == Operator::Divide || op == Operator::Remainder;
    return Signature{*result,
                     {result->or_null(left.is_nullable), result->or_null(right.is_nullable)},
                     kernel_for(op, *result),
                     divides && is_integer(*result)};
}

}  // namespace tarn::sql
