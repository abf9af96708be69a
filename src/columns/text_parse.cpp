#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <string>

#include "columns/text_values.hpp"

namespace tarn::columns {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Reads fixed forms from the front of a text; once something is missing, all that follows fails.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    int number(size_t digits) {
        int value = 0;
        for (size_t i = 0; i < digits; ++i) {
            if (at_ >= text_.size() || !is_digit(text_[at_])) return fail();
            value = value * 10 + (text_[at_++] - '0');
        }
        return value;
    }
    bool accept(char c) {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    void expect(char c) {
        if (!accept(c)) fail();
    }
    // ".5" is 500,000,000; no dot is zero.
    int nanoseconds() {
        if (!accept('.')) return 0;
        int value = 0;
        int digits = 0;
        for (; at_ < text_.size() && is_digit(text_[at_]); ++at_, ++digits) {
            if (digits == 9) return fail();
            value = value * 10 + (text_[at_] - '0');
        }
        if (digits == 0) return fail();
        for (; digits < 9; ++digits) value *= 10;
        return value;
    }
    bool is_done() const { return good_ && at_ == text_.size(); }
    bool is_good() const { return good_; }
    int fail() {
        good_ = false;
        return 0;
    }

private:
    std::string_view text_;
    size_t at_ = 0;
    bool good_ = true;
};

int64_t scan_date(Scanner& in) {
    using namespace std::chrono;
    int y = in.number(4);
    in.expect('-');
    int m = in.number(2);
    in.expect('-');
    int d = in.number(2);
    year_month_day date{year(y), month(m), day(d)};
    if (!date.ok()) return in.fail();
    return sys_days(date).time_since_epoch().count();
}

struct TimeOfDay {
    int64_t seconds;
    int64_t nanoseconds;
};

TimeOfDay scan_time(Scanner& in) {
    int hour = in.number(2);
    in.expect(':');
    int minute = in.number(2);
    in.expect(':');
    int second = in.number(2);
    int nanoseconds = in.nanoseconds();
    if (hour > 23 || minute > 59 || second > 59) in.fail();
    return {hour * 3600 + minute * 60 + second, nanoseconds};
}

// What to subtract to arrive at UTC.
int64_t scan_zone_seconds(Scanner& in) {
    if (in.accept('Z')) return 0;
    bool is_west = in.accept('-');
    if (!is_west) in.expect('+');
    int hours = in.number(2);
    in.accept(':');
    int minutes = in.number(2);
    if (hours > 18 || minutes > 59) in.fail();
    int64_t seconds = hours * 3600 + minutes * 60;
    return is_west ? -seconds : seconds;
}

int64_t units_per_second(arrow::TimeUnit::type unit) {
    constexpr std::array<int64_t, 4> units = {1, 1'000, 1'000'000, 1'000'000'000};
    return units[unit];
}

// A decimal number taken apart: its value is the digits, as a whole number, times 10^exponent.
struct Digits {
    bool is_negative = false;
    std::string digits;
    int64_t exponent = 0;
};

constexpr int64_t exponent_max = 100'000;

// Digits beyond what any decimal can hold only matter for rounding, so a hostile number costs no
// more than its own length.
std::optional<Digits> take_apart(std::string_view text) {
    Digits number;
    size_t at = 0;
    if (at < text.size() && text[at] == '-') number.is_negative = true, ++at;
    size_t digits_seen = 0;
    auto take_digits = [&](bool is_fraction) {
        for (; at < text.size() && is_digit(text[at]); ++at, ++digits_seen) {
            if (is_fraction) --number.exponent;
            if (number.digits.empty() && text[at] == '0') continue;
            number.digits.push_back(text[at]);
        }
    };
    take_digits(false);
    if (at < text.size() && text[at] == '.') {
        ++at;
        take_digits(true);
    }
    if (digits_seen == 0) return std::nullopt;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && text[at] == '+') ++at;
        int64_t exponent = 0;
        auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), exponent);
        if (error != std::errc() || std::abs(exponent) > exponent_max) return std::nullopt;
        at = end - text.data();
        number.exponent += exponent;
    }
    if (at != text.size()) return std::nullopt;
    return number;
}

template <typename T>
std::optional<T> parse_floating(std::string_view text) {
    if (text == "NaN") return std::numeric_limits<T>::quiet_NaN();
    if (text == "Infinity") return std::numeric_limits<T>::infinity();
    if (text == "-Infinity") return -std::numeric_limits<T>::infinity();
    // from_chars would also take "inf" and "nan(x)".
    if (text.empty() || !(is_digit(text.back()) || text.back() == '.')) return std::nullopt;
    T value;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size()) return std::nullopt;
    if (error == std::errc()) return std::isfinite(value) ? std::optional(value) : std::nullopt;
    // from_chars does not say whether the number was too large or too small to tell from zero.
    double nearest = std::strtod(std::string(text).c_str(), nullptr);
    if (std::abs(nearest) > 1) return std::nullopt;
    return static_cast<T>(nearest);
}

}  // namespace

