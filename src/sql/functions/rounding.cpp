#include "sql/functions/rounding.hpp"

#include <cmath>

#include "sql/functions/number_kinds.hpp"
#include "sql/functions/number_loops.hpp"
#include "sql/functions/scalar.hpp"
#include "sql/values/decimals.hpp"

namespace tarn::sql {
namespace {

// With 38 digits and a scale of up to 38, any double below 10^38 is exact enough to be rounded.
constexpr int DigitsOfDouble = 17;

double rounded_double(double value, int digits, Rounding mode) {
    // From there on, a double has no digits behind the point.
    constexpr double WholeFrom = 4503599627370496.0;
    bool is_as_it_is = !std::isfinite(value) || value == 0 ||
                       (digits >= 0 && std::abs(value) >= WholeFrom) || digits > DigitsOfDouble;
    if (is_as_it_is) return value;
    int exponent = static_cast<int>(std::floor(std::log10(std::abs(value)))) + 1;
    if (exponent + digits < 0) return 0;
    constexpr int ScaleMax = 20;
    auto exact = decimal_of(value, decimal_type(Type::DecimalPrecisionMax, ScaleMax));
    if (!exact) return value;
    auto result = rounded_decimal({*exact, ScaleMax}, digits, mode == Rounding::HalfUp);
    return result ? double_of({*result, ScaleMax}) : value;
}

template <std::signed_integral T>
T rounded_integer(T value, int digits, Rounding mode) {
    if (digits >= 0) return value;
    auto result =
        rounded_decimal({arrow::Decimal128(int64_t{value}), 0}, digits, mode == Rounding::HalfUp);
    // What has become too large wraps.
    return static_cast<T>(result->low_bits());
}

template <typename T>
T rounded_number(T value, int digits, Rounding mode) {
    if constexpr (std::is_integral_v<T>) {
        return rounded_integer<T>(value, digits, mode);
    } else if constexpr (std::is_same_v<T, float>) {
        return static_cast<float>(rounded_double(value, digits, mode));
    } else {
        return rounded_double(value, digits, mode);
    }
}

// Of a decimal rounded to a number of digits that is known.
Type rounded_type(const Type& type, int digits) {
    if (digits >= type.scale) return type;
    int whole = type.precision - type.scale;
    if (digits < 0) return decimal_type(std::min(Type::DecimalPrecisionMax, whole + 1), 0);
    return decimal_type(whole + 1 + digits, digits);
}

std::optional<int> known_digits(Arguments arguments) {
    if (arguments.size() < 2) return 0;
    const Column* digits = arguments[1].constant;
    if (!digits || digits->is_null(0) || arguments[1].type.kind != TypeKind::Int) {
        return std::nullopt;
    }
    return Reader<int32_t>(*digits)[0];
}

Kernel decimal_rounding(Rounding mode, const Type& from, const Type& to, bool has_digits) {
    auto round = [=](arrow::Decimal128 value, int32_t digits) -> MaybeDecimal {
        auto result = rounded_decimal({value, from.scale}, digits, mode == Rounding::HalfUp);
        return result ? rescaled({*result, from.scale}, to) : std::nullopt;
    };
    if (has_digits) return kernel_of(round);
    return kernel_of([round](arrow::Decimal128 value) { return round(value, 0); });
}

std::optional<Kernel> number_rounding(Rounding mode, const Type& type, bool has_digits) {
    return for_number(type, [=]<typename T>(T) {
        if (has_digits) {
            return kernel_of(
                [mode](T value, int32_t digits) { return rounded_number<T>(value, digits, mode); });
        }
        return kernel_of([mode](T value) { return rounded_number<T>(value, 0, mode); });
    });
}

// --- to whole numbers

Kernel decimal_floor(Rounding mode, const Type& from, const Type& to) {
    return kernel_of([=](arrow::Decimal128 value) -> MaybeDecimal {
        auto whole = rounded_decimal({value, from.scale}, 0, false);
        bool is_below = *whole < value && mode == Rounding::Ceiling;
        bool is_above = *whole > value && mode == Rounding::Floor;
        auto result = rescaled({*whole, from.scale}, to);
        if (result && (is_below || is_above)) *result += arrow::Decimal128(is_below ? 1 : -1);
        return result;
    });
}

template <PlainNumber T>
Kernel plain_floor(Rounding mode) {
    if constexpr (std::is_integral_v<T>) {
        return [](const KernelCall& call) { return call.arguments[0]; };
    } else if (mode == Rounding::Floor) {
        return [](const KernelCall& call) {
            return map_numbers<T, T>(call, [](T value) { return std::floor(value); });
        };
    } else {
        return [](const KernelCall& call) {
            return map_numbers<T, T>(call, [](T value) { return std::ceil(value); });
        };
    }
}

std::optional<Signature> whole_number(Rounding mode, const Type& type) {
    if (type.kind == TypeKind::Decimal) {
        Type to = decimal_type(type.precision, 0).or_null(type.is_nullable);
        return Signature{to, {type}, decimal_floor(mode, type, to)};
    }
    auto kernel = for_number(type, [=]<typename T>(T) { return plain_floor<T>(mode); });
    if (!kernel) return std::nullopt;
    return Signature{type, {type}, std::move(*kernel)};
}

}  // namespace

std::optional<Signature> rounded(Rounding mode, Arguments arguments) {
    const Type& type = arguments[0].type;
    if (mode == Rounding::Floor || mode == Rounding::Ceiling) {
        return arguments.size() == 1 ? whole_number(mode, type) : std::nullopt;
    }
    bool has_digits = arguments.size() == 2;
    if (arguments.size() > 2 || !is_numeric(type)) return std::nullopt;
    if (has_digits && !is_integer(arguments[1].type)) return std::nullopt;
    std::vector<Type> types{type};
    if (has_digits)
        types.push_back(simple_type(TypeKind::Int).or_null(arguments[1].type.is_nullable));
    if (type.kind != TypeKind::Decimal) {
        auto kernel = number_rounding(mode, type, has_digits);
        return Signature{nullable_as(type, arguments), types, std::move(*kernel)};
    }
    auto digits = known_digits(arguments);
    Type result = nullable_as(digits ? rounded_type(type, *digits) : type, arguments);
    return Signature{result, types, decimal_rounding(mode, type, result, has_digits)};
}

}  // namespace tarn::sql
