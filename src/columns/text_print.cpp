#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <iterator>

#include "base/assert.hpp"
#include "columns/text_values.hpp"
#include "columns/time_units.hpp"

namespace tarn::columns {
namespace {

template <typename T>
void append_shortest(std::string& out, T value) {
    if (std::isnan(value)) {
        out += "NaN";
    } else if (std::isinf(value)) {
        out += value > 0 ? "Infinity" : "-Infinity";
    } else {
        std::array<char, 32> text;
        auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
        TARN_ASSERT(error == std::errc());
        out.append(text.data(), end);
    }
}

int fraction_digits(arrow::TimeUnit::type unit) {
    return 3 * static_cast<int>(unit);
}

void append_clock(std::string& out, int64_t seconds, int64_t fraction, arrow::TimeUnit::type unit) {
    fmt::format_to(std::back_inserter(out), "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60,
                   seconds % 60);
    if (fraction == 0) return;
    fmt::format_to(std::back_inserter(out), ".{:0{}}", fraction, fraction_digits(unit));
    while (out.back() == '0') out.pop_back();
}

}  // namespace

void append_int64(std::string& out, int64_t value) {
    std::array<char, 20> text;
    auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    TARN_ASSERT(error == std::errc());
    out.append(text.data(), end);
}

void append_double(std::string& out, double value) {
    append_shortest(out, value);
}

void append_float(std::string& out, float value) {
    append_shortest(out, value);
}

void append_decimal(std::string& out, const arrow::Decimal128& value, int scale) {
    // Arrow's ToString() turns to exponents for large scales; plain digits are what SQL shows.
    std::string digits = value.ToIntegerString();
    bool is_negative = digits.starts_with('-');
    if (is_negative) digits.erase(0, 1);
    if (scale > 0 && digits.size() <= static_cast<size_t>(scale)) {
        digits.insert(0, scale + 1 - digits.size(), '0');
    }
    if (scale > 0) digits.insert(digits.size() - scale, 1, '.');
    if (scale < 0 && digits != "0") digits.append(-scale, '0');
    if (is_negative) out.push_back('-');
    out += digits;
}

void append_date(std::string& out, int64_t days) {
    // A column can hold days far outside the years that std::chrono knows, but the calendar repeats
    // itself every 400 years.
    constexpr int64_t days_per_era = 146'097;
    auto [era, day_of_era] = floor_divide(days, days_per_era);
    std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day_of_era))};
    int64_t year = static_cast<int>(date.year()) + era * 400;
    auto month = static_cast<unsigned>(date.month());
    auto day = static_cast<unsigned>(date.day());
    fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}", year, month, day);
}

void append_time(std::string& out, int64_t value, arrow::TimeUnit::type unit) {
    auto [seconds, fraction] = floor_divide(value, units_per_second(unit));
    append_clock(out, seconds, fraction, unit);
}

void append_timestamp(std::string& out, int64_t value, TimestampFormat format,
                      const arrow::TimestampType& type) {
    auto [seconds, fraction] = floor_divide(value, units_per_second(type.unit()));
    auto [days, second_of_day] = floor_divide(seconds, 86'400);
    append_date(out, days);
    out.push_back(format == TimestampFormat::Sql ? ' ' : 'T');
    append_clock(out, second_of_day, fraction, type.unit());
    if (!type.timezone().empty()) out.push_back('Z');
}

void append_base64(std::string& out, std::string_view bytes) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < bytes.size(); i += 3) {
        size_t present = std::min<size_t>(3, bytes.size() - i);
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; ++k) {
            bits = bits << 8 | (k < present ? static_cast<uint8_t>(bytes[i + k]) : 0);
        }
        for (size_t k = 0; k < 4; ++k) {
            out.push_back(k <= present ? alphabet[bits >> (18 - 6 * k) & 63] : '=');
        }
    }
}

}  // namespace tarn::columns
