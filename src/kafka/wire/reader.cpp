#include "kafka/wire/reader.hpp"

#include <bit>
#include <cstring>

#include "base/error.hpp"
#include "base/ids.hpp"

namespace tarn::kafka {
namespace {

// A compact length is one more than it says, so that null can be 0.
int64_t length_of(uint32_t compact) {
    return static_cast<int64_t>(compact) - 1;
}

}  // namespace

void Reader::check_at_end() const {
    if (is_at_end()) return;
    throw Error(ErrorCode::Corrupt, "kafka: {} bytes too many at byte {}", remaining(), position());
}

uint64_t Reader::take_big_endian(size_t size) {
    static_assert(std::endian::native == std::endian::little);
    uint64_t swapped = 0;
    std::memcpy(&swapped, take(static_cast<int64_t>(size)).data(), size);
    return __builtin_bswap64(swapped) >> (64 - 8 * size);
}

double Reader::take_float64() {
    return std::bit_cast<double>(take_big_endian(8));
}

Uuid Reader::take_uuid() {
    std::array<uint8_t, 16> bytes;
    std::memcpy(bytes.data(), take(16).data(), bytes.size());
    return Uuid(bytes);
}

uint32_t Reader::take_uvarint() {
    uint32_t value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
        auto byte = static_cast<uint32_t>(take_big_endian(1));
        if (shift == 28 && byte > 0x0F) break;
        value |= (byte & 0x7F) << shift;
        if (byte < 0x80) return value;
    }
    throw Error(ErrorCode::Corrupt, "kafka: a number of more than 32 bits before byte {}",
                position());
}

std::optional<std::string> Reader::take_nullable_string(Form form) {
    int64_t size = take_string_size(form);
    if (size < 0) return std::nullopt;
    return std::string(as_text(take(size)));
}

std::string Reader::take_string(Form form) {
    auto text = take_nullable_string(form);
    if (!text) fail_null();
    return std::move(*text);
}

std::optional<Bytes> Reader::take_nullable_bytes(Form form) {
    int64_t size = take_count(form);
    if (size < 0) return std::nullopt;
    return copy_of(take(size));
}

Bytes Reader::take_bytes(Form form) {
    auto bytes = take_nullable_bytes(form);
    if (!bytes) fail_null();
    return std::move(*bytes);
}

Records Reader::take_records(Form form) {
    int64_t size = take_count(form);
    return size < 0 ? Records::null() : Records(take(size));
}

bool Reader::take_presence() {
    int8_t presence = take_int8();
    if (presence == 1 || presence == -1) return presence == 1;
    throw Error(ErrorCode::Corrupt, "kafka: a struct is neither there nor null before byte {}",
                position());
}

Tag Reader::take_tag() {
    uint32_t number = take_uvarint();
    BytesView value = take(take_uvarint());
    return {number, Reader(start_, value)};
}

void Reader::skip_tags(Form form) {
    for (uint32_t left = take_tag_count(form); left > 0; --left) take_tag();
}

BytesView Reader::take(int64_t size) {
    if (size > static_cast<int64_t>(remaining())) fail_short(size);
    BytesView taken(at_, static_cast<size_t>(size));
    at_ += size;
    return taken;
}

int64_t Reader::take_count(Form form) {
    return checked_size(form == Form::Compact ? length_of(take_uvarint()) : take_int32());
}

int64_t Reader::take_string_size(Form form) {
    int64_t size =
        checked_size(form == Form::Compact ? length_of(take_uvarint()) : int64_t{take_int16()});
    if (size <= StringSizeMax) return size;
    throw Error(ErrorCode::Corrupt, "kafka: a text of {} bytes before byte {}, {} is the most",
                size, position(), StringSizeMax);
}

int64_t Reader::checked_size(int64_t size) const {
    if (size < -1) {
        throw Error(ErrorCode::Corrupt, "kafka: the length {} before byte {}", size, position());
    }
    if (size > static_cast<int64_t>(remaining())) fail_short(size);
    return size;
}

void Reader::fail_null() const {
    throw Error(ErrorCode::Corrupt, "kafka: null before byte {}, where a value must be",
                position());
}

void Reader::fail_short(int64_t size) const {
    throw Error(ErrorCode::Corrupt, "kafka: {} bytes or elements wanted at byte {}, {} are left",
                size, position(), remaining());
}

}  // namespace tarn::kafka
