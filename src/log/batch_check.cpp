#include "log/batch_check.hpp"

#include <fmt/format.h>

#include <chrono>

#include "base/error.hpp"
#include "log/compression.hpp"
#include "log/records.hpp"

namespace tarn::log {
namespace {

using std::chrono::milliseconds;

constexpr size_t AtMagic = 16;  // in every format that Kafka has had
constexpr int CodecLast = static_cast<int>(Codec::Zstd);
// Room for unpacking that a thread keeps between batches.
constexpr size_t KeptRoomMax = 4 << 20;

using Refused = std::optional<RefusedBatch>;

Refused refused(Refusal refusal, std::string reason) {
    return RefusedBatch{.refusal = refusal, .reason = std::move(reason), .bad_records = {}};
}

Refused invalid(std::string reason) {
    return refused(Refusal::InvalidRecord, std::move(reason));
}

// Whether the bytes are one whole batch of magic 2, as it was sent.
Refused check_frame(BytesView bytes, const PartitionSettings& settings) {
    if (std::ssize(bytes) > settings.batch_bytes_max) {
        return refused(Refusal::BatchTooLarge, fmt::format("{} bytes, but max.message.bytes is {}",
                                                           bytes.size(), settings.batch_bytes_max));
    }
    if (bytes.size() > AtMagic) {
        int magic = std::to_integer<int8_t>(bytes[AtMagic]);
        if (magic == 0 || magic == 1) {
            return refused(Refusal::UnsupportedFormat,
                           fmt::format("message format {}; send format 2, which every client "
                                       "since Kafka 0.11 can",
                                       magic));
        }
        if (magic != 2) {
            return refused(Refusal::CorruptMessage, fmt::format("message format {}", magic));
        }
    }
    auto header = BatchHeader::read(bytes);
    if (!header) {
        return refused(Refusal::CorruptMessage,
                       fmt::format("{} bytes are less than a header", bytes.size()));
    }
    if (header->length < BatchHeaderSize - BatchPrefixSize || header->size() > std::ssize(bytes)) {
        return refused(Refusal::CorruptMessage,
                       fmt::format("a batch of {} bytes in {}", header->size(), bytes.size()));
    }
    if (header->size() < std::ssize(bytes)) {
        return invalid(fmt::format("{} bytes behind the batch; send one batch per partition",
                                   std::ssize(bytes) - header->size()));
    }
    if (header->crc != crc_of(bytes)) {
        return refused(Refusal::CorruptMessage, "the checksum is wrong");
    }
    return std::nullopt;
}

// What the header must say if a producer wrote it.
Refused check_header(const BatchHeader& header, const PartitionSettings& settings) {
    if (header.base_offset != 0) {
        return invalid(fmt::format("base offset {} instead of 0", header.base_offset));
    }
    if (header.record_count <= 0) return invalid(fmt::format("{} records", header.record_count));
    if (header.last_offset_delta != header.record_count - 1) {
        return invalid(fmt::format("last offset delta {} for {} records", header.last_offset_delta,
                                   header.record_count));
    }
    if (header.is_control()) return invalid("control batches are written by the broker alone");
    if (header.has_delete_horizon()) return invalid("a delete horizon is set by the broker alone");
    if (header.codec_bits() > CodecLast) {
        return refused(Refusal::UnsupportedCompression,
                       fmt::format("codec {}", header.codec_bits()));
    }
    if (header.producer_id < NoProducer) {
        return invalid(fmt::format("producer id {}", header.producer_id));
    }
    if (header.has_producer() && (header.base_sequence < 0 || header.producer_epoch < 0)) {
        return invalid(fmt::format("sequence {} and epoch {} of producer {}", header.base_sequence,
                                   header.producer_epoch, header.producer_id));
    }
    if (header.is_transactional() && !header.has_producer()) {
        return invalid("a transactional batch without a producer id");
    }
    if (header.timestamp_type() == TimestampType::LogAppendTime &&
        settings.timestamp_type == TimestampType::CreateTime) {
        return refused(Refusal::InvalidTimestamp, "the log append time is set by the broker alone");
    }
    return std::nullopt;
}

// How far the times of records may lie from the broker's.
class TimeRange {
public:
    TimeRange(const PartitionSettings& settings, Timestamp now)
        : is_open_(settings.timestamp_type == TimestampType::LogAppendTime),
          before_(settings.timestamp_before_max),
          after_(settings.timestamp_after_max),
          now_(now) {}

    bool holds(Timestamp time) const {
        if (is_open_ || time == NoTimestamp) return true;
        bool is_too_old = before_ != milliseconds::max() && time < now_ - before_.count();
        bool is_too_new = time > now_ && time - now_ > after_.count();
        return !is_too_old && !is_too_new;
    }

