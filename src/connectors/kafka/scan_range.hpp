// Which partitions a table reads now, where each begins and where it ends. What is asked of the
// cluster only at the start of a job, or when partitions are new, is here.
#pragma once

#include "connectors/kafka/scan_options.hpp"
#include "connectors/kafka/topic_access.hpp"

namespace tarn::connectors {

// In the order of topics and partitions. Throws NotFound for a topic that is named and not there,
// and when no topic fits the pattern.
std::vector<TopicPartition> scanned_partitions(TopicAccess& topics, const ScanOptions& options);

// Where the job begins to read them, for the first time.
PartitionOffsets scan_starts(TopicAccess& topics, const ScanOptions& options,
                             const std::vector<TopicPartition>& partitions);

// The offsets before which reading ends; none when it never does.
PartitionOffsets scan_ends(TopicAccess& topics, const ScanOptions& options,
                           const std::vector<TopicPartition>& partitions);

// Where reading goes on after an offset that is gone. Throws NotFound when the options do not want
// to go on.
log::Offset offset_after_loss(TopicAccess& topics, const ScanOptions& options,
                              const TopicPartition& which, log::Offset lost);

}  // namespace tarn::connectors
