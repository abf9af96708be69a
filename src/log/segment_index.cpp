#include "log/segment_index.hpp"

#include <algorithm>
#include <iterator>

#include "base/assert.hpp"
#include "base/byte_reader.hpp"
#include "base/crc32c.hpp"
#include "log/state_file.hpp"

namespace tarn::log {

namespace {

constexpr std::string_view Kind = "tarn index 1";
constexpr int64_t HeadSize = 20;
constexpr int64_t EntrySize = 16;
constexpr int64_t AbortedSize = 24;
constexpr int64_t SummarySize = 48;
constexpr size_t EntriesInPage = 256;
constexpr int64_t ChunkSize = 64 * 1024;

struct Counts {
    uint32_t entries;
    uint32_t aborted;

    int64_t file_size() const {
        return HeadSize + EntrySize * entries + AbortedSize * aborted + SummarySize;
    }
};

std::optional<Counts> read_counts(BytesView head, int64_t file_size) {
    if (static_cast<int64_t>(head.size()) < HeadSize) return std::nullopt;
    if (as_text(head.first(Kind.size())) != Kind) return std::nullopt;
    ByteReader in(head.subspan(Kind.size()), "index");
    auto entries = in.take_little_endian<uint32_t>();
    auto aborted = in.take_little_endian<uint32_t>();
    Counts counts{.entries = entries, .aborted = aborted};
    if (counts.file_size() != file_size) return std::nullopt;
    return counts;
}

// What stands at the end of the file.
struct Tail {
    IndexSummary summary;
    uint32_t body_crc;
};

std::optional<Tail> read_tail(BytesView bytes, int64_t log_size) {
    if (static_cast<int64_t>(bytes.size()) != SummarySize) return std::nullopt;
    ByteReader in(bytes, "index");
    Tail tail;
    tail.summary.log_size = in.take_little_endian<int64_t>();
    tail.summary.next_offset = in.take_little_endian<Offset>();
    tail.summary.first_timestamp = in.take_little_endian<Timestamp>();
    tail.summary.max_timestamp = in.take_little_endian<Timestamp>();
    tail.summary.first_aborted = in.take_little_endian<Offset>();
    tail.body_crc = in.take_little_endian<uint32_t>();
    auto crc = in.take_little_endian<uint32_t>();
    if (crc32c(bytes.first(SummarySize - sizeof(crc))) != crc) return std::nullopt;
    if (tail.summary.log_size != log_size) return std::nullopt;
    return tail;
}

std::optional<Tail> read_tail(const storage::Reader& file, int64_t log_size) {
    if (file.size() < HeadSize + SummarySize) return std::nullopt;
    return read_tail(file.read_at(file.size() - SummarySize, SummarySize), log_size);
}

IndexEntry read_entry(BytesView bytes) {
    ByteReader in(bytes, "index");
    IndexEntry entry;
    entry.relative_offset = in.take_little_endian<uint32_t>();
    entry.position = in.take_little_endian<uint32_t>();
    entry.max_timestamp_before = in.take_little_endian<Timestamp>();
    return entry;
}

AbortedRange read_aborted(ByteReader& in) {
    AbortedRange aborted;
    aborted.producer_id = in.take_little_endian<ProducerId>();
    aborted.first_offset = in.take_little_endian<Offset>();
    aborted.last_offset = in.take_little_endian<Offset>();
    return aborted;
}

}  // namespace

template <typename Fits>
IndexEntry IndexLookup::last_that(Fits fits) const {
    size_t fitting = 0;
    size_t end = count();
    while (fitting < end) {
        size_t middle = fitting + (end - fitting) / 2;
        if (fits(at(middle))) {
            fitting = middle + 1;
        } else {
            end = middle;
        }
    }
    return fitting == 0 ? IndexEntry{} : at(fitting - 1);
}

IndexEntry IndexLookup::at_or_before_offset(int64_t relative_offset) const {
    return last_that([&](const IndexEntry& e) { return e.relative_offset <= relative_offset; });
}

IndexEntry IndexLookup::at_or_before_position(int64_t position) const {
    return last_that([&](const IndexEntry& e) { return e.position <= position; });
}

IndexEntry IndexLookup::before_time(Timestamp time) const {
    return last_that([&](const IndexEntry& e) { return e.max_timestamp_before < time; });
}

void SegmentIndex::note(const BatchHeader& batch) {
    int64_t position = summary_.log_size;
    if (position == 0) summary_.first_timestamp = batch.max_timestamp;
    if (position - last_entry_position_ >= std::max<int64_t>(interval_bytes_, 1)) {
        entries_.push_back(
            {.relative_offset = static_cast<uint32_t>(batch.base_offset - base_offset_),
             .position = static_cast<uint32_t>(position),
             .max_timestamp_before = summary_.max_timestamp});
        last_entry_position_ = position;
    }
    summary_.max_timestamp = std::max(summary_.max_timestamp, batch.max_timestamp);
    summary_.next_offset = batch.next_offset();
    summary_.log_size += batch.size();
}

void SegmentIndex::note_aborted(const AbortedRange& aborted) {
    aborted_.push_back(aborted);
    summary_.first_aborted = std::min(summary_.first_aborted, aborted.first_offset);
}

void SegmentIndex::add_aborted(Offset from, Offset end, std::vector<AbortedRange>& out) const {
    auto first = std::partition_point(aborted_.begin(), aborted_.end(),
                                      [&](const auto& each) { return each.last_offset < from; });
    std::copy_if(first, aborted_.end(), std::back_inserter(out),
                 [&](const AbortedRange& each) { return each.first_offset < end; });
}

Bytes SegmentIndex::encode() const {
    Counts counts{.entries = static_cast<uint32_t>(entries_.size()),
                  .aborted = static_cast<uint32_t>(aborted_.size())};
    Bytes out;
    out.reserve(static_cast<size_t>(counts.file_size()));
    out = copy_of(as_bytes(Kind));
    put_little_endian(out, counts.entries);
    put_little_endian(out, counts.aborted);
    for (const IndexEntry& entry : entries_) {
        put_little_endian(out, entry.relative_offset);
        put_little_endian(out, entry.position);
        put_little_endian(out, entry.max_timestamp_before);
    }
    for (const AbortedRange& aborted : aborted_) {
        put_little_endian(out, aborted.producer_id);
        put_little_endian(out, aborted.first_offset);
        put_little_endian(out, aborted.last_offset);
    }
    size_t body_size = out.size();
    uint32_t body_crc = crc32c(out);
    put_little_endian(out, summary_.log_size);
    put_little_endian(out, summary_.next_offset);
    put_little_endian(out, summary_.first_timestamp);
    put_little_endian(out, summary_.max_timestamp);
    put_little_endian(out, summary_.first_aborted);
    put_little_endian(out, body_crc);
    put_little_endian(out, crc32c(BytesView(out).subspan(body_size)));
    return out;
}

std::optional<SegmentIndex> SegmentIndex::decode(BytesView file, Offset base_offset,
                                                 int64_t interval_bytes, int64_t log_size) {
    auto counts = read_counts(file, static_cast<int64_t>(file.size()));
    if (!counts) return std::nullopt;
    auto tail = read_tail(file.last(SummarySize), log_size);
    BytesView body = file.first(file.size() - SummarySize);
    if (!tail || tail->body_crc != crc32c(body)) return std::nullopt;

    SegmentIndex index(base_offset, interval_bytes);
    ByteReader in(body.subspan(HeadSize), "index");
    for (uint32_t i = 0; i < counts->entries; ++i) {
        index.entries_.push_back(read_entry(in.take(EntrySize)));
        index.last_entry_position_ = index.entries_.back().position;
    }
    for (uint32_t i = 0; i < counts->aborted; ++i) index.aborted_.push_back(read_aborted(in));
    index.summary_ = tail->summary;
    return index;
}

std::unique_ptr<SealedIndex> SealedIndex::open(std::unique_ptr<storage::Reader> file,
                                               int64_t log_size) {
    auto counts = read_counts(file->read_at(0, HeadSize), file->size());
    auto tail = read_tail(*file, log_size);
    if (!counts || !tail) return nullptr;
    uint32_t crc = 0;
    int64_t body_size = file->size() - SummarySize;
    for (int64_t at = 0; at < body_size; at += ChunkSize) {
        crc = crc32c(file->read_at(at, std::min(ChunkSize, body_size - at)), crc);
    }
    if (crc != tail->body_crc) return nullptr;
    return std::unique_ptr<SealedIndex>(
        new SealedIndex(std::move(file), counts->entries, counts->aborted));
}

IndexEntry SealedIndex::at(size_t index) const {
    TARN_ASSERT(index < entry_count_);
    size_t start = index / EntriesInPage * EntriesInPage;
    if (page_.empty() || page_start_ != start) {
        auto count = static_cast<int64_t>(std::min(EntriesInPage, entry_count_ - start));
        page_ =
            file_->read_at(HeadSize + EntrySize * static_cast<int64_t>(start), EntrySize * count);
        page_start_ = start;
    }
    return read_entry(BytesView(page_).subspan((index - start) * EntrySize));
}

void SealedIndex::add_aborted(Offset from, Offset end, std::vector<AbortedRange>& out) const {
    Bytes bytes = file_->read_at(HeadSize + EntrySize * entry_count_, AbortedSize * aborted_count_);
    ByteReader in(bytes, "index");
    for (uint32_t i = 0; i < aborted_count_; ++i) {
        AbortedRange aborted = read_aborted(in);
        if (aborted.last_offset >= from && aborted.first_offset < end) out.push_back(aborted);
    }
}

std::optional<IndexSummary> read_summary(const storage::Reader& file, int64_t log_size) {
    auto tail = read_tail(file, log_size);
    if (!tail) return std::nullopt;
    return tail->summary;
}

}  // namespace tarn::log
