#include "log/flush_metrics.hpp"

namespace tarn::log {

FlushMetrics::FlushMetrics(Metrics& metrics, const Clock& clock)
    : rounds(metrics.counter("tarn_log_flush_rounds_total",
                             "Rounds in which partitions were flushed together")),
      batches_per_round(metrics.histogram("tarn_log_flush_round_batches",
                                          "Batches that were new to a round",
                                          {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000})),
      sync_seconds(metrics.histogram("tarn_log_flush_sync_seconds",
                                     "Time in which the disk made one partition last",
                                     latency_bounds())),
      waiting(metrics.gauge("tarn_log_flush_acknowledgements_waiting",
                            "Answers that wait for their batches to last")),
      clock_(clock) {}

}  // namespace tarn::log
