#include "log/batch_builder.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "base/assert.hpp"
#include "base/error.hpp"

namespace tarn::log {
namespace {

constexpr int64_t BatchSizeMax = std::numeric_limits<int32_t>::max();

uint64_t zigzag(int64_t value) {
    return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}

size_t varint_size(int64_t value) {
    return static_cast<size_t>(std::bit_width(zigzag(value) | 1) + 6) / 7;
}

size_t field_size(std::optional<BytesView> field) {
    return field ? varint_size(std::ssize(*field)) + field->size() : varint_size(-1);
}

// Writes into room that has been measured before.
class Pen {
public:
    explicit Pen(std::byte* at) : at_(at) {}

    void put_byte(uint8_t value) { *at_++ = std::byte{value}; }
    void put_varint(int64_t value) {
        uint64_t left = zigzag(value);
        for (; left >= 0x80; left >>= 7) put_byte(static_cast<uint8_t>(left | 0x80));
        put_byte(static_cast<uint8_t>(left));
    }
    void put_bytes(BytesView bytes) {
        if (!bytes.empty()) std::memcpy(at_, bytes.data(), bytes.size());
        at_ += bytes.size();
    }
    void put_field(std::optional<BytesView> field) {
        put_varint(field ? std::ssize(*field) : -1);
        if (field) put_bytes(*field);
    }
    std::byte* at() const { return at_; }

private:
    std::byte* at_;
};

size_t headers_size(std::span<const RecordHeader> headers) {
    size_t size = 0;
    for (const RecordHeader& header : headers) {
        size += field_size(as_bytes(header.key)) + field_size(header.value);
    }
    return size;
}

}  // namespace

// A record on its way in: its headers are either to be encoded or encoded already.
struct BatchBuilder::Entry {
    int64_t offset_delta;
    Timestamp timestamp;
    std::optional<BytesView> key;
    std::optional<BytesView> value;
    int64_t header_count;
    std::span<const RecordHeader> headers;
    BytesView encoded_headers;
};

BatchFields BatchFields::of(const BatchHeader& header) {
    return {.base_offset = header.base_offset,
            .leader_epoch = header.leader_epoch,
            .codec = header.codec(),
            .level = std::nullopt,
            .timestamp_type = header.timestamp_type(),
            .producer_id = header.producer_id,
            .producer_epoch = header.producer_epoch,
            .base_sequence = header.base_sequence,
            .is_transactional = header.is_transactional(),
            .last_offset_delta = header.last_offset_delta,
            .base_timestamp = header.base_timestamp,
            .has_delete_horizon = header.has_delete_horizon()};
}

BatchBuilder::BatchBuilder(const BatchFields& fields)
    : fields_(fields),
      bytes_(BatchHeaderSize),
      base_timestamp_(fields.base_timestamp.value_or(NoTimestamp)) {}

void BatchBuilder::add(const NewRecord& record) {
    append({.offset_delta = next_delta_,
            .timestamp = record.timestamp,
            .key = record.key,
            .value = record.value,
            .header_count = std::ssize(record.headers),
            .headers = record.headers,
            .encoded_headers = {}});
}

void BatchBuilder::keep(const RecordView& record) {
    append({.offset_delta = record.offset - fields_.base_offset,
            .timestamp = record.timestamp,
            .key = record.key,
            .value = record.value,
            .header_count = record.headers.size(),
            .headers = {},
            .encoded_headers = record.headers.bytes()});
}

void BatchBuilder::append(const Entry& entry) {
    TARN_ASSERT(entry.offset_delta >= next_delta_);
    TARN_ASSERT(entry.offset_delta <=
                fields_.last_offset_delta.value_or(std::numeric_limits<int32_t>::max()));
    if (count_ == 0 && !fields_.base_timestamp) base_timestamp_ = entry.timestamp;
    // Times may lie further apart than 64 bits count. The reader adds as this subtracts: in a
    // circle, and so comes out right.
    auto timestamp_delta = static_cast<int64_t>(static_cast<uint64_t>(entry.timestamp) -
                                                static_cast<uint64_t>(base_timestamp_));

    constexpr size_t AttributesSize = 1;
    size_t length = AttributesSize + varint_size(timestamp_delta) +
                    varint_size(entry.offset_delta) + field_size(entry.key) +
                    field_size(entry.value) + varint_size(entry.header_count) +
                    headers_size(entry.headers) + entry.encoded_headers.size();
    auto encoded_length = static_cast<int64_t>(length);
    size_t start = bytes_.size();
    size_t end = start + varint_size(encoded_length) + length;
    if (end > BatchSizeMax) {
        throw Error(ErrorCode::TooLarge, "a batch of more than {} bytes", BatchSizeMax);
    }
    bytes_.resize(end);

    Pen pen(bytes_.data() + start);
    pen.put_varint(encoded_length);
    pen.put_byte(0);  // attributes
    pen.put_varint(timestamp_delta);
    pen.put_varint(entry.offset_delta);
    pen.put_field(entry.key);
    pen.put_field(entry.value);
    pen.put_varint(entry.header_count);
    for (const RecordHeader& header : entry.headers) {
        pen.put_field(as_bytes(header.key));
        pen.put_field(header.value);
    }
    pen.put_bytes(entry.encoded_headers);
    TARN_ASSERT(pen.at() == bytes_.data() + end);

    max_timestamp_ = count_ == 0 ? entry.timestamp : std::max(max_timestamp_, entry.timestamp);
    next_delta_ = entry.offset_delta + 1;
    ++count_;
}

Bytes BatchBuilder::finish() && {
    Codec codec = count_ == 0 ? Codec::None : fields_.codec;
    Bytes batch = std::move(bytes_);
    if (codec != Codec::None) {
        BytesView records = BytesView(batch).subspan(BatchHeaderSize);
        Bytes compressed(BatchHeaderSize);
        compress(codec, records, compressed, fields_.level);
        if (std::ssize(compressed) > BatchSizeMax) {
            throw Error(ErrorCode::TooLarge, "a batch of more than {} bytes", BatchSizeMax);
        }
        batch = std::move(compressed);
    }
    auto last_delta = static_cast<int32_t>(std::max<int64_t>(next_delta_ - 1, 0));
    BatchAttributes attributes{.codec = codec,
                               .timestamp_type = fields_.timestamp_type,
                               .is_transactional = fields_.is_transactional,
                               .has_delete_horizon = fields_.has_delete_horizon};
    write_header(batch, {.base_offset = fields_.base_offset,
                         .length = static_cast<int32_t>(std::ssize(batch) - BatchPrefixSize),
                         .leader_epoch = fields_.leader_epoch,
                         .attributes = attributes.bits(),
                         .last_offset_delta = fields_.last_offset_delta.value_or(last_delta),
                         .base_timestamp = base_timestamp_,
                         .max_timestamp = max_timestamp_,
                         .producer_id = fields_.producer_id,
                         .producer_epoch = fields_.producer_epoch,
                         .base_sequence = fields_.base_sequence,
                         .record_count = count_});
    return batch;
}

}  // namespace tarn::log
