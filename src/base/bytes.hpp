// Bytes, owned and borrowed. A BytesView stays inside one synchronous call; whoever keeps the data
// keeps Bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tarn {

using Bytes = std::vector<std::byte>;
using BytesView = std::span<const std::byte>;

inline BytesView as_bytes(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}
inline std::string_view as_text(BytesView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes copy_of(BytesView bytes) {
    return Bytes(bytes.begin(), bytes.end());
}

// Lower-case hexadecimal, two digits a byte.
std::string to_hex(BytesView bytes);

// Nothing when the text is not whole bytes in hexadecimal digits, of either case.
std::optional<Bytes> from_hex(std::string_view text);

// The value of one hexadecimal digit of either case.
std::optional<uint8_t> hex_digit(char c);

}  // namespace tarn
