#include "log/records.hpp"

#include <algorithm>
#include <limits>

#include "base/assert.hpp"
#include "base/error.hpp"

namespace tarn::log {
namespace {

int64_t unzigzag(uint64_t value) {
    return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

// A varint of any length; what base's ByteReader does, without its messages.
bool take_long_varint(const std::byte*& at, const std::byte* end, int64_t& value) {
    uint64_t raw = 0;
    for (int shift = 0; shift < 64 && at != end; shift += 7) {
        auto byte = std::to_integer<uint64_t>(*at++);
        if (shift == 63 && byte > 1) return false;
        raw |= (byte & 0x7F) << shift;
        if (byte < 0x80) {
            value = unzigzag(raw);
            return true;
        }
    }
    return false;
}

// Most numbers in a record take one or two bytes.
inline bool take_varint(const std::byte*& at, const std::byte* end, int64_t& value) {
    if (end - at >= 2) [[likely]] {
        auto first = std::to_integer<uint64_t>(at[0]);
        if (first < 0x80) {
            value = unzigzag(first);
            ++at;
            return true;
        }
        auto second = std::to_integer<uint64_t>(at[1]);
        if (second < 0x80) {
            value = unzigzag((first & 0x7F) | second << 7);
            at += 2;
            return true;
        }
    }
    return take_long_varint(at, end, value);
}

// A length and as many bytes; a length of -1 says null.
struct Field {
    const std::byte* data = nullptr;
    int64_t size = -1;

    bool is_null() const { return size < 0; }
    std::optional<BytesView> view() const {
        if (is_null()) return std::nullopt;
        return BytesView(data, static_cast<size_t>(size));
    }
};

inline bool take_field(const std::byte*& at, const std::byte* end, Field& field) {
    if (!take_varint(at, end, field.size) || field.size < -1 || field.size > end - at) return false;
    field.data = at;
    at += std::max<int64_t>(field.size, 0);
    return true;
}

struct Record {
    int64_t timestamp_delta;
    int64_t offset_delta;
    Field key;
    Field value;
    int64_t header_count;
    const std::byte* headers;
    const std::byte* end;
};

bool skip_headers(const std::byte*& at, const std::byte* end, int64_t count) {
    Field key;
    Field value;
    // Each takes two bytes at least, so a count out of thin air is not counted down for long.
    for (int64_t i = 0; i < count; ++i) {
        if (!take_field(at, end, key) || key.is_null() || !take_field(at, end, value)) return false;
    }
    return true;
}

// Reads the record at `at`. Answers what is wrong with it, or nothing.
inline const char* take_record(const std::byte* at, const std::byte* end, Record& record) {
    int64_t length = 0;
    if (!take_varint(at, end, length)) return "it has no length";
    if (length < 0 || length > end - at) return "it is longer than the batch";
    end = at + length;
    if (at == end) return "it has no attributes";
    ++at;
    if (!take_varint(at, end, record.timestamp_delta)) return "it has no timestamp";
    if (!take_varint(at, end, record.offset_delta)) return "it has no offset";
    if (!take_field(at, end, record.key)) return "its key does not fit";
    if (!take_field(at, end, record.value)) return "its value does not fit";
    if (!take_varint(at, end, record.header_count) || record.header_count < 0 ||
        record.header_count > std::numeric_limits<int32_t>::max()) {
        return "it has no number of headers";
    }
    record.headers = at;
    if (record.header_count > 0 && !skip_headers(at, end, record.header_count)) {
        return "its headers do not fit";
    }
    if (at != end) return "it is shorter than its length says";
    record.end = end;
    return nullptr;
}

// Whatever a client wrote: a sum past the end of 64 bits is wrong, but no reason to stop.
Timestamp sum(Timestamp base, int64_t delta) {
    return static_cast<int64_t>(static_cast<uint64_t>(base) + static_cast<uint64_t>(delta));
}

}  // namespace

RecordHeaders::Iterator& RecordHeaders::Iterator::operator++() {
    if (--left_ < 0) return *this;
    const std::byte* at = bytes_.data();
    const std::byte* end = at + bytes_.size();
    Field key;
    Field value;
    TARN_ASSERT(take_field(at, end, key) && !key.is_null() && take_field(at, end, value));
    header_ = {.key = as_text(*key.view()), .value = value.view()};
    bytes_ = BytesView(at, end);
    return *this;
}

RecordReader RecordReader::open(BytesView batch) {
    auto header = BatchHeader::read(batch);
    if (!header || !header->is_plausible() || header->size() > std::ssize(batch)) {
        throw Error(ErrorCode::Corrupt, "{} bytes that are no record batch", batch.size());
    }
    return RecordReader(*header, batch.first(static_cast<size_t>(header->size())));
}

RecordReader::RecordReader(const BatchHeader& header, BytesView batch)
    : header_(header), records_(batch.subspan(BatchHeaderSize)) {
    // A batch that compaction has emptied has nothing to decompress.
    if (header.codec_bits() == 0 || header.record_count == 0) return;
    decompress(header.codec(), records_, decompressed_bytes_max(records_.size()), unpacked_);
    records_ = unpacked_.view();
}

std::optional<RecordView> RecordReader::next() {
    if (taken_ == header_.record_count) {
        if (position_ < records_.size()) {
            throw Error(ErrorCode::Corrupt,
                        "record batch at offset {}: {} bytes behind its last record",
                        header_.base_offset, records_.size() - position_);
        }
        return std::nullopt;
    }
    Record record;
    const std::byte* start = records_.data();
    const char* wrong = take_record(start + position_, start + records_.size(), record);
    if (!wrong &&
        (record.offset_delta <= last_delta_ || record.offset_delta > header_.last_offset_delta)) {
        wrong = "its offset is not between its neighbours'";
    }
    if (wrong) {
        throw Error(ErrorCode::Corrupt, "record batch at offset {}: record {} at byte {}: {}",
                    header_.base_offset, taken_, position_, wrong);
    }
    position_ = static_cast<size_t>(record.end - start);
    last_delta_ = record.offset_delta;
    ++taken_;
    return RecordView{
        .offset = header_.base_offset + record.offset_delta,
        .timestamp = header_.timestamp_type() == TimestampType::LogAppendTime
                         ? header_.max_timestamp
                         : sum(header_.base_timestamp, record.timestamp_delta),
        .key = record.key.view(),
        .value = record.value.view(),
        .headers = RecordHeaders(BytesView(record.headers, record.end),
                                 static_cast<int32_t>(record.header_count)),
    };
}

std::variant<RecordsSummary, MalformedRecord> summarize(const BatchHeader& header,
                                                        BytesView records) {
    const std::byte* const start = records.data();
    const std::byte* const end = start + records.size();
    const std::byte* at = start;
    RecordsSummary summary;
    Record record;
    for (int32_t i = 0; i < header.record_count; ++i) {
        if (const char* wrong = take_record(at, end, record)) {
            return MalformedRecord{i, static_cast<size_t>(at - start), wrong};
        }
        at = record.end;
        Timestamp timestamp = sum(header.base_timestamp, record.timestamp_delta);
        if (i == 0 || timestamp > summary.max_timestamp) {
            summary.max_timestamp = timestamp;
            summary.max_timestamp_delta = static_cast<int32_t>(record.offset_delta);
        }
        if (i == 0 || timestamp < summary.min_timestamp) summary.min_timestamp = timestamp;
        summary.is_dense &= record.offset_delta == i;
        summary.null_keys += record.key.is_null();
    }
    if (at != end) {
        return MalformedRecord{header.record_count, static_cast<size_t>(at - start),
                               "bytes behind the last record"};
    }
    return summary;
}

}  // namespace tarn::log
