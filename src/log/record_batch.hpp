// Record batch v2, the unit that producers send, the log stores and consumers fetch. The log keeps
// a batch as it was received, save for the few header fields that the broker owns, so what is here
// works on bytes in place: a header of 61 bytes, then the records, perhaps compressed as one.
//
// Layout: https://kafka.apache.org/documentation/#recordbatch. All numbers are big-endian. The
// checksum covers everything from the attributes on; base_offset and leader_epoch stand before it
// and may be changed without touching it.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace tarn::log {

// Where a record stands in its partition: 0, 1, 2 and so on, never used twice.
using Offset = int64_t;
// Milliseconds since 1970, as producers write them.
using Timestamp = int64_t;
using ProducerId = int64_t;

constexpr int64_t BatchHeaderSize = 61;
// base_offset and length: what has to be read to know where the next batch starts.
constexpr int64_t BatchPrefixSize = 12;
constexpr ProducerId NoProducer = -1;
constexpr Timestamp NoTimestamp = -1;

enum class Codec : uint8_t { None = 0, Gzip = 1, Snappy = 2, Lz4 = 3, Zstd = 4 };

enum class TimestampType : uint8_t { CreateTime = 0, LogAppendTime = 1 };

// The attributes of a batch, each in its bits. The rest of them has no meaning yet.
struct BatchAttributes {
    static constexpr uint16_t CodecBits = 0x07;
    static constexpr uint16_t LogAppendTimeBit = 0x08;
    static constexpr uint16_t TransactionalBit = 0x10;
    static constexpr uint16_t ControlBit = 0x20;
    static constexpr uint16_t DeleteHorizonBit = 0x40;

    Codec codec = Codec::None;
    TimestampType timestamp_type = TimestampType::CreateTime;
    bool is_transactional = false;
    bool is_control = false;
    bool has_delete_horizon = false;

    uint16_t bits() const;
};

struct BatchHeader {
    Offset base_offset = 0;
    int32_t length = 0;  // of what follows this field
    int32_t leader_epoch = -1;
    int8_t magic = 2;
    uint32_t crc = 0;
    uint16_t attributes = 0;
    int32_t last_offset_delta = 0;
    Timestamp base_timestamp = NoTimestamp;  // the delete horizon, if has_delete_horizon()
    Timestamp max_timestamp = NoTimestamp;
    ProducerId producer_id = NoProducer;
    int16_t producer_epoch = -1;
    int32_t base_sequence = -1;
    int32_t record_count = 0;

    int64_t size() const { return BatchPrefixSize + length; }
    Offset last_offset() const { return base_offset + last_offset_delta; }
    Offset next_offset() const { return last_offset() + 1; }

    // 0 to 7; those past Codec::Zstd are unknown.
    int codec_bits() const { return attributes & BatchAttributes::CodecBits; }
    Codec codec() const { return static_cast<Codec>(codec_bits()); }
    TimestampType timestamp_type() const {
        return attributes & BatchAttributes::LogAppendTimeBit ? TimestampType::LogAppendTime
                                                              : TimestampType::CreateTime;
    }
    bool is_transactional() const { return attributes & BatchAttributes::TransactionalBit; }
    bool is_control() const { return attributes & BatchAttributes::ControlBit; }
    bool has_delete_horizon() const { return attributes & BatchAttributes::DeleteHorizonBit; }
    bool has_producer() const { return producer_id != NoProducer; }

    // The sequence of the last record; sequences go on with 0 after 2^31 - 1.
    int32_t last_sequence() const;

    // Reads the first 61 bytes of `bytes`; nothing when there are fewer. Takes the fields as they
    // are: whether they make sense is for is_plausible() and the checksum to say.
    static std::optional<BatchHeader> read(BytesView bytes);

    // Whether the lengths and counts could be true of any batch of magic 2.
    bool is_plausible() const;
};

// The checksum that a batch should carry. `batch` is one whole batch.
uint32_t crc_of(BytesView batch);

// What the broker writes over a batch that it stores. The first leaves the checksum as it is; the
// second changes fields that the checksum covers and computes it anew.
void set_base_offset(std::span<std::byte> batch, Offset base_offset, int32_t leader_epoch);
void set_max_timestamp(std::span<std::byte> batch, TimestampType type, Timestamp max_timestamp);

// Writes all fields of a header, with the checksum of what follows in `batch`.
void write_header(std::span<std::byte> batch, const BatchHeader& header);

// Sequences run in a circle: after 2^31 - 1 comes 0.
constexpr int64_t SequenceCircle = int64_t{1} << 31;

// `sequence` moved on by `by` in the circle.
int32_t advance_sequence(int32_t sequence, int64_t by);

}  // namespace tarn::log
