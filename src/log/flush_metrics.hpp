// What the flushers of all shards tell of the disk: how often they sync, how long it takes, and how
// much shares one round.
#pragma once

#include "base/clock.hpp"
#include "base/metrics.hpp"

namespace tarn::log {

class FlushMetrics {
public:
    FlushMetrics(Metrics& metrics, const Clock& clock);

    const Clock& clock() const { return clock_; }

    Counter& rounds;
    Histogram& batches_per_round;
    Histogram& sync_seconds;  // of one partition: its segments, the folder
    Gauge& waiting;           // acknowledgements

private:
    const Clock& clock_;
};

}  // namespace tarn::log
