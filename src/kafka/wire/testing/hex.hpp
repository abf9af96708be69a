// Bytes as tests write them: hexadecimal, with spaces where they help the eye.
#pragma once

#include <string_view>

#include "base/assert.hpp"
#include "base/bytes.hpp"

namespace tarn::kafka {

inline Bytes from_hex(std::string_view text) {
    Bytes bytes;
    std::optional<uint8_t> high;
    for (char c : text) {
        if (c == ' ') continue;
        auto digit = hex_digit(c);
        TARN_ASSERT(digit.has_value());
        if (high) bytes.push_back(static_cast<std::byte>(*high << 4 | *digit));
        high = high ? std::nullopt : digit;
    }
    TARN_ASSERT(!high);
    return bytes;
}

}  // namespace tarn::kafka
