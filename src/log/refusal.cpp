#include "log/refusal.hpp"

#include "base/assert.hpp"

namespace tarn::log {

std::string_view name_of(Refusal refusal) {
    switch (refusal) {
        case Refusal::CorruptMessage:
            return "corrupt_message";
        case Refusal::BatchTooLarge:
            return "batch_too_large";
        case Refusal::InvalidRecord:
            return "invalid_record";
        case Refusal::InvalidTimestamp:
            return "invalid_timestamp";
        case Refusal::UnsupportedCompression:
            return "unsupported_compression";
        case Refusal::UnsupportedFormat:
            return "unsupported_format";
        case Refusal::OutOfOrderSequence:
            return "out_of_order_sequence";
        case Refusal::DuplicateSequence:
            return "duplicate_sequence";
        case Refusal::InvalidProducerEpoch:
            return "invalid_producer_epoch";
        case Refusal::InvalidTransactionState:
            return "invalid_transaction_state";
        case Refusal::CoordinatorFenced:
            return "coordinator_fenced";
    }
    TARN_ASSERT(!"a refusal without a name");
    return "";
}

}  // namespace tarn::log
