// Any bytes either are a record of __consumer_offsets or are refused, and what is read is written
// back as it was.

#include "base/assert.hpp"
#include "base/error.hpp"
#include "kafka/groups/group_records.hpp"

using namespace tarn;
using namespace tarn::kafka;

namespace {

template <typename Check>
void refuse_or(const Check& check) {
    try {
        check();
    } catch (const Error&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    BytesView input = std::as_bytes(std::span(data, size));
    refuse_or([&] {
        if (auto key = decode_key(input)) TARN_ASSERT(decode_key(encode(*key)) == key);
    });
    refuse_or([&] {
        CommittedOffset offset = decode_offset(input);
        TARN_ASSERT(decode_offset(encode(offset)) == offset);
    });
    refuse_or([&] {
        GroupRecord group = decode_group(input);
        TARN_ASSERT(decode_group(encode(group)) == group);
    });
    return 0;
}
