// The lines of `kafka-topics --describe`, to the tab as Apache's tool prints them: people cut
// fields out of them.
#pragma once

#include <string>
#include <vector>

#include "kafka/client/topics.hpp"

namespace tarn::cli {

std::string topic_line(const kafka::client::TopicInfo& topic,
                       const std::vector<kafka::client::ConfigEntry>& settings);
std::string partition_line(const std::string& topic, const kafka::client::PartitionInfo& partition);

// The 22 letters and digits in which Kafka writes a UUID: base64 for URLs, without padding.
std::string kafka_text_of(const Uuid& id);

}  // namespace tarn::cli