std::optional<int64_t> parse_int64(std::string_view text) {
    int64_t value;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<double> parse_double(std::string_view text) {
    return parse_floating<double>(text);
}

std::optional<float> parse_float(std::string_view text) {
    return parse_floating<float>(text);
}

std::optional<bool> parse_bool(std::string_view text) {
    auto is_word = [text](std::string_view word) {
        if (text.size() != word.size()) return false;
        for (size_t i = 0; i < word.size(); ++i) {
            if ((text[i] | 0x20) != word[i]) return false;
        }
        return true;
    };
    if (is_word("true")) return true;
    if (is_word("false")) return false;
    return std::nullopt;
}

std::optional<arrow::Decimal128> parse_decimal(std::string_view text, int precision, int scale,
                                               ExcessDigits excess) {
    auto number = take_apart(text);
    if (!number) return std::nullopt;

    // The unscaled value is digits * 10^shift.
    std::string& digits = number->digits;
    int64_t shift = number->exponent + scale;
    bool rounds_up = false;
    if (shift < 0) {
        size_t kept = digits.size() > static_cast<size_t>(-shift) ? digits.size() + shift : 0;
        bool has_excess = digits.find_first_not_of('0', kept) != std::string::npos;
        if (has_excess && excess == ExcessDigits::Refuse) return std::nullopt;
        bool is_at_rounding_place = digits.size() >= static_cast<size_t>(-shift);
        rounds_up = is_at_rounding_place && digits[kept] >= '5';
        digits.resize(kept);
        shift = 0;
    }
    if (digits.empty()) shift = 0;
    if (static_cast<int64_t>(digits.size()) + shift > precision) return std::nullopt;

    arrow::Decimal128 value(0);
    for (char digit : digits)
        value = value * arrow::Decimal128(10) + arrow::Decimal128(digit - '0');
    for (; shift > 0; --shift) value *= arrow::Decimal128(10);
    if (rounds_up) value += arrow::Decimal128(1);
    if (!value.FitsInPrecision(precision)) return std::nullopt;
    return number->is_negative ? -value : value;
}

std::optional<int32_t> parse_date(std::string_view text) {
    Scanner in(text);
    int64_t days = scan_date(in);
    if (!in.is_done()) return std::nullopt;
    return static_cast<int32_t>(days);
}

std::optional<int64_t> parse_time(std::string_view text, arrow::TimeUnit::type unit) {
    Scanner in(text);
    auto [seconds, nanoseconds] = scan_time(in);
    if (!in.is_done()) return std::nullopt;
    int64_t per_second = units_per_second(unit);
    return seconds * per_second + nanoseconds / (1'000'000'000 / per_second);
}

std::optional<int64_t> parse_timestamp(std::string_view text, TimestampFormat format,
                                       const arrow::TimestampType& type) {
    Scanner in(text);
    int64_t days = scan_date(in);
    bool has_t = format != TimestampFormat::Sql && in.accept('T');
    if (!has_t) format == TimestampFormat::Iso8601 ? void(in.fail()) : in.expect(' ');
    auto [seconds, nanoseconds] = scan_time(in);
    int64_t zone_seconds = type.timezone().empty() ? 0 : scan_zone_seconds(in);
    if (!in.is_done()) return std::nullopt;

    int64_t per_second = units_per_second(type.unit());
    int64_t fraction = nanoseconds / (1'000'000'000 / per_second);
    int64_t value;
    // Nanoseconds in 64 bits end in the year 2262.
    if (__builtin_mul_overflow(days * 86'400 + seconds - zone_seconds, per_second, &value) ||
        __builtin_add_overflow(value, fraction, &value)) {
        return std::nullopt;
    }
    return value;
}

bool append_base64_decoded(std::string_view text, std::string& out) {
    auto sextet = [](char c) -> int {
        if (c >= 'A' && c <= 'Z') return c - 'A';
        if (c >= 'a' && c <= 'z') return c - 'a' + 26;
        if (is_digit(c)) return c - '0' + 52;
        if (c == '+') return 62;
        if (c == '/') return 63;
        return -1;
    };
    if (text.size() % 4 != 0) return false;
    size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    for (size_t i = 0; i < text.size(); i += 4) {
        size_t present = i + 4 == text.size() ? 4 - padding : 4;
        uint32_t bits = 0;
        for (size_t k = 0; k < 4; ++k) {
            int value = k < present ? sextet(text[i + k]) : 0;
            if (value < 0) return false;
            bits = bits << 6 | static_cast<uint32_t>(value);
        }
        for (size_t k = 0; k + 1 < present; ++k) {
            out.push_back(static_cast<char>(bits >> (16 - 8 * k)));
        }
        // Bits that no byte uses must be zero, or two texts would mean the same bytes.
        if (present < 4 && (bits & (present == 3 ? 0xFF : 0xFFFF)) != 0) return false;
    }
    return true;
}

}  // namespace tarn::columns
