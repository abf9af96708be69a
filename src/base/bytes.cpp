#include "base/bytes.hpp"

namespace tarn {

std::string to_hex(BytesView bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    hex.reserve(bytes.size() * 2);
    for (std::byte byte : bytes) {
        hex += digits[std::to_integer<size_t>(byte) >> 4];
        hex += digits[std::to_integer<size_t>(byte) & 0xF];
    }
    return hex;
}

std::optional<uint8_t> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<uint8_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<uint8_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<uint8_t>(c - 'A' + 10);
    return std::nullopt;
}

}  // namespace tarn
