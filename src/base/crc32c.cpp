#include "base/crc32c.hpp"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace tarn {
namespace {

constexpr std::array<uint32_t, 256> make_table() {
    constexpr uint32_t polynomial = 0x82F63B78;  // Castagnoli's, bits reversed
    std::array<uint32_t, 256> table{};
    for (uint32_t i = 0; i < 256; ++i) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ polynomial : crc >> 1;
        table[i] = crc;
    }
    return table;
}

constexpr std::array<uint32_t, 256> Table = make_table();

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) uint32_t crc32c_by_instruction(BytesView bytes, uint32_t so_far) {
    uint64_t crc = ~so_far;
    const std::byte* at = bytes.data();
    size_t left = bytes.size();
    for (; left >= 8; at += 8, left -= 8) {
        uint64_t word;
        std::memcpy(&word, at, 8);
        crc = _mm_crc32_u64(crc, word);
    }
    auto tail = static_cast<uint32_t>(crc);
    for (; left > 0; ++at, --left) tail = _mm_crc32_u8(tail, std::to_integer<uint8_t>(*at));
    return ~tail;
}
#endif

}  // namespace

uint32_t crc32c_by_table(BytesView bytes, uint32_t so_far) {
    uint32_t crc = ~so_far;
    for (std::byte byte : bytes) {
        crc = crc >> 8 ^ Table[(crc ^ std::to_integer<uint32_t>(byte)) & 0xFF];
    }
    return ~crc;
}

uint32_t crc32c(BytesView bytes, uint32_t so_far) {
#if defined(__x86_64__)
    static const bool has_instruction = __builtin_cpu_supports("sse4.2");
    if (has_instruction) return crc32c_by_instruction(bytes, so_far);
#endif
    return crc32c_by_table(bytes, so_far);
}

}  // namespace tarn
