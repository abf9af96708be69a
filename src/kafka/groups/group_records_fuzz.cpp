// Any bytes either are a record of __consumer_offsets or are refused, and what is read is written
// back as it was.

#include "base/assert.hpp"
#include "kafka/groups/consumer_group_records.hpp"
#include "kafka/groups/group_records.hpp"
#include "kafka/wire/testing/refusal.hpp"

using namespace tarn;
using namespace tarn::kafka;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    BytesView input = std::as_bytes(std::span(data, size));
    accept_or_refuse([&] {
        if (auto key = decode_key(input)) TARN_ASSERT(decode_key(encode(*key)) == key);
    });
    accept_or_refuse([&] {
        CommittedOffset offset = decode_offset(input);
        TARN_ASSERT(decode_offset(encode(offset)) == offset);
    });
    accept_or_refuse([&] {
        GroupRecord group = decode_group(input);
        TARN_ASSERT(decode_group(encode(group)) == group);
    });
    accept_or_refuse([&] {
        ConsumerGroupRecord group = decode_consumer_group(input);
        TARN_ASSERT(decode_consumer_group(encode(group)) == group);
    });
    accept_or_refuse([&] {
        ConsumerMemberRecord member = decode_consumer_member("m", input);
        TARN_ASSERT(decode_consumer_member("m", encode(member)) == member);
    });
    return 0;
}
