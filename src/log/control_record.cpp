#include "log/control_record.hpp"

#include <array>

#include "base/byte_reader.hpp"
#include "base/error.hpp"

namespace tarn::log {
namespace {

constexpr int16_t AbortType = 0;
constexpr int16_t CommitType = 1;

// The one record, all of whose lengths are known: varints are written as twice the number.
//   length 16 | attributes, timestamp and offset delta 0 | key of 4: version, type |
//   value of 6: version, coordinator epoch | no headers
constexpr std::array<uint8_t, 17> Record = {32, 0, 0, 0, 8, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0};
constexpr size_t AtType = 8;  // its low byte
constexpr size_t AtCoordinatorEpoch = 12;

template <typename T>
T take_big_endian(ByteReader& in) {
    uint64_t value = 0;
    for (size_t i = 0; i < sizeof(T); ++i) value = value << 8 | in.take_byte();
    return static_cast<T>(value);
}

void require(bool holds, const char* claim) {
    if (!holds) throw Error(ErrorCode::Corrupt, "control record: {}", claim);
}

BytesView take_field(ByteReader& in) {
    int64_t size = in.take_zigzag();
    require(size >= 0, "key or value is missing");
    return in.take(static_cast<uint64_t>(size));
}

}  // namespace

Bytes marker_batch(const MarkerPlace& place, EndMarker marker) {
    Bytes batch(BatchHeaderSize + Record.size());
    auto record = std::span(batch).subspan(BatchHeaderSize);
    std::memcpy(record.data(), Record.data(), Record.size());
    record[AtType] = static_cast<std::byte>(marker.commits ? CommitType : AbortType);
    auto epoch = static_cast<uint32_t>(marker.coordinator_epoch);
    for (size_t i = 0; i < 4; ++i) {
        record[AtCoordinatorEpoch + i] = static_cast<std::byte>(epoch >> (24 - 8 * i));
    }

    BatchAttributes attributes{.is_transactional = true, .is_control = true};
    write_header(batch, {.base_offset = place.base_offset,
                         .length = static_cast<int32_t>(batch.size()) -
                                   static_cast<int32_t>(BatchPrefixSize),
                         .leader_epoch = place.leader_epoch,
                         .attributes = attributes.bits(),
                         .base_timestamp = place.timestamp,
                         .max_timestamp = place.timestamp,
                         .producer_id = place.producer_id,
                         .producer_epoch = place.producer_epoch,
                         .record_count = 1});
    return batch;
}

std::optional<EndMarker> read_marker(BytesView batch) {
    auto header = BatchHeader::read(batch);
    require(header && header->is_control(), "the batch is no control batch");
    require(header->codec_bits() == 0, "compressed, which none is");
    ByteReader in(batch.subspan(BatchHeaderSize), "control record");
    require(in.take_zigzag() == static_cast<int64_t>(in.remaining()), "its length is wrong");
    in.take_byte();    // attributes
    in.take_zigzag();  // timestamp delta
    in.take_zigzag();  // offset delta

    // Later versions only add at the end of key and value, so they read as the first.
    ByteReader key(take_field(in), "control record key");
    require(take_big_endian<int16_t>(key) >= 0, "the version of its key is negative");
    auto type = take_big_endian<int16_t>(key);
    ByteReader value(take_field(in), "control record value");
    if (type != AbortType && type != CommitType) return std::nullopt;
    require(take_big_endian<int16_t>(value) >= 0, "the version of its value is negative");
    return EndMarker{.commits = type == CommitType,
                     .coordinator_epoch = take_big_endian<int32_t>(value)};
}

}  // namespace tarn::log
