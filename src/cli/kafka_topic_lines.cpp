#include "cli/kafka_topic_lines.hpp"

#include <fmt/format.h>

namespace tarn::cli {

namespace client = kafka::client;

std::string topic_line(const client::TopicInfo& topic,
                       const std::vector<client::ConfigEntry>& settings) {
    constexpr int8_t BuiltIn = 5;
    std::vector<std::string> shown;
    for (const client::ConfigEntry& entry : settings) {
        if (entry.source != BuiltIn) shown.push_back(entry.name + "=" + entry.value);
    }
    size_t replicas = topic.partitions.empty() ? 0 : topic.partitions[0].replicas.size();
    return fmt::format(
        "Topic: {}\tTopicId: {}\tPartitionCount: {}\tReplicationFactor: {}\tConfigs: {}",
        topic.name, kafka_text_of(topic.id), topic.partitions.size(), replicas,
        fmt::join(shown, ","));
}

std::string partition_line(const std::string& topic, const client::PartitionInfo& partition) {
    std::string leader = partition.leader < 0 ? "none" : std::to_string(partition.leader);
    return fmt::format(
        "\tTopic: {}\tPartition: {}\tLeader: {}\tReplicas: {}\tIsr: {}\tElr: \tLastKnownElr: ",
        topic, partition.id, leader, fmt::join(partition.replicas, ","),
        fmt::join(partition.in_sync, ","));
}

std::string kafka_text_of(const Uuid& id) {
    constexpr std::string_view Digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    uint32_t bits = 0;
    int count = 0;
    for (uint8_t byte : id.bytes()) {
        bits = bits << 8 | byte;
        for (count += 8; count >= 6; count -= 6) text += Digits[bits >> (count - 6) & 63];
    }
    text += Digits[bits << (6 - count) & 63];
    return text;
}

}  // namespace tarn::cli
