// Steps over eight bytes at a time for the inner loop of the JSON reader, where a call into libc
// per key or string costs more than the work. All of them may read up to seven bytes past what they
// are asked about, so the text must be padded. x86-64 and little-endian ARM are what Tarn runs on.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace tarn::columns {

static_assert(std::endian::native == std::endian::little);

inline uint64_t load_word(const char* at) {
    uint64_t word;
    std::memcpy(&word, at, sizeof(word));
    return word;
}

// The word with all but its first `count` bytes made zero; count is 1 to 8.
inline uint64_t keep_bytes(uint64_t word, size_t count) {
    return word & (~uint64_t{0} >> (64 - 8 * count));
}

inline constexpr uint64_t each_byte = 0x0101010101010101;

inline bool has_backslash(std::string_view text) {
    constexpr uint64_t backslashes = each_byte * '\\';
    const char* at = text.data();
    size_t left = text.size();
    for (; left > 0; at += 8) {
        size_t count = left < 8 ? left : 8;
        uint64_t difference = keep_bytes(load_word(at), count) ^ backslashes;
        // A byte of `difference` that is zero borrows from its own high bit, which was clear.
        if ((difference - each_byte) & ~difference & (each_byte << 7)) return true;
        left -= count;
    }
    return false;
}

// The number that eight digits (each 0 to 9, the first in the lowest byte) write: neighbours are
// joined to pairs, pairs to fours, fours to eight.
inline uint64_t join_digits(uint64_t word) {
    word = (word * 10) + (word >> 8);
    word = (word & 0x00FF00FF00FF00FF) * 100 + ((word >> 16) & 0x00FF00FF00FF00FF);
    return (word & 0xFFFF) * 10'000 + ((word >> 32) & 0xFFFF);
}

// How many of the eight characters are digits, from the first on, and the number they write.
struct DigitRun {
    size_t count;
    uint64_t value;
};

// No branch depends on the count, which in prices and quantities nobody can predict.
inline DigitRun leading_digits(uint64_t word) {
    uint64_t digits = word ^ each_byte * '0';  // each 0 to 9 if it is one
    constexpr uint64_t low_bits = each_byte * 0x7F;
    uint64_t above_nine = (((digits & low_bits) + each_byte * (0x7F - 9)) | digits) & ~low_bits;
    if (above_nine == 0) return {8, join_digits(digits)};
    size_t count = std::countr_zero(above_nine) / 8;
    if (count == 0) return {0, 0};
    // What moves in from below are leading zeros.
    return {count, join_digits(digits << (64 - 8 * count))};
}

// A name prepared to be found in padded text, where it stands before its closing quote. One that is
// longer than the padding is never found: looking for it could leave the text.
class NameMatcher {
public:
    static constexpr size_t quoted_bytes_max = 64;

    explicit NameMatcher(std::string name) : name_(std::move(name)), quoted_(name_ + '"') {
        if (quoted_.size() > quoted_bytes_max) return;
        char first[8] = {};
        size_t size = std::min<size_t>(8, quoted_.size());
        std::memcpy(first, quoted_.data(), size);
        first_ = load_word(first);
        mask_ = keep_bytes(~uint64_t{0}, size);
    }
    bool is_at(const char* text) const {
        if ((load_word(text) & mask_) != first_) return false;
        size_t size = quoted_.size();
        return size <= 8 || std::memcmp(text + 8, quoted_.data() + 8, size - 8) == 0;
    }
    const std::string& name() const { return name_; }

private:
    // Until both are set no word matches.
    uint64_t first_ = 1;
    uint64_t mask_ = 0;
    std::string name_;
    std::string quoted_;
};

}  // namespace tarn::columns
