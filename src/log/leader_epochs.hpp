// Which leader epoch began at which offset. Each start of Tarn is an epoch of its own, so a client
// that asks where its epoch ended learns of what a loss of power has cut off (KIP-101). It can be
// read again from the batches, each of which carries its epoch.
#pragma once

#include <optional>
#include <vector>

#include "base/byte_reader.hpp"
#include "log/record_batch.hpp"

namespace tarn::log {

struct EpochEnd {
    int32_t leader_epoch = -1;
    Offset end_offset = -1;

    bool operator==(const EpochEnd&) const = default;
};

class LeaderEpochs {
public:
    // A batch of `epoch` starts at `offset`, or will. Older epochs than the last are passed over.
    void note(int32_t epoch, Offset offset);

    // Where the newest epoch that is not newer than `epoch` ended, by the rules of Kafka's
    // OffsetForLeaderEpoch; {-1, -1} for one that is still to come.
    EpochEnd end_of(int32_t epoch, Offset log_end) const;

    // The epoch in which the record at `offset` was appended; nothing if it is not known.
    std::optional<int32_t> epoch_at(Offset offset) const;

    // Forgets epochs that ended before `start`.
    void trim(Offset start);

    void encode(Bytes& out) const;
    static LeaderEpochs decode(ByteReader& in);

private:
    struct Epoch {
        int32_t epoch;
        Offset start;
    };

    std::vector<Epoch> epochs_;  // both fields grow
};

}  // namespace tarn::log
