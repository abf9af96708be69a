// What a partition knows by its batches besides the batches: its producers and its leader epochs.
// Snapshots of it are kept where segments begin, so that after a crash only what stands behind the
// last of them has to be read again.
#pragma once

#include <optional>

#include "log/leader_epochs.hpp"
#include "log/producer_states.hpp"
#include "log/segment_index.hpp"

namespace tarn::log {

struct LogState {
    ProducerStates producers;
    LeaderEpochs epochs;

    // A batch is stored, under the offsets in its header; `batch`, all of it, is looked at only if
    // it is a control batch. Answers the transaction that has ended by it.
    std::optional<CompletedTransaction> note(const BatchHeader& header, BytesView batch,
                                             Timestamp now);

    Bytes snapshot() const;
    // Nothing when `bytes` are no snapshot.
    static std::optional<LogState> from_snapshot(BytesView bytes);
};

inline AbortedRange range_of(const CompletedTransaction& aborted) {
    return {.producer_id = aborted.producer_id,
            .first_offset = aborted.first_offset,
            .last_offset = aborted.last_offset};
}

}  // namespace tarn::log
