// Numbers to text and back as Java has them, and so Flink.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tarn::sql {

inline bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// 1.0, 1.0E10, -0.0, NaN, Infinity: at least one digit behind the point, an exponent from 10^7 on
// and below 10^-3.
void append_java_number(std::string& out, double value);
void append_java_number(std::string& out, float value);

// Blanks around it are left out, as are digits behind a point. Nothing for what is no whole number
// or does not fit in 64 bits.
std::optional<int64_t> parse_whole(std::string_view text);

// What Java's parseDouble takes: also 1d, 1.f, +1, NaN, Infinity; too large is infinite.
std::optional<double> parse_java_double(std::string_view text);
std::optional<float> parse_java_float(std::string_view text);

// true t yes y 1, false f no n 0, in any case, without blanks around it.
std::optional<bool> parse_truth(std::string_view text);

// Without blanks and control characters at both ends.
std::string_view without_blanks(std::string_view text);

}  // namespace tarn::sql
