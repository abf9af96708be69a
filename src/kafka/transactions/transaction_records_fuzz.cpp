// Any bytes either are a record of __transaction_state or are refused, and what is read is written
// back as it was.

#include "base/assert.hpp"
#include "base/error.hpp"
#include "kafka/transactions/transaction_records.hpp"

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
        if (auto id = decode_transaction_key(input)) {
            TARN_ASSERT(decode_transaction_key(encode_transaction_key(*id)) == id);
        }
    });
    refuse_or([&] {
        TransactionRecord record = decode_transaction(input);
        TARN_ASSERT(decode_transaction(encode(record)) == record);
    });
    return 0;
}
