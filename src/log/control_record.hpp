// Control records: what a broker itself writes among the records of producers. A transaction ends
// in each of its partitions with one, the marker, alone in a batch with the control bit set. It
// takes an offset of its own; clients skip it.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "log/record_batch.hpp"

namespace tarn::log {

// The end of a transaction, written by its coordinator.
struct EndMarker {
    bool commits = false;  // or aborts
    int32_t coordinator_epoch = 0;

    bool operator==(const EndMarker&) const = default;
};

// Who ends the transaction, and where the marker goes.
struct MarkerPlace {
    ProducerId producer_id = NoProducer;
    int16_t producer_epoch = -1;
    Offset base_offset = 0;
    int32_t leader_epoch = -1;
    Timestamp timestamp = NoTimestamp;
};

// The control batch that ends a transaction, ready to be stored.
Bytes marker_batch(const MarkerPlace& place, EndMarker marker);

// The marker that a control batch holds; nothing if it is a control batch of another kind, which
// clients pass over as well. Throws Corrupt when it is none at all.
std::optional<EndMarker> read_marker(BytesView batch);

}  // namespace tarn::log
