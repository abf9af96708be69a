// Any bytes either are a record of __transaction_state or are refused, and what is read is written
// back as it was.

#include "base/assert.hpp"
#include "kafka/transactions/transaction_records.hpp"
#include "kafka/wire/testing/refusal.hpp"

using namespace tarn;
using namespace tarn::kafka;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    BytesView input = std::as_bytes(std::span(data, size));
    accept_or_refuse([&] {
        if (auto id = decode_transaction_key(input)) {
            TARN_ASSERT(decode_transaction_key(encode_transaction_key(*id)) == id);
        }
    });
    accept_or_refuse([&] {
        TransactionRecord record = decode_transaction(input);
        TARN_ASSERT(decode_transaction(encode(record)) == record);
    });
    return 0;
}
