// The snapshot of ProducerStates.
//
// All numbers are little-endian: crc32c u32 of what follows, version u16, count u32, then the
// producers by id:
//   id i64, epoch i16, coordinator_epoch i32, last_timestamp i64, last_seen i64, last_offset i64,
//   transaction_start i64 or -1, next_sequence i32 or -1, sequences_in_row i64, kept u8,
//   each kept batch: first_sequence i32, base_offset i64, last_offset i64, max_timestamp i64
#include <algorithm>
#include <cstring>

#include "base/byte_reader.hpp"
#include "base/crc32c.hpp"
#include "base/error.hpp"
#include "log/producer_states.hpp"

namespace tarn::log {
namespace {

constexpr uint16_t SnapshotVersion = 1;
constexpr size_t SnapshotHeaderSize = 10;

template <typename T>
void put(Bytes& bytes, T value) {
    auto raw = std::as_bytes(std::span(&value, 1));
    bytes.insert(bytes.end(), raw.begin(), raw.end());
}

void require(bool holds, ProducerId id) {
    if (!holds) {
        throw Error(ErrorCode::Corrupt, "producer snapshot: producer {} makes no sense", id);
    }
}

}  // namespace

Bytes ProducerStates::snapshot() const {
    std::vector<ProducerId> ids;
    ids.reserve(producers_.size());
    for (const auto& entry : producers_) ids.push_back(entry.first);
    std::ranges::sort(ids);

    Bytes bytes;
    bytes.reserve(SnapshotHeaderSize + ids.size() * 220);
    put(bytes, uint32_t{0});  // the checksum, once all is written
    put(bytes, SnapshotVersion);
    put(bytes, static_cast<uint32_t>(ids.size()));
    for (ProducerId id : ids) {
        const Producer& producer = producers_.at(id);
        put(bytes, id);
        put(bytes, producer.epoch);
        put(bytes, producer.coordinator_epoch);
        put(bytes, producer.last_timestamp);
        put(bytes, producer.last_seen);
        put(bytes, producer.last_offset);
        put(bytes, producer.transaction_start.value_or(-1));
        put(bytes, producer.next_sequence.value_or(-1));
        put(bytes, producer.sequences_in_row);
        put(bytes, static_cast<uint8_t>(producer.kept_count));
        for (const KeptBatch& batch : producer.batches()) {
            put(bytes, batch.first_sequence);
            put(bytes, batch.base_offset);
            put(bytes, batch.last_offset);
            put(bytes, batch.max_timestamp);
        }
    }
    uint32_t checksum = crc32c(BytesView(bytes).subspan(sizeof(uint32_t)));
    std::memcpy(bytes.data(), &checksum, sizeof checksum);
    return bytes;
}

ProducerStates ProducerStates::from_snapshot(BytesView bytes, size_t producers_max) {
    ByteReader in(bytes, "producer snapshot");
    auto checksum = in.take_little_endian<uint32_t>();
    if (checksum != crc32c(bytes.subspan(in.position()))) {
        throw Error(ErrorCode::Corrupt, "producer snapshot: the checksum is wrong");
    }
    auto version = in.take_little_endian<uint16_t>();
    if (version != SnapshotVersion) {
        throw Error(ErrorCode::Corrupt, "producer snapshot: version {} is not known", version);
    }

    ProducerStates states(producers_max);
    auto count = in.take_little_endian<uint32_t>();
    ProducerId previous = -1;
    for (uint32_t i = 0; i < count; ++i) {
        auto id = in.take_little_endian<int64_t>();
        require(id > previous, id);
        previous = id;

        Producer producer;
        producer.epoch = in.take_little_endian<int16_t>();
        producer.coordinator_epoch = in.take_little_endian<int32_t>();
        producer.last_timestamp = in.take_little_endian<int64_t>();
        producer.last_seen = in.take_little_endian<int64_t>();
        producer.last_offset = in.take_little_endian<int64_t>();
        auto transaction_start = in.take_little_endian<int64_t>();
        auto next_sequence = in.take_little_endian<int32_t>();
        producer.sequences_in_row = in.take_little_endian<int64_t>();
        producer.kept_count = in.take_byte();
        require(transaction_start >= -1 && next_sequence >= -1, id);
        require(producer.sequences_in_row >= 0 && producer.sequences_in_row <= SequenceCircle / 2 &&
                    producer.kept_count <= BatchesKept &&
                    (next_sequence >= 0 || producer.kept_count == 0),
                id);
        for (KeptBatch& batch : std::span(producer.kept).first(producer.kept_count)) {
            batch.first_sequence = in.take_little_endian<int32_t>();
            batch.base_offset = in.take_little_endian<int64_t>();
            batch.last_offset = in.take_little_endian<int64_t>();
            batch.max_timestamp = in.take_little_endian<int64_t>();
            require(batch.first_sequence >= 0 && batch.base_offset >= 0 &&
                        batch.last_offset >= batch.base_offset &&
                        batch.last_offset - batch.base_offset < SequenceCircle,
                    id);
        }
        if (next_sequence >= 0) producer.next_sequence = next_sequence;
        auto& kept = states.producers_.emplace(id, producer).first->second;
        if (transaction_start >= 0) states.open_transaction(id, kept, transaction_start);
    }
    if (!in.is_at_end()) {
        throw Error(ErrorCode::Corrupt, "producer snapshot: {} bytes behind its end",
                    in.remaining());
    }
    return states;
}

}  // namespace tarn::log
