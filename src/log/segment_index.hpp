// Where in a segment to start looking: one entry for every few kilobytes of batches, by offset,
// position and time at once, and the transactions that were aborted by a marker in the segment. The
// segment that grows holds its index in memory; once it is sealed the index lies in a file, of
// which only single pages are read. An index is a cache of what the batches say: a file that is
// missing, short or garbled is built anew from them.
//
//   20 bytes  "tarn index 1", entry_count u32, aborted_count u32
//   16 each   entries: relative_offset u32, position u32, max_timestamp_before i64
//   24 each   aborted: producer_id i64, first_offset i64, last_offset i64, in the order of markers
//   48 bytes  log_size, next_offset, first_timestamp, max_timestamp, first_aborted: i64 each;
//             CRC-32C of all before these 48 bytes, CRC-32C of these 44
//
// All numbers are little-endian. The summary at the end has a checksum of its own so that it can be
// trusted without reading the rest.
#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "log/record_batch.hpp"
#include "storage/file_system.hpp"

namespace tarn::log {

constexpr Offset OffsetMax = std::numeric_limits<Offset>::max();

struct AbortedRange {
    ProducerId producer_id = NoProducer;
    Offset first_offset;
    Offset last_offset;  // of the marker

    bool operator==(const AbortedRange&) const = default;
};

struct IndexEntry {
    uint32_t relative_offset = 0;  // of the batch at `position`, from the segment's base offset
    uint32_t position = 0;
    Timestamp max_timestamp_before = NoTimestamp;  // of all batches before this one
};

struct IndexSummary {
    int64_t log_size = 0;
    Offset next_offset = 0;
    Timestamp first_timestamp = NoTimestamp;  // the largest of the first batch
    Timestamp max_timestamp = NoTimestamp;
    Offset first_aborted = OffsetMax;  // the lowest first_offset of the aborted transactions
};

// Each answers the last entry that fits, or the beginning of the segment.
class IndexLookup {
public:
    virtual ~IndexLookup() = default;

    IndexEntry at_or_before_offset(int64_t relative_offset) const;
    IndexEntry at_or_before_position(int64_t position) const;
    // All batches before it have only times before `time`.
    IndexEntry before_time(Timestamp time) const;

    // Adds the aborted transactions with a batch before `end` and the marker at `from` or later.
    virtual void add_aborted(Offset from, Offset end, std::vector<AbortedRange>& out) const = 0;

private:
    template <typename Fits>
    IndexEntry last_that(Fits fits) const;

    virtual size_t count() const = 0;
    virtual IndexEntry at(size_t index) const = 0;
};

// The index of the segment that grows.
class SegmentIndex : public IndexLookup {
public:
    // Past this many the segment is rolled: 10 MiB of them.
    static constexpr size_t EntriesMax = 640 * 1024;

    SegmentIndex(Offset base_offset, int64_t interval_bytes)
        : base_offset_(base_offset), interval_bytes_(interval_bytes) {
        summary_.next_offset = base_offset;
    }

    // The batch that follows the last one noted.
    void note(const BatchHeader& batch);
    void note_aborted(const AbortedRange& aborted);
    void set_interval(int64_t bytes) { interval_bytes_ = bytes; }

    bool is_full() const { return entries_.size() >= EntriesMax; }
    const IndexSummary& summary() const { return summary_; }
    void add_aborted(Offset from, Offset end, std::vector<AbortedRange>& out) const override;

    Bytes encode() const;
    // Nothing when `file` is not an intact index of a segment of this size.
    static std::optional<SegmentIndex> decode(BytesView file, Offset base_offset,
                                              int64_t interval_bytes, int64_t log_size);

private:
    size_t count() const override { return entries_.size(); }
    IndexEntry at(size_t index) const override { return entries_[index]; }

    Offset base_offset_;
    int64_t interval_bytes_;
    int64_t last_entry_position_ = 0;
    std::vector<IndexEntry> entries_;
    std::vector<AbortedRange> aborted_;
    IndexSummary summary_;
};

// The index file of a sealed segment.
class SealedIndex : public IndexLookup {
public:
    // Reads all of it once for its checksum. Nothing when it is not intact.
    static std::unique_ptr<SealedIndex> open(std::unique_ptr<storage::Reader> file,
                                             int64_t log_size);

    void add_aborted(Offset from, Offset end, std::vector<AbortedRange>& out) const override;

private:
    SealedIndex(std::unique_ptr<storage::Reader> file, uint32_t entries, uint32_t aborted)
        : file_(std::move(file)), entry_count_(entries), aborted_count_(aborted) {}

    size_t count() const override { return entry_count_; }
    IndexEntry at(size_t index) const override;

    std::unique_ptr<storage::Reader> file_;
    uint32_t entry_count_;
    uint32_t aborted_count_;
    // The page that was read last: neighbours are asked for next.
    mutable Bytes page_;
    mutable size_t page_start_ = 0;
};

// Only the summary; nothing when it is not intact or of a segment of another size.
std::optional<IndexSummary> read_summary(const storage::Reader& file, int64_t log_size);

}  // namespace tarn::log
