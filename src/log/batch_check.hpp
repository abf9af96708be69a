// What a batch must be before the log takes it. Producers are not trusted with anything: lengths,
// counts, checksum, times and the records themselves are looked at, the cheap before the dear.
// Whether it follows what its producer wrote before is for ProducerStates to say.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "log/partition_settings.hpp"
#include "log/record_batch.hpp"
#include "log/refusal.hpp"

namespace tarn::log {

// Which compressed batches are unpacked to look at their records. Those that are not compressed are
// always looked at; so are compressed ones where the partition compacts, because each record needs
// a key, and where the largest time in the header cannot be right.
enum class CheckDepth {
    Relaxed,  // the above
    Strict,   // all, as Kafka does
};

struct CheckedBatch {
    BatchHeader header;
    // The true one if the records were looked at, else what the header says. Clients leave it unset
    // or set it wrongly: correct_max_timestamp() writes it into the batch.
    Timestamp max_timestamp = NoTimestamp;
    // Which record has it; known if the records were looked at.
    std::optional<int32_t> max_timestamp_delta;
};

struct RefusedBatch {
    // More bad records than this are not listed.
    static constexpr size_t BadRecordsMax = 100;

    Refusal refusal;
    std::string reason;                // one clause, for the client's log
    std::vector<int32_t> bad_records;  // by their place in the batch, if some are to blame
};

// `bytes` are what a producer wants to append to one partition; `now` is the broker's time.
std::variant<CheckedBatch, RefusedBatch> check_batch(BytesView bytes,
                                                     const PartitionSettings& settings,
                                                     Timestamp now,
                                                     CheckDepth depth = CheckDepth::Relaxed);

// Makes the header's largest time true, so that searches by time can rely on it, and computes the
// checksum anew; most batches are right already and stay as they are. Where the broker sets the
// time, appending does that in any case.
void correct_max_timestamp(std::span<std::byte> batch, const CheckedBatch& checked);

}  // namespace tarn::log
