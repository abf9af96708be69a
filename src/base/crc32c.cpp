#include "base/crc32c.hpp"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#include <wmmintrin.h>
#endif

namespace tarn {
namespace {

constexpr uint32_t Polynomial = 0x82F63B78;  // Castagnoli's, bits reversed

constexpr std::array<uint32_t, 256> make_table() {
    std::array<uint32_t, 256> table{};
    for (uint32_t i = 0; i < 256; ++i) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit) crc = crc & 1 ? crc >> 1 ^ Polynomial : crc >> 1;
        table[i] = crc;
    }
    return table;
}

constexpr std::array<uint32_t, 256> Table = make_table();

#if defined(__x86_64__)
// The instruction answers after three cycles but can start anew in each, so a long stretch is
// taken as three, side by side. Three checksums then have to become one: where `n` zero bytes
// follow a stretch, its checksum is multiplied by x^(8n), modulo the polynomial.

// x^power modulo the polynomial, bits reversed as in the checksum: the top bit is x^0.
constexpr uint32_t power_of_x(size_t power) {
    uint32_t value = 0x80000000;
    for (size_t i = 0; i < power; ++i) value = value & 1 ? value >> 1 ^ Polynomial : value >> 1;
    return value;
}

#define TARN_CRC_TARGET __attribute__((target("sse4.2,pclmul")))

// The checksum after `Zeros` zero bytes. The product of the two reversed numbers comes out one x
// too large and the instruction multiplies what it is given by x^32: hence 33 less.
template <size_t Zeros>
TARN_CRC_TARGET inline uint64_t followed_by(uint64_t crc) {
    constexpr uint32_t factor = power_of_x(8 * Zeros - 33);
    __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<int64_t>(crc)),
                                           _mm_cvtsi64_si128(int64_t{factor}), 0);
    return _mm_crc32_u64(0, static_cast<uint64_t>(_mm_cvtsi128_si64(product)));
}

TARN_CRC_TARGET inline uint64_t with_word(uint64_t crc, const std::byte* at) {
    uint64_t word;
    std::memcpy(&word, at, sizeof word);
    return _mm_crc32_u64(crc, word);
}

// Takes three stretches of `Size` bytes at a time for as long as there are as many.
template <size_t Size>
TARN_CRC_TARGET inline uint64_t take_by_three(const std::byte*& at, size_t& left, uint64_t crc) {
    for (; left >= 3 * Size; at += 3 * Size, left -= 3 * Size) {
        uint64_t second = 0;
        uint64_t third = 0;
        for (size_t i = 0; i < Size; i += 8) {
            crc = with_word(crc, at + i);
            second = with_word(second, at + Size + i);
            third = with_word(third, at + 2 * Size + i);
        }
        crc = followed_by<2 * Size>(crc) ^ followed_by<Size>(second) ^ third;
    }
    return crc;
}

TARN_CRC_TARGET uint32_t crc32c_by_instruction(BytesView bytes, uint32_t so_far) {
    uint64_t crc = ~so_far;
    const std::byte* at = bytes.data();
    size_t left = bytes.size();
    crc = take_by_three<2048>(at, left, crc);
    crc = take_by_three<128>(at, left, crc);
    for (; left >= 8; at += 8, left -= 8) crc = with_word(crc, at);
    auto tail = static_cast<uint32_t>(crc);
    for (; left > 0; ++at, --left) tail = _mm_crc32_u8(tail, std::to_integer<uint8_t>(*at));
    return ~tail;
}

#undef TARN_CRC_TARGET
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
    static const bool has_instructions =
        __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul");
    if (has_instructions) return crc32c_by_instruction(bytes, so_far);
#endif
    return crc32c_by_table(bytes, so_far);
}

}  // namespace tarn
