// The fast way for the numbers that nearly all records hold: few digits and no exponent. False
// means only that the careful way has to look at the token, right or wrong. Tokens are padded text.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "columns/word_steps.hpp"

namespace tarn::columns {

inline constexpr std::array<uint64_t, 9> powers_of_ten = {
    1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000};

// Goes on with `sum` over the digits at `at`, and gives where they end.
inline const char* add_digits(const char* at, uint64_t& sum) {
    for (;;) {
        auto [count, value] = leading_digits(load_word(at));
        sum = sum * powers_of_ten[count] + value;
        at += count;
        if (count < 8) return at;
    }
}

// The digits before any dot; null when JSON does not allow them.
inline const char* add_whole_digits(const char* at, uint64_t& sum) {
    const char* first = at;
    at = add_digits(at, sum);
    bool is_wrong = at == first || (*first == '0' && at > first + 1);
    return is_wrong ? nullptr : at;
}

// With a sign, a dot and this many digits nothing can overflow. Longer numbers are taken by the
// careful way.
inline constexpr size_t short_number_bytes = 18;

inline bool parse_short_integer(std::string_view token, int64_t& value) {
    if (token.size() > short_number_bytes) return false;
    const char* end = token.data() + token.size();
    bool is_negative = token[0] == '-';
    uint64_t sum = 0;
    if (add_whole_digits(token.data() + is_negative, sum) != end) return false;
    value = static_cast<int64_t>(is_negative ? -sum : sum);
    return true;
}

// A number without exponent whose digits fit a double's 53 bits is one exact division away from
// its value, because powers of ten up to 10^22 are exact too. Most prices are such numbers.
inline bool parse_short_double(std::string_view token, double& value) {
    static constexpr std::array<double, short_number_bytes> divisors = {
        1e0, 1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,
        1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17};
    constexpr uint64_t mantissa_max = uint64_t{1} << 53;
    if (token.size() > short_number_bytes) return false;
    const char* end = token.data() + token.size();
    bool is_negative = token[0] == '-';
    uint64_t mantissa = 0;
    const char* at = add_whole_digits(token.data() + is_negative, mantissa);
    if (!at) return false;
    size_t fraction_digits = 0;
    if (at < end && *at == '.') {
        const char* fraction = at + 1;
        at = add_digits(fraction, mantissa);
        fraction_digits = at - fraction;
        if (fraction_digits == 0) return false;
    }
    if (at != end || mantissa > mantissa_max) return false;
    value = static_cast<double>(mantissa) / divisors[fraction_digits];
    if (is_negative) value = -value;
    return true;
}

}  // namespace tarn::columns
