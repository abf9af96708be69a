// How one partition stores, keeps and forgets its batches: the settings of its topic, read from the
// names that Kafka gives them. They may change while the partition is open.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "log/record_batch.hpp"

namespace tarn::log {

struct PartitionSettings {
    int64_t segment_bytes_max = int64_t{1} << 30;                     // segment.bytes
    std::chrono::milliseconds segment_age_max{std::chrono::days(7)};  // segment.ms
    int64_t index_interval_bytes = 4096;                              // index.interval.bytes
    int64_t batch_bytes_max = 1048588;                                // max.message.bytes

    bool deletes_old = true;  // cleanup.policy holds "delete"
    std::optional<std::chrono::milliseconds> retention{std::chrono::days(7)};  // retention.ms
    std::optional<int64_t> retention_bytes;                                    // retention.bytes

    bool compacts = false;  // cleanup.policy holds "compact"
    std::chrono::milliseconds tombstones_kept{std::chrono::days(1)};  // delete.retention.ms
    std::chrono::milliseconds compaction_lag_min{0};                  // min.compaction.lag.ms
    std::chrono::milliseconds compaction_lag_max = std::chrono::milliseconds::max();
    double dirty_ratio_min = 0.5;  // min.cleanable.dirty.ratio

    TimestampType timestamp_type = TimestampType::CreateTime;  // message.timestamp.type
    // How far a record's time may lie from the broker's: message.timestamp.{before,after}.max.ms
    std::chrono::milliseconds timestamp_before_max = std::chrono::milliseconds::max();
    std::chrono::milliseconds timestamp_after_max = std::chrono::milliseconds::max();

    std::chrono::milliseconds producer_expiry{std::chrono::days(1)};  // producer.id.expiration.ms
};

}  // namespace tarn::log
