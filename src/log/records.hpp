// The records inside a batch. Reading them allocates nothing per record: keys, values and headers
// are views into the batch, or into the block that a compressed batch was unpacked to.
//
// Layout of a record, all numbers zigzag varints: length of what follows, attributes (one byte, no
// meaning yet), timestamp delta, offset delta, key length and key, value length and value (-1 says
// null), header count and for each header the lengths and bytes of key and value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <variant>

#include "base/bytes.hpp"
#include "log/compression.hpp"
#include "log/record_batch.hpp"

namespace tarn::log {

// Text or bytes that travel with a record, beside its value.
struct RecordHeader {
    std::string_view key;
    std::optional<BytesView> value;
};

// The headers of a record: a range that is read while one goes through it.
class RecordHeaders {
public:
    class Iterator {
    public:
        using value_type = RecordHeader;
        using difference_type = std::ptrdiff_t;
        using iterator_concept = std::input_iterator_tag;

        Iterator() = default;
        const RecordHeader& operator*() const { return header_; }
        const RecordHeader* operator->() const { return &header_; }
        Iterator& operator++();
        void operator++(int) { ++*this; }
        bool operator==(std::default_sentinel_t) const { return left_ < 0; }

    private:
        friend class RecordHeaders;
        Iterator(BytesView bytes, int32_t count) : bytes_(bytes), left_(count) { ++*this; }

        BytesView bytes_;
        int32_t left_ = -1;  // after the one that it stands at; -1 past the last
        RecordHeader header_;
    };

    RecordHeaders() = default;
    // `bytes` hold exactly `count` headers: whoever found them has been through them.
    RecordHeaders(BytesView bytes, int32_t count) : bytes_(bytes), count_(count) {}

    int32_t size() const { return count_; }
    bool empty() const { return count_ == 0; }
    Iterator begin() const { return {bytes_, count_}; }
    static std::default_sentinel_t end() { return {}; }

    // As they stand in the record.
    BytesView bytes() const { return bytes_; }

private:
    BytesView bytes_;
    int32_t count_ = 0;
};

struct RecordView {
    Offset offset = 0;
    Timestamp timestamp = NoTimestamp;
    std::optional<BytesView> key;
    std::optional<BytesView> value;
    RecordHeaders headers;
};

// Goes through the records of one batch. The batch is borrowed: it outlives the reader, and the
// reader outlives the views it gives. The checksum is not looked at.
class RecordReader {
public:
    // Throws Corrupt when the bytes hold no batch or do not decompress, TooLarge when there is more
    // in them than decompressed_bytes_max() allows.
    static RecordReader open(BytesView batch);

    const BatchHeader& header() const { return header_; }

    // The next record, by offset; nothing after the last. Throws Corrupt, and says where, when
    // there is no record where one should be or bytes are left behind the last.
    std::optional<RecordView> next();

private:
    RecordReader(const BatchHeader& header, BytesView batch);

    BatchHeader header_;
    Block unpacked_;
    BytesView records_;
    size_t position_ = 0;
    int32_t taken_ = 0;
    int64_t last_delta_ = -1;
};

// What is to be known of the records of a batch before it is stored.
struct RecordsSummary {
    // Of CreateTime, whatever the header says. NoTimestamp for both when there is no record.
    Timestamp max_timestamp = NoTimestamp;
    Timestamp min_timestamp = NoTimestamp;
    int32_t max_timestamp_delta = 0;  // the offset delta of the first record with max_timestamp
    bool is_dense = true;             // offset deltas 0, 1, 2 up to the count
    int32_t null_keys = 0;
};

struct MalformedRecord {
    int32_t index = 0;
    size_t position = 0;  // of its first byte, among the bytes of the records
    const char* what = "";
};

// Goes through `header.record_count` records, which must fill `records` exactly. Much cheaper than
// a RecordReader, and answers where that one throws.
std::variant<RecordsSummary, MalformedRecord> summarize(const BatchHeader& header,
                                                        BytesView records);

}  // namespace tarn::log
