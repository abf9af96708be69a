#include "sql/functions/decimal_text.hpp"

#include <fmt/format.h>

#include <charconv>

namespace tarn::sql {
namespace {

constexpr int64_t ExponentMax = 1'000'000'000;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

std::optional<DecimalText> DecimalText::read(std::string_view text) {
    DecimalText number;
    if (text.starts_with('-') || text.starts_with('+')) {
        number.is_negative_ = text.front() == '-';
        text.remove_prefix(1);
    }
    bool has_digits = false;
    bool has_point = false;
    size_t at = 0;
    for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !has_point)); ++at) {
        if (text[at] == '.') {
            has_point = true;
            continue;
        }
        has_digits = true;
        if (has_point) ++number.scale_;
        if (text[at] != '0' || !number.digits_.empty()) number.digits_ += text[at];
    }
    if (!has_digits) return std::nullopt;
    if (at == text.size()) return number;
    if ((text[at] | 0x20) != 'e') return std::nullopt;
    ++at;
    if (at + 1 < text.size() && text[at] == '+' && is_digit(text[at + 1])) ++at;
    int64_t exponent = 0;
    auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), exponent);
    bool is_sound = error == std::errc() && end == text.data() + text.size() &&
                    exponent <= ExponentMax && exponent >= -ExponentMax;
    if (!is_sound) return std::nullopt;
    number.scale_ -= exponent;
    return number;
}

int DecimalText::compare(const DecimalText& other) const {
    int sign = digits_.empty() ? 0 : is_negative_ ? -1 : 1;
    int other_sign = other.digits_.empty() ? 0 : other.is_negative_ ? -1 : 1;
    if (sign != other_sign) return sign < other_sign ? -1 : 1;
    if (sign == 0) return 0;
    if (order() != other.order()) return (order() < other.order()) == (sign > 0) ? -1 : 1;
    // Zeros at the end do not count, so the shorter one goes on with them.
    size_t length = std::max(digits_.size(), other.digits_.size());
    auto digit = [](const std::string& digits, size_t i) {
        return i < digits.size() ? digits[i] : '0';
    };
    for (size_t i = 0; i < length; ++i) {
        char left = digit(digits_, i);
        char right = digit(other.digits_, i);
        if (left != right) return (left < right) == (sign > 0) ? -1 : 1;
    }
    return 0;
}

std::string DecimalText::text() const {
    std::string digits = digits_.empty() ? "0" : digits_;
    int64_t count = static_cast<int64_t>(digits.size());
    int64_t exponent = count - 1 - scale_;
    std::string text = is_negative_ && !digits_.empty() ? "-" : "";
    // BigDecimal writes an exponent for zeros that it would have to add, and from 1E-7 down.
    if (scale_ < 0 || exponent < -6) {
        text += digits.substr(0, 1);
        if (count > 1) text += "." + digits.substr(1);
        return exponent == 0 ? text : text + fmt::format("E{:+}", exponent);
    }
    if (scale_ == 0) return text + digits;
    if (count <= scale_) digits.insert(0, static_cast<size_t>(scale_ - count + 1), '0');
    digits.insert(digits.size() - static_cast<size_t>(scale_), 1, '.');
    return text + digits;
}

}  // namespace tarn::sql
