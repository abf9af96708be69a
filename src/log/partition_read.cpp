// Partition: reading by offset and by time.
#include <algorithm>
#include <limits>

#include "base/assert.hpp"
#include "log/partition.hpp"
#include "log/records.hpp"

namespace tarn::log {

namespace {

// Adding it to a position does not overflow.
constexpr int64_t BytesMax = int64_t{1} << 62;

// Where the batch at a border of `segment` begins, by offset.
Offset offset_at(const Segment& segment, int64_t position) {
    if (position == segment.size()) return segment.next_offset();
    return segment.walk(position, segment.size()).next()->header.base_offset;
}

// The first record of the batch that is neither older than `time` nor before `from`. Compaction may
// have taken away the one that gave the batch its time.
std::optional<TimedOffset> first_record(BytesView batch, Timestamp time, Offset from) {
    RecordReader records = RecordReader::open(batch);
    while (auto record = records.next()) {
        if (record->offset < from || record->timestamp < time) continue;
        return TimedOffset{.offset = record->offset,
                           .timestamp = record->timestamp,
                           .leader_epoch = records.header().leader_epoch};
    }
    return std::nullopt;
}

Timestamp max_timestamp_from(BytesView batch, Offset from) {
    RecordReader records = RecordReader::open(batch);
    Timestamp largest = NoTimestamp;
    while (auto record = records.next()) {
        if (record->offset >= from) largest = std::max(largest, record->timestamp);
    }
    return largest;
}

// The part of a segment that a question is about, as positions of whole batches.
struct Part {
    int64_t from;
    int64_t to;
};

Part part_of(const Segment& segment, Offset from, Offset end) {
    int64_t to = segment.position_from(end);
    return {std::min(segment.position_of(from), to), to};
}

std::optional<TimedOffset> find_in(const Segment& segment, Part part, Timestamp time, Offset from) {
    int64_t position = part.from;
    while (auto batch = segment.batch_by_time(time, position, part.to)) {
        if (auto found = first_record(segment.read(*batch), time, from)) return found;
        position = batch->end();
    }
    return std::nullopt;
}

Timestamp max_timestamp_in(const Segment& segment, Part part, Offset from) {
    Timestamp largest = NoTimestamp;
    // The start may lie inside a batch, whose first records then no longer count.
    if (part.from < part.to) {
        auto first = segment.walk(part.from, part.to).next();
        if (first->header.base_offset < from) {
            largest = max_timestamp_from(segment.read(*first), from);
            part.from = first->end();
        }
    }
    return std::max(largest, segment.max_timestamp(part.from, part.to));
}

}  // namespace

Offset Partition::readable_end(Isolation isolation) const {
    return isolation == Isolation::Committed ? last_stable_offset() : high_watermark();
}

Batches Partition::read(Offset from, const ReadLimits& limits) const {
    TARN_ASSERT(from >= start_ && from <= end_offset());
    Batches batches;
    Offset end = readable_end(limits.isolation);
    Offset read_end = from;
    int64_t left = std::clamp<int64_t>(limits.bytes_max, 0, BytesMax);
    for (size_t i = segments_.index_of(from); i < segments_.size() && read_end < end; ++i) {
        const Segment& segment = segments_.at(i);
        Part part = part_of(segment, from, end);
        if (part.from == part.to) continue;
        int64_t to = segment.border_at_or_before(std::min(part.to, part.from + left), part.from);
        if (to == part.from && batches.slices.empty() && limits.at_least_one_batch) {
            to = segment.walk(part.from, part.to).next()->end();
        }
        if (to == part.from) break;
        batches.slices.push_back(segment.slice(part.from, to));
        batches.size += to - part.from;
        left = std::max<int64_t>(left - (to - part.from), 0);
        read_end = std::min(end, offset_at(segment, to));
        if (to < part.to) break;
    }
    if (limits.isolation == Isolation::Committed && !batches.slices.empty()) {
        batches.aborted = aborted_between(from, read_end);
    }
    return batches;
}

// A transaction's marker may stand segments behind its batches, so all later ones are asked too.
std::vector<AbortedTransaction> Partition::aborted_between(Offset from, Offset end) const {
    std::vector<AbortedRange> ranges;
    for (size_t i = segments_.index_of(from); i < segments_.size(); ++i) {
        segments_.at(i).add_aborted(from, end, ranges);
    }
    std::sort(ranges.begin(), ranges.end(), [](const AbortedRange& a, const AbortedRange& b) {
        return a.first_offset < b.first_offset;
    });
    std::vector<AbortedTransaction> aborted;
    for (const AbortedRange& range : ranges) {
        aborted.push_back({.producer_id = range.producer_id, .first_offset = range.first_offset});
    }
    return aborted;
}

int64_t Partition::bytes_after(Offset from, Isolation isolation, int64_t enough) const {
    TARN_ASSERT(from >= start_ && from <= end_offset());
    Offset end = readable_end(isolation);
    if (from >= end) return 0;
    int64_t bytes = 0;
    for (size_t i = segments_.index_of(from); i < segments_.size() && bytes < enough; ++i) {
        Part part = part_of(segments_.at(i), from, end);
        bytes += part.to - part.from;
    }
    return bytes;
}

std::optional<TimedOffset> Partition::find_time(Timestamp time, Isolation isolation) const {
    Offset end = readable_end(isolation);
    // The end can lie inside a batch only where it is the start: of a transaction still open.
    if (start_ >= end) return std::nullopt;
    for (size_t i = segments_.index_of(start_); i < segments_.size(); ++i) {
        const Segment& segment = segments_.at(i);
        if (segment.base_offset() >= end) break;
        if (segment.size() == 0 || segment.summary().max_timestamp < time) continue;
        if (auto found = find_in(segment, part_of(segment, start_, end), time, start_)) {
            return found;
        }
    }
    return std::nullopt;
}

std::optional<TimedOffset> Partition::latest_time() const {
    Offset end = high_watermark();
    Timestamp largest = NoTimestamp;
    size_t holder = 0;
    size_t first = segments_.index_of(start_);
    for (size_t i = first; i < segments_.size(); ++i) {
        const Segment& segment = segments_.at(i);
        if (segment.size() == 0) continue;
        Timestamp its = max_timestamp_in(segment, part_of(segment, start_, end), start_);
        if (its > largest) {
            largest = its;
            holder = i;
        }
    }
    if (largest == NoTimestamp) return std::nullopt;
    const Segment& segment = segments_.at(holder);
    return find_in(segment, part_of(segment, start_, end), largest, start_);
}

}  // namespace tarn::log
