// Any bytes are a batch or are refused; what check_batch() lets pass can be read, and a batch built
// anew from the records of one reads the same. Most inputs have a wrong checksum, so each is tried
// a second time in a frame that is right.
#include <algorithm>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "log/batch_builder.hpp"
#include "log/batch_check.hpp"
#include "log/control_record.hpp"
#include "log/records.hpp"

namespace tarn::log {
namespace {

std::string text_of(const std::optional<BytesView>& bytes) {
    return bytes ? to_hex(*bytes) : "null";
}

std::string text_of(const RecordView& record) {
    auto text = fmt::format("{} {} {} {}", record.offset, record.timestamp, text_of(record.key),
                            text_of(record.value));
    for (const RecordHeader& header : record.headers) {
        text += fmt::format(" {}={}", to_hex(as_bytes(header.key)), text_of(header.value));
    }
    return text + "\n";
}

struct Walked {
    std::string records;
    int32_t count = 0;
    Timestamp max_timestamp = NoTimestamp;
    Bytes rebuilt;
};

Walked walk(BytesView batch) {
    Walked walked;
    RecordReader reader = RecordReader::open(batch);
    BatchBuilder builder(BatchFields::of(reader.header()));
    while (auto record = reader.next()) {
        builder.keep(*record);
        walked.records += text_of(*record);
        walked.max_timestamp = walked.count == 0
                                   ? record->timestamp
                                   : std::max(walked.max_timestamp, record->timestamp);
        ++walked.count;
    }
    walked.rebuilt = std::move(builder).finish();
    return walked;
}

std::optional<Walked> walk_or_refuse(BytesView batch) {
    try {
        return walk(batch);
    } catch (const Error& error) {
        TARN_ASSERT(error.code() == ErrorCode::Corrupt || error.code() == ErrorCode::TooLarge);
        return std::nullopt;
    }
}

void look_at(BytesView batch) {
    auto walked = walk_or_refuse(batch);
    if (walked) {
        Walked again = walk(walked->rebuilt);
        TARN_ASSERT(again.records == walked->records);
        TARN_ASSERT(again.rebuilt == walked->rebuilt);
    }

    PartitionSettings settings;
    auto checked = check_batch(batch, settings, 0, CheckDepth::Strict);
    if (auto* good = std::get_if<CheckedBatch>(&checked)) {
        TARN_ASSERT(walked && walked->count == good->header.record_count);
        if (good->header.timestamp_type() == TimestampType::CreateTime) {
            TARN_ASSERT(walked->max_timestamp == good->max_timestamp);
        }
        Bytes corrected = copy_of(batch);
        correct_max_timestamp(corrected, *good);
        TARN_ASSERT(std::holds_alternative<CheckedBatch>(check_batch(corrected, settings, 0)));
    }
    settings.compacts = true;
    settings.timestamp_before_max = settings.timestamp_after_max = std::chrono::hours(1);
    check_batch(batch, settings, 1'000'000);

    try {
        read_marker(batch);
    } catch (const Error& error) {
        TARN_ASSERT(error.code() == ErrorCode::Corrupt);
    }
}

}  // namespace
}  // namespace tarn::log

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace tarn;
    using namespace tarn::log;
    Bytes batch = copy_of(std::as_bytes(std::span(data, size)));
    look_at(batch);

    if (auto header = BatchHeader::read(batch)) {
        header->magic = 2;
        header->length = static_cast<int32_t>(std::ssize(batch) - BatchPrefixSize);
        write_header(batch, *header);
        look_at(batch);
    }
    return 0;
}
