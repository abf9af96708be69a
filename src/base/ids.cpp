#include "base/ids.hpp"

#include "base/bytes.hpp"

namespace tarn {
namespace {

bool has_dash_before(size_t byte) {
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

}  // namespace

Uuid Uuid::random(Random& random) {
    std::array<uint8_t, 16> bytes;
    for (size_t i = 0; i < 16; i += 8) {
        uint64_t drawn = random.next();
        for (size_t j = 0; j < 8; ++j) bytes[i + j] = static_cast<uint8_t>(drawn >> (8 * j));
    }
    // RFC 9562: four bits say version 4, two say which variant.
    bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0F) | 0x40);
    bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3F) | 0x80);
    return Uuid(bytes);
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    std::array<uint8_t, 16> bytes;
    size_t at = 0;
    for (size_t i = 0; i < 16; ++i) {
        if (has_dash_before(i) && text[at++] != '-') return std::nullopt;
        auto high = hex_digit(text[at++]);
        auto low = hex_digit(text[at++]);
        if (!high || !low) return std::nullopt;
        bytes[i] = static_cast<uint8_t>(*high << 4 | *low);
    }
    return Uuid(bytes);
}

std::string Uuid::text() const {
    std::string text;
    for (size_t i = 0; i < 16; ++i) {
        if (has_dash_before(i)) text += '-';
        text += fmt::format("{:02x}", bytes_[i]);
    }
    return text;
}

}  // namespace tarn
