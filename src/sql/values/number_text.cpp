#include "sql/values/number_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace tarn::sql {
namespace {

// As few digits as tell the number from others, but two if that is nearer: 1.4E-45, not 1.0E-45.
template <typename T>
char* append_digits(std::array<char, 40>& text, T value) {
    char* last = text.data() + text.size();
    char* end = std::to_chars(text.data(), last, value, std::chars_format::scientific).ptr;
    if (text[1] != 'e') return end;
    end = std::to_chars(text.data(), last, value, std::chars_format::scientific, 1).ptr;
    T read = 0;
    std::from_chars(text.data(), end, read);
    if (read == value) return end;
    return std::to_chars(text.data(), last, value, std::chars_format::scientific).ptr;
}

template <typename T>
void append_shortest(std::string& out, T value) {
    if (std::isnan(value)) {
        out += "NaN";
        return;
    }
    if (std::signbit(value)) out += '-';
    if (std::isinf(value)) {
        out += "Infinity";
        return;
    }
    if (value == 0) {
        out += "0.0";
        return;
    }
    // d.ddde±xx, of which the digits and the exponent are taken.
    std::array<char, 40> text{};
    char* end = append_digits(text, std::abs(value));
    char* mark = std::find(text.data(), end, 'e');
    int exponent = 0;
    std::from_chars(mark + (mark[1] == '+' ? 2 : 1), end, exponent);
    std::string digits(1, text[0]);
    if (mark > text.data() + 2) digits.append(text.data() + 2, mark);
    digits.erase(digits.find_last_not_of('0') + 1);

    constexpr int PlainFrom = -3;
    constexpr int PlainTo = 7;
    if (exponent < PlainFrom || exponent >= PlainTo) {
        out += digits[0];
        out += '.';
        out += digits.size() > 1 ? digits.substr(1) : "0";
        out += 'E' + std::to_string(exponent);
    } else if (exponent < 0) {
        out += "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
    } else {
        auto whole = static_cast<size_t>(exponent) + 1;
        if (digits.size() < whole + 1) digits.append(whole + 1 - digits.size(), '0');
        out += digits.substr(0, whole) + '.' + digits.substr(whole);
    }
}

std::optional<uint64_t> digits_value(std::string_view digits) {
    uint64_t value = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    bool is_whole = error == std::errc{} && end == digits.data() + digits.size();
    return is_whole ? std::optional(value) : std::nullopt;
}

template <typename T>
std::optional<T> parse_java(std::string_view text) {
    text = without_blanks(text);
    bool is_negative = text.starts_with('-');
    if (is_negative || text.starts_with('+')) text.remove_prefix(1);
    auto signed_value = [&](T value) { return is_negative ? -value : value; };
    if (text == "NaN") return std::numeric_limits<T>::quiet_NaN();
    if (text == "Infinity") return signed_value(std::numeric_limits<T>::infinity());
    if (!text.empty() && std::string_view("dDfF").find(text.back()) != std::string_view::npos)
        text.remove_suffix(1);
    // What from_chars takes besides is no number here.
    if (text.empty() || !(is_digit(text[0]) || text[0] == '.')) return std::nullopt;
    T value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size() || error == std::errc::invalid_argument) {
        return std::nullopt;
    }
    if (error == std::errc::result_out_of_range) {
        std::string copy(text);
        value = static_cast<T>(std::strtod(copy.c_str(), nullptr));
    }
    return signed_value(value);
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

}  // namespace

void append_java_number(std::string& out, double value) {
    append_shortest(out, value);
}

void append_java_number(std::string& out, float value) {
    append_shortest(out, value);
}

std::string_view without_blanks(std::string_view text) {
    auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::optional<int64_t> parse_whole(std::string_view text) {
    text = without_blanks(text);
    bool is_negative = text.starts_with('-');
    if (is_negative || text.starts_with('+')) text.remove_prefix(1);
    size_t point = text.find('.');
    std::string_view fraction = point == std::string_view::npos ? "" : text.substr(point + 1);
    if (!std::ranges::all_of(fraction, is_digit)) return std::nullopt;
    std::string_view whole = text.substr(0, point);
    auto size = whole.empty() && point != std::string_view::npos ? std::optional(uint64_t{0})
                                                                 : digits_value(whole);
    uint64_t bound = uint64_t{1} << 63;
    if (!size || *size > bound || (*size == bound && !is_negative)) return std::nullopt;
    return static_cast<int64_t>(is_negative ? 0 - *size : *size);
}

std::optional<double> parse_java_double(std::string_view text) {
    return parse_java<double>(text);
}

std::optional<float> parse_java_float(std::string_view text) {
    return parse_java<float>(text);
}

std::optional<bool> parse_truth(std::string_view text) {
    std::string word = lower(text);
    for (std::string_view yes : {"true", "t", "yes", "y", "1"}) {
        if (word == yes) return true;
    }
    for (std::string_view no : {"false", "f", "no", "n", "0"}) {
        if (word == no) return false;
    }
    return std::nullopt;
}

}  // namespace tarn::sql
