#include "kafka/wire/writer.hpp"

#include <bit>
#include <limits>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"

namespace tarn::kafka {
namespace {

constexpr size_t FramePrefixSize = 4;
constexpr int64_t SizeMax = std::numeric_limits<int32_t>::max();

int32_t checked_size(int64_t size) {
    if (size > SizeMax) {
        throw Error(ErrorCode::TooLarge, "kafka: {} bytes or elements, {} is the most", size,
                    SizeMax);
    }
    return static_cast<int32_t>(size);
}

void check_text(std::string_view text) {
    if (static_cast<int64_t>(text.size()) > StringSizeMax) {
        throw Error(ErrorCode::InvalidInput, "kafka: a text of {} bytes, {} is the most",
                    text.size(), StringSizeMax);
    }
}

}  // namespace

Writer Writer::for_frame() {
    Writer writer;
    writer.is_frame_ = true;
    writer.bytes_.resize(FramePrefixSize);
    return writer;
}

void Writer::put_big_endian(uint64_t value, int size) {
    static_assert(std::endian::native == std::endian::little);
    uint64_t swapped = __builtin_bswap64(value << (64 - 8 * size));
    put_raw(std::as_bytes(std::span(&swapped, 1)).first(static_cast<size_t>(size)));
}

void Writer::put_raw(BytesView bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

void Writer::put_float64(double value) {
    put_big_endian(std::bit_cast<uint64_t>(value), 8);
}

void Writer::put_uuid(const Uuid& value) {
    put_raw(std::as_bytes(std::span(value.bytes())));
}

void Writer::put_uvarint(uint32_t value) {
    for (; value >= 0x80; value >>= 7) bytes_.push_back(static_cast<std::byte>(value | 0x80));
    bytes_.push_back(static_cast<std::byte>(value));
}

void Writer::put_string(Form form, std::string_view text) {
    check_text(text);
    if (form == Form::Compact) {
        put_uvarint(static_cast<uint32_t>(text.size() + 1));
    } else {
        put_int16(static_cast<int16_t>(text.size()));
    }
    put_raw(as_bytes(text));
}

void Writer::put_nullable_string(Form form, const std::optional<std::string>& text) {
    if (text) {
        put_string(form, *text);
    } else if (form == Form::Compact) {
        put_uvarint(0);
    } else {
        put_int16(-1);
    }
}

void Writer::put_bytes(Form form, BytesView bytes) {
    put_count(form, bytes.size());
    put_raw(bytes);
}

void Writer::put_nullable_bytes(Form form, const std::optional<Bytes>& bytes) {
    if (bytes) {
        put_bytes(form, *bytes);
    } else {
        put_null_array(form);
    }
}

void Writer::put_records(Form form, const Records& records) {
    if (records.is_null()) return put_null_array(form);
    put_count(form, static_cast<size_t>(records.size()));
    put_raw(records.bytes());
    for (const log::Slice& slice : records.slices()) insertions_.push_back({bytes_.size(), slice});
}

void Writer::put_count(Form form, size_t count) {
    int32_t size = checked_size(static_cast<int64_t>(count));
    if (form == Form::Compact) {
        put_uvarint(static_cast<uint32_t>(size) + 1);
    } else {
        put_int32(size);
    }
}

void Writer::put_null_array(Form form) {
    if (form == Form::Compact) {
        put_uvarint(0);
    } else {
        put_int32(-1);
    }
}

void Writer::put_tags(Form form, const Tags& tags) {
    if (form == Form::Plain) return TARN_ASSERT(tags.tags_.empty());
    put_uvarint(static_cast<uint32_t>(tags.tags_.size()));
    for (const auto& [number, value] : tags.tags_) {
        TARN_ASSERT(value.insertions_.empty());
        put_uvarint(number);
        put_uvarint(static_cast<uint32_t>(value.bytes_.size()));
        put_raw(value.bytes_);
    }
}

void Writer::put_no_tags(Form form) {
    if (form == Form::Compact) put_uvarint(0);
}

Bytes Writer::finish() && {
    TARN_ASSERT(!is_frame_ && insertions_.empty());
    return std::move(bytes_);
}

Frame Writer::finish_frame() && {
    TARN_ASSERT(is_frame_);
    int64_t size = static_cast<int64_t>(bytes_.size() - FramePrefixSize);
    for (const Frame::Insertion& insertion : insertions_) size += insertion.slice.size;
    auto prefix = static_cast<uint32_t>(checked_size(size));
    for (size_t i = 0; i < FramePrefixSize; ++i)
        bytes_[i] = static_cast<std::byte>(prefix >> 8 * (FramePrefixSize - 1 - i));
    return Frame(std::move(bytes_), std::move(insertions_));
}

}  // namespace tarn::kafka
