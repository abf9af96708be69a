#include "log/record_batch.hpp"

#include <bit>
#include <cstring>
#include <limits>

#include "base/assert.hpp"
#include "base/crc32c.hpp"

namespace tarn::log {
namespace {

// Where each field stands.
constexpr size_t AtBaseOffset = 0;
constexpr size_t AtLength = 8;
constexpr size_t AtLeaderEpoch = 12;
constexpr size_t AtMagic = 16;
constexpr size_t AtCrc = 17;
constexpr size_t AtAttributes = 21;  // the checksum covers what stands from here on
constexpr size_t AtLastOffsetDelta = 23;
constexpr size_t AtBaseTimestamp = 27;
constexpr size_t AtMaxTimestamp = 35;
constexpr size_t AtProducerId = 43;
constexpr size_t AtProducerEpoch = 51;
constexpr size_t AtBaseSequence = 53;
constexpr size_t AtRecordCount = 57;

template <typename T>
T swapped(T value) {
    if constexpr (sizeof(T) == 2) return static_cast<T>(__builtin_bswap16(value));
    if constexpr (sizeof(T) == 4) return static_cast<T>(__builtin_bswap32(value));
    if constexpr (sizeof(T) == 8) return static_cast<T>(__builtin_bswap64(value));
}

template <typename T>
T get(BytesView bytes, size_t at) {
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof(T));
    return sizeof(T) == 1 ? value : swapped(value);
}

template <typename T>
void put(std::span<std::byte> bytes, size_t at, T value) {
    if constexpr (sizeof(T) > 1) value = swapped(value);
    std::memcpy(bytes.data() + at, &value, sizeof(T));
}

}  // namespace

uint16_t BatchAttributes::bits() const {
    auto bits = static_cast<uint16_t>(codec);
    if (timestamp_type == TimestampType::LogAppendTime) bits |= LogAppendTimeBit;
    if (is_transactional) bits |= TransactionalBit;
    if (is_control) bits |= ControlBit;
    if (has_delete_horizon) bits |= DeleteHorizonBit;
    return bits;
}

int32_t BatchHeader::last_sequence() const {
    return base_sequence < 0 ? base_sequence : advance_sequence(base_sequence, last_offset_delta);
}

std::optional<BatchHeader> BatchHeader::read(BytesView bytes) {
    if (bytes.size() < BatchHeaderSize) return std::nullopt;
    return BatchHeader{
        .base_offset = get<int64_t>(bytes, AtBaseOffset),
        .length = get<int32_t>(bytes, AtLength),
        .leader_epoch = get<int32_t>(bytes, AtLeaderEpoch),
        .magic = static_cast<int8_t>(bytes[AtMagic]),
        .crc = get<uint32_t>(bytes, AtCrc),
        .attributes = get<uint16_t>(bytes, AtAttributes),
        .last_offset_delta = get<int32_t>(bytes, AtLastOffsetDelta),
        .base_timestamp = get<int64_t>(bytes, AtBaseTimestamp),
        .max_timestamp = get<int64_t>(bytes, AtMaxTimestamp),
        .producer_id = get<int64_t>(bytes, AtProducerId),
        .producer_epoch = get<int16_t>(bytes, AtProducerEpoch),
        .base_sequence = get<int32_t>(bytes, AtBaseSequence),
        .record_count = get<int32_t>(bytes, AtRecordCount),
    };
}

bool BatchHeader::is_plausible() const {
    constexpr Offset OffsetMax = std::numeric_limits<Offset>::max();
    return magic == 2 && length >= BatchHeaderSize - BatchPrefixSize && base_offset >= 0 &&
           last_offset_delta >= 0 && base_offset < OffsetMax - last_offset_delta &&
           record_count >= 0 && record_count <= int64_t{last_offset_delta} + 1;
}

uint32_t crc_of(BytesView batch) {
    TARN_ASSERT(batch.size() >= BatchHeaderSize);
    return crc32c(batch.subspan(AtAttributes));
}

void set_base_offset(std::span<std::byte> batch, Offset base_offset, int32_t leader_epoch) {
    put(batch, AtBaseOffset, base_offset);
    put(batch, AtLeaderEpoch, leader_epoch);
}

void set_max_timestamp(std::span<std::byte> batch, TimestampType type, Timestamp max_timestamp) {
    auto attributes = get<uint16_t>(batch, AtAttributes);
    attributes &= static_cast<uint16_t>(~BatchAttributes::LogAppendTimeBit);
    if (type == TimestampType::LogAppendTime) attributes |= BatchAttributes::LogAppendTimeBit;
    put(batch, AtAttributes, attributes);
    put(batch, AtMaxTimestamp, max_timestamp);
    put(batch, AtCrc, crc_of(batch));
}

void write_header(std::span<std::byte> batch, const BatchHeader& header) {
    put(batch, AtBaseOffset, header.base_offset);
    put(batch, AtLength, header.length);
    put(batch, AtLeaderEpoch, header.leader_epoch);
    put(batch, AtMagic, header.magic);
    put(batch, AtAttributes, header.attributes);
    put(batch, AtLastOffsetDelta, header.last_offset_delta);
    put(batch, AtBaseTimestamp, header.base_timestamp);
    put(batch, AtMaxTimestamp, header.max_timestamp);
    put(batch, AtProducerId, header.producer_id);
    put(batch, AtProducerEpoch, header.producer_epoch);
    put(batch, AtBaseSequence, header.base_sequence);
    put(batch, AtRecordCount, header.record_count);
    put(batch, AtCrc, crc_of(batch));
}

int32_t advance_sequence(int32_t sequence, int64_t by) {
    return static_cast<int32_t>((int64_t{sequence} + by) & (SequenceCircle - 1));
}

}  // namespace tarn::log