    RefusedBatch refusal(Timestamp time) const {
        auto which =
            time < now_ ? "message.timestamp.before.max.ms" : "message.timestamp.after.max.ms";
        return {.refusal = Refusal::InvalidTimestamp,
                .reason = fmt::format("time {} is further from the broker's {} than {} allows",
                                      time, now_, which),
                .bad_records = {}};
    }

private:
    bool is_open_;
    milliseconds before_;
    milliseconds after_;
    Timestamp now_;
};

template <typename IsBad>
std::vector<int32_t> bad_records(BytesView batch, IsBad is_bad) {
    std::vector<int32_t> bad;
    RecordReader reader = RecordReader::open(batch);
    while (auto record = reader.next()) {
        if (bad.size() == RefusedBatch::BadRecordsMax) break;
        if (is_bad(*record)) bad.push_back(static_cast<int32_t>(record->offset));
    }
    return bad;
}

bool looks_at_records(const BatchHeader& header, const PartitionSettings& settings,
                      CheckDepth depth) {
    return header.codec() == Codec::None || depth == CheckDepth::Strict || settings.compacts ||
           header.max_timestamp == NoTimestamp || header.max_timestamp < header.base_timestamp;
}

// The records of a batch, unpacked into memory that the thread keeps.
std::variant<BytesView, RefusedBatch> unpacked(const BatchHeader& header, BytesView records) {
    if (header.codec() == Codec::None) return records;
    thread_local Block block;
    if (block.capacity() > KeptRoomMax) block = Block();
    try {
        decompress(header.codec(), records, decompressed_bytes_max(records.size()), block);
    } catch (const Error& error) {
        auto refusal =
            error.code() == ErrorCode::TooLarge ? Refusal::BatchTooLarge : Refusal::InvalidRecord;
        return RefusedBatch{.refusal = refusal, .reason = error.what(), .bad_records = {}};
    }
    return block.view();
}

std::variant<CheckedBatch, RefusedBatch> check_records(BytesView bytes, const BatchHeader& header,
                                                       const PartitionSettings& settings,
                                                       const TimeRange& range) {
    auto records = unpacked(header, bytes.subspan(BatchHeaderSize));
    if (auto* refusal = std::get_if<RefusedBatch>(&records)) return std::move(*refusal);
    auto walked = summarize(header, std::get<BytesView>(records));
    if (auto* malformed = std::get_if<MalformedRecord>(&walked)) {
        return RefusedBatch{.refusal = Refusal::InvalidRecord,
                            .reason = fmt::format("record {} at byte {}: {}", malformed->index,
                                                  malformed->position, malformed->what),
                            .bad_records = {malformed->index}};
    }
    const auto& summary = std::get<RecordsSummary>(walked);
    if (!summary.is_dense) return *invalid("offset deltas other than 0, 1, 2 and so on");
    if (settings.compacts && summary.null_keys > 0) {
        RefusedBatch refusal = *invalid("a record without a key in a compacted topic");
        refusal.bad_records = bad_records(bytes, [](const RecordView& each) { return !each.key; });
        return refusal;
    }
    // A record without a time may stand for the smallest, and hide one that is too old.
    bool may_be_outside = !range.holds(summary.max_timestamp) ||
                          !range.holds(summary.min_timestamp) ||
                          summary.min_timestamp == NoTimestamp;
    if (may_be_outside) {
        Timestamp first_outside = NoTimestamp;
        auto bad = bad_records(bytes, [&](const RecordView& each) {
            if (range.holds(each.timestamp)) return false;
            if (first_outside == NoTimestamp) first_outside = each.timestamp;
            return true;
        });
        if (!bad.empty()) {
            RefusedBatch refusal = range.refusal(first_outside);
            refusal.bad_records = std::move(bad);
            return refusal;
        }
    }
    return CheckedBatch{.header = header,
                        .max_timestamp = summary.max_timestamp,
                        .max_timestamp_delta = summary.max_timestamp_delta};
}

}  // namespace

std::variant<CheckedBatch, RefusedBatch> check_batch(BytesView bytes,
                                                     const PartitionSettings& settings,
                                                     Timestamp now, CheckDepth depth) {
    if (auto refusal = check_frame(bytes, settings)) return std::move(*refusal);
    BatchHeader header = *BatchHeader::read(bytes);
    if (auto refusal = check_header(header, settings)) return std::move(*refusal);

    TimeRange range(settings, now);
    if (looks_at_records(header, settings, depth)) {
        return check_records(bytes, header, settings, range);
    }
    for (Timestamp time : {header.max_timestamp, header.base_timestamp}) {
        if (!range.holds(time)) return range.refusal(time);
    }
    return CheckedBatch{.header = header,
                        .max_timestamp = header.max_timestamp,
                        .max_timestamp_delta = std::nullopt};
}

void correct_max_timestamp(std::span<std::byte> batch, const CheckedBatch& checked) {
    if (checked.header.max_timestamp == checked.max_timestamp) return;
    set_max_timestamp(batch, TimestampType::CreateTime, checked.max_timestamp);
}

}  // namespace tarn::log
