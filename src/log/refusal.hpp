// Why the log does not take a batch. An ordinary answer to a producer, so a value; what the disk
// does to us is thrown.
#pragma once

#include <string_view>

namespace tarn::log {

enum class Refusal {
    CorruptMessage,           // the checksum or the lengths are wrong
    BatchTooLarge,            // larger than max.message.bytes
    InvalidRecord,            // well delivered, but not what a producer may send
    InvalidTimestamp,         // too far from the broker's time, or of the broker's own type
    UnsupportedCompression,   // a codec that nobody has defined
    UnsupportedFormat,        // magic 0 or 1
    OutOfOrderSequence,       // an idempotent producer left some out
    DuplicateSequence,        // stored before, too long ago to say where
    InvalidProducerEpoch,     // a newer incarnation of this producer has written since
    InvalidTransactionState,  // a batch outside the transaction its producer has open here
    CoordinatorFenced,        // a marker of a coordinator that another one has followed since
};

std::string_view name_of(Refusal refusal);

}  // namespace tarn::log
