// A bounds-checked walk over bytes that someone else wrote. Whatever they claim, nothing outside
// the view is read: a length that does not fit throws Corrupt and names the place.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace tarn {

class ByteReader {
public:
    // `what` starts every message: "avro". Both are borrowed.
    ByteReader(BytesView bytes, std::string_view what) : bytes_(bytes), what_(what) {}

    size_t position() const { return position_; }
    size_t remaining() const { return bytes_.size() - position_; }
    bool is_at_end() const { return remaining() == 0; }

    BytesView take(uint64_t size) {
        if (size > remaining()) fail_short(size);
        BytesView taken = bytes_.subspan(position_, size);
        position_ += size;
        return taken;
    }

    uint8_t take_byte() {
        if (is_at_end()) fail_short(1);
        return static_cast<uint8_t>(bytes_[position_++]);
    }

    template <typename T>
        requires std::is_arithmetic_v<T>
    T take_little_endian() {
        static_assert(std::endian::native == std::endian::little);
        T value;
        std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
        return value;
    }

    // A variable-length number of Avro and Protocol Buffers: small ones of either sign are short.
    int64_t take_zigzag() {
        uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            uint64_t byte = take_byte();
            if (shift == 63 && byte > 1) break;
            value |= (byte & 0x7F) << shift;
            if (byte < 0x80)
                return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
        }
        throw Error(ErrorCode::Corrupt, "{}: a number of more than 64 bits before byte {}", what_,
                    position_);
    }

    // Passes over so many variable-length numbers without a look at their values: each ends with
    // the first byte below 0x80, so eight bytes are looked at together.
    void skip_variable(uint64_t count) {
        constexpr uint64_t more_follow = 0x8080'8080'8080'8080;
        for (; count >= 8 && remaining() >= 8; position_ += 8) {
            uint64_t word;
            std::memcpy(&word, &bytes_[position_], sizeof(word));
            count -= static_cast<uint64_t>(std::popcount(~word & more_follow));
        }
        while (count > 0) count -= take_byte() < 0x80;
    }

private:
    [[noreturn]] void fail_short(uint64_t size) const {
        throw Error(ErrorCode::Corrupt, "{}: {} bytes wanted at byte {}, {} are left", what_, size,
                    position_, remaining());
    }

    BytesView bytes_;
    std::string_view what_;
    size_t position_ = 0;
};

}  // namespace tarn
