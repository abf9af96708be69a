// Makes record batches: for writers inside the process, for the producer of the command line, and
// for compaction, which writes a batch anew without the records that it drops.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.hpp"
#include "log/record_batch.hpp"
#include "log/records.hpp"

namespace tarn::log {

// What a batch says besides its records.
struct BatchFields {
    Offset base_offset = 0;
    int32_t leader_epoch = -1;
    Codec codec = Codec::None;
    std::optional<int> level = std::nullopt;  // of the codec; its own default without
    TimestampType timestamp_type = TimestampType::CreateTime;
    ProducerId producer_id = NoProducer;
    int16_t producer_epoch = -1;
    int32_t base_sequence = -1;
    bool is_transactional = false;

    // For compaction: the range of offsets and the time that a batch keeps although the records
    // they came from are gone.
    std::optional<int32_t> last_offset_delta = std::nullopt;
    std::optional<Timestamp> base_timestamp = std::nullopt;
    bool has_delete_horizon = false;  // base_timestamp is one

    // Those of a batch that is to be written anew. Control batches are not: they are kept whole.
    static BatchFields of(const BatchHeader& header);
};

struct NewRecord {
    Timestamp timestamp = NoTimestamp;
    std::optional<BytesView> key = std::nullopt;
    std::optional<BytesView> value = std::nullopt;
    std::span<const RecordHeader> headers = {};
};

// Copies what it is given, so records may go when add() returns. For one batch.
class BatchBuilder {
public:
    explicit BatchBuilder(const BatchFields& fields);

    // At the offset after the last one. Throws TooLarge past the 2 GiB that a batch can have.
    void add(const NewRecord& record);
    // A record of another batch at the offset it has there, which is after the last one here.
    void keep(const RecordView& record);

    int32_t record_count() const { return count_; }
    // What the batch would take now if it were not compressed.
    int64_t size() const { return std::ssize(bytes_); }

    // The batch, with its checksum. Without a record it is a header alone, not compressed: what
    // compaction leaves of a producer's last batch.
    Bytes finish() &&;

private:
    struct Entry;
    void append(const Entry& entry);

    BatchFields fields_;
    Bytes bytes_;
    int32_t count_ = 0;
    int64_t next_delta_ = 0;
    Timestamp base_timestamp_;
    Timestamp max_timestamp_ = NoTimestamp;
};

}  // namespace tarn::log
