// Reading the small texts that headers and queries are made of.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace tarn::s3 {

// All of `text` as a decimal number; nothing for anything else, and for what does not fit.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
    Number number{};
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// Its ASCII letters, that is.
std::string in_lower_case(std::string_view text);

}  // namespace tarn::s3
