// Batches for tests, each in one line, and what is in a batch as text:
//   a_batch().of({{"k", "v"}}).at(7).compressed(Codec::Lz4).transactional(9, 0, 0)
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "log/batch_builder.hpp"
#include "log/control_record.hpp"
#include "log/records.hpp"

namespace tarn::log::testing {

// Records without a time of their own are a millisecond apart, from here on.
constexpr Timestamp FirstTime = 1'000'000;

struct TestRecord {
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::optional<Timestamp> timestamp = std::nullopt;
    std::vector<std::pair<std::string, std::optional<std::string>>> headers = {};
};

class ABatch {
public:
    ABatch& of(std::vector<TestRecord> records) {
        records_ = std::move(records);
        return *this;
    }
    // "k0" = "v0", "k1" = "v1" and so on.
    ABatch& of_count(int count) {
        records_.clear();
        for (int i = 0; i < count; ++i) {
            records_.push_back({fmt::format("k{}", i), fmt::format("v{}", i)});
        }
        return *this;
    }
    ABatch& at(Offset base_offset, int32_t leader_epoch = 0) {
        fields_.base_offset = base_offset;
        fields_.leader_epoch = leader_epoch;
        return *this;
    }
    ABatch& timed(Timestamp first) {
        first_time_ = first;
        return *this;
    }
    ABatch& with_log_append_time() {
        fields_.timestamp_type = TimestampType::LogAppendTime;
        return *this;
    }
    ABatch& compressed(Codec codec) {
        fields_.codec = codec;
        return *this;
    }
    ABatch& by(ProducerId producer, int16_t epoch, int32_t sequence) {
        fields_.producer_id = producer;
        fields_.producer_epoch = epoch;
        fields_.base_sequence = sequence;
        return *this;
    }
    ABatch& transactional(ProducerId producer, int16_t epoch, int32_t sequence) {
        fields_.is_transactional = true;
        return by(producer, epoch, sequence);
    }

    Bytes bytes() const {
        BatchBuilder builder(fields_);
        Timestamp time = first_time_;
        for (const TestRecord& record : records_) {
            std::vector<RecordHeader> headers;
            for (const auto& [key, value] : record.headers) headers.push_back({key, view(value)});
            builder.add({.timestamp = record.timestamp.value_or(time++),
                         .key = view(record.key),
                         .value = view(record.value),
                         .headers = headers});
        }
        return std::move(builder).finish();
    }
    BatchHeader header() const { return *BatchHeader::read(bytes()); }
    operator Bytes() const { return bytes(); }

private:
    static std::optional<BytesView> view(const std::optional<std::string>& text) {
        if (!text) return std::nullopt;
        return as_bytes(*text);
    }

    BatchFields fields_;
    std::vector<TestRecord> records_ = {{"k", "v"}};
    Timestamp first_time_ = FirstTime;
};

inline ABatch a_batch() {
    return {};
}

// A line for each record: offset, key and value, time, headers.
//   7 k=v @1000000 trace=1
inline std::string text_of(BytesView batch) {
    auto text = [](std::optional<BytesView> bytes) {
        return bytes ? as_text(*bytes) : std::string_view("null");
    };
    std::string lines;
    RecordReader reader = RecordReader::open(batch);
    while (auto record = reader.next()) {
        lines += fmt::format("{} {}={} @{}", record->offset, text(record->key), text(record->value),
                             record->timestamp);
        for (const RecordHeader& header : record->headers) {
            lines += fmt::format(" {}={}", header.key, text(header.value));
        }
        lines += '\n';
    }
    return lines;
}

// The bytes with one of them changed.
inline Bytes with_byte(Bytes bytes, size_t at, int value) {
    bytes.at(at) = static_cast<std::byte>(value);
    return bytes;
}

// A batch with other fields in its header, and the checksum that goes with them.
template <typename Change>
Bytes with_header(Bytes batch, Change change) {
    BatchHeader header = *BatchHeader::read(batch);
    change(header);
    write_header(batch, header);
    return batch;
}

}  // namespace tarn::log::testing
