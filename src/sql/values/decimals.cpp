#include "sql/values/decimals.hpp"

#include <array>
#include <boost/multiprecision/cpp_int.hpp>
#include <charconv>

#include "columns/text_values.hpp"

namespace tarn::sql {
namespace {

// 38 digits times 10 to the 76th, the largest that a division begins with, has 379 bits.
using Wide = boost::multiprecision::number<boost::multiprecision::cpp_int_backend<
    512, 512, boost::multiprecision::signed_magnitude, boost::multiprecision::unchecked, void>>;
__extension__ using Narrow = __int128;

constexpr int NarrowDigitsMax = 38;

constexpr auto NarrowPowers = [] {
    std::array<Narrow, NarrowDigitsMax + 1> powers{};
    powers[0] = 1;
    for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
}();

Narrow narrow(const arrow::Decimal128& value) {
    return (static_cast<Narrow>(value.high_bits()) << 64) | value.low_bits();
}

arrow::Decimal128 decimal(Narrow value) {
    return {static_cast<int64_t>(value >> 64), static_cast<uint64_t>(value)};
}

Wide wide(const arrow::Decimal128& value) {
    return Wide(narrow(value));
}

Wide power_of_ten(int digits) {
    return boost::multiprecision::pow(Wide(10), static_cast<unsigned>(digits));
}

// Half away from zero.
template <typename Integer>
Integer divided(const Integer& value, const Integer& by) {
    Integer whole = value / by;
    Integer rest = value % by;
    if (rest < 0) rest = -rest;
    Integer size = by < 0 ? Integer(-by) : by;
    if (rest >= size - rest) whole += ((value < 0) != (by < 0)) ? -1 : 1;
    return whole;
}

MaybeDecimal fitting(const Wide& value, int scale, const Type& to) {
    Wide exact = value;
    if (scale > to.scale) exact = divided<Wide>(value, power_of_ten(scale - to.scale));
    if (scale < to.scale) exact *= power_of_ten(to.scale - scale);
    if (abs(exact) >= power_of_ten(to.precision)) return std::nullopt;
    return decimal(exact.convert_to<Narrow>());
}

// The same within 128 bits; false when they are too few to say.
bool fit_narrow(Narrow value, int scale, const Type& to, MaybeDecimal& result) {
    if (scale > to.scale) {
        value = divided<Narrow>(value, NarrowPowers[static_cast<size_t>(scale - to.scale)]);
    } else if (scale < to.scale) {
        Narrow factor = NarrowPowers[static_cast<size_t>(to.scale - scale)];
        if (__builtin_mul_overflow(value, factor, &value)) return false;
    }
    Narrow bound = NarrowPowers[static_cast<size_t>(to.precision)];
    result = value > -bound && value < bound ? MaybeDecimal(decimal(value)) : std::nullopt;
    return true;
}

std::optional<Narrow> narrow_at(const ScaledDecimal& number, int scale) {
    Narrow value = narrow(number.value);
    Narrow factor = NarrowPowers[static_cast<size_t>(scale - number.scale)];
    if (__builtin_mul_overflow(value, factor, &value)) return std::nullopt;
    return value;
}

Wide wide_at(const ScaledDecimal& number, int scale) {
    return wide(number.value) * power_of_ten(scale - number.scale);
}

// Both at the larger scale, where adding, comparing and remainders are those of integers.
template <typename OfNarrow, typename OfWide>
MaybeDecimal at_one_scale(const ScaledDecimal& left, const ScaledDecimal& right, const Type& to,
                          OfNarrow of_narrow, OfWide of_wide) {
    int scale = std::max(left.scale, right.scale);
    auto first = narrow_at(left, scale);
    auto second = narrow_at(right, scale);
    Narrow value = 0;
    MaybeDecimal result;
    bool is_narrow = first && second && of_narrow(*first, *second, value);
    if (is_narrow && fit_narrow(value, scale, to, result)) return result;
    return fitting(of_wide(wide_at(left, scale), wide_at(right, scale)), scale, to);
}

}  // namespace

MaybeDecimal rescaled(const ScaledDecimal& number, const Type& to) {
    MaybeDecimal result;
    if (fit_narrow(narrow(number.value), number.scale, to, result)) return result;
    return fitting(wide(number.value), number.scale, to);
}

MaybeDecimal sum(const ScaledDecimal& left, const ScaledDecimal& right, const Type& to) {
    return at_one_scale(
        left, right, to,
        [](Narrow a, Narrow b, Narrow& c) { return !__builtin_add_overflow(a, b, &c); },
        [](const Wide& a, const Wide& b) { return Wide(a + b); });
}

MaybeDecimal difference(const ScaledDecimal& left, const ScaledDecimal& right, const Type& to) {
    return at_one_scale(
        left, right, to,
        [](Narrow a, Narrow b, Narrow& c) { return !__builtin_sub_overflow(a, b, &c); },
        [](const Wide& a, const Wide& b) { return Wide(a - b); });
}

MaybeDecimal product(const ScaledDecimal& left, const ScaledDecimal& right, const Type& to) {
    int scale = left.scale + right.scale;
    Narrow value = 0;
    MaybeDecimal result;
    bool is_narrow = !__builtin_mul_overflow(narrow(left.value), narrow(right.value), &value);
    // A power of ten beyond 38 digits has no place in 128 bits.
    is_narrow = is_narrow && scale - to.scale <= NarrowDigitsMax;
    if (is_narrow && fit_narrow(value, scale, to, result)) return result;
    return fitting(wide(left.value) * wide(right.value), scale, to);
}

MaybeDecimal quotient(const ScaledDecimal& left, const ScaledDecimal& right, const Type& to) {
    int shift = to.scale + right.scale - left.scale;
    Wide above = wide(left.value);
    Wide below = wide(right.value);
    if (shift >= 0) above *= power_of_ten(shift);
    if (shift < 0) below *= power_of_ten(-shift);
    return fitting(divided<Wide>(above, below), to.scale, to);
}

MaybeDecimal remainder(const ScaledDecimal& left, const ScaledDecimal& right, const Type& to) {
    return at_one_scale(
        left, right, to,
        [](Narrow a, Narrow b, Narrow& c) {
            c = a % b;
            return true;
        },
        [](const Wide& a, const Wide& b) { return Wide(a % b); });
}

MaybeDecimal rounded_decimal(const ScaledDecimal& number, int digits, bool is_half_up) {
    int dropped = number.scale - digits;
    if (dropped <= 0) return number.value;
    if (dropped > NarrowDigitsMax) return arrow::Decimal128(0);
    Narrow unit = NarrowPowers[static_cast<size_t>(dropped)];
    Narrow value = narrow(number.value);
    Narrow kept = is_half_up ? divided<Narrow>(value, unit) : value / unit;
    if (__builtin_mul_overflow(kept, unit, &kept)) return std::nullopt;
    return decimal(kept);
}

int compared(const ScaledDecimal& left, const ScaledDecimal& right) {
    int scale = std::max(left.scale, right.scale);
    auto first = narrow_at(left, scale);
    auto second = narrow_at(right, scale);
    if (first && second) return (*first > *second) - (*first < *second);
    Wide a = wide_at(left, scale);
    Wide b = wide_at(right, scale);
    return (a > b) - (a < b);
}

MaybeDecimal decimal_of(double number, const Type& to) {
    std::array<char, 32> text{};
    auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
    return columns::parse_decimal({text.data(), end}, to.precision, to.scale,
                                  columns::ExcessDigits::Round);
}

MaybeDecimal decimal_of(int64_t number, const Type& to) {
    return rescaled({arrow::Decimal128(number), 0}, to);
}

double double_of(const ScaledDecimal& number) {
    // Through the text, so that the nearest double comes of it.
    std::string text = number.value.ToString(number.scale);
    return std::strtod(text.c_str(), nullptr);
}

int64_t whole_part(const ScaledDecimal& number) {
    return static_cast<int64_t>(narrow(number.value) /
                                NarrowPowers[static_cast<size_t>(number.scale)]);
}

}  // namespace tarn::sql
