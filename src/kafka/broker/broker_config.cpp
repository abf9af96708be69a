#include "kafka/broker/broker_config.hpp"

#include <algorithm>

namespace tarn::kafka {
namespace {

std::string names_of(const std::vector<Mechanism>& mechanisms) {
    std::string names;
    for (Mechanism mechanism : mechanisms) {
        if (!names.empty()) names += ',';
        names += name_of(mechanism);
    }
    return names;
}

}  // namespace

std::vector<BrokerConfigValue> broker_config_values(const BrokerSettings& settings) {
    using enum log::ConfigType;
    const BrokerSettings defaults;
    auto number = [](auto value) { return std::to_string(value); };
    std::vector<BrokerConfigValue> values = {
        {"auto.create.topics.enable", settings.creates_topics ? "true" : "false", Boolean,
         settings.creates_topics == defaults.creates_topics,
         "topics are created when a client first asks for them"},
        {"broker.id", number(settings.node_id), Int, false, "the number of this broker"},
        {"compression.type", "producer", String, true, "batches are kept as they come"},
        {"connections.max.reauth.ms", number(settings.sasl_session.count()), Long,
         settings.sasl_session == defaults.sasl_session,
         "after it clients have to say anew who they are"},
        {"default.replication.factor", "1", Int, true, "there is one broker"},
        {"delete.topic.enable", "true", Boolean, true, "topics can be deleted"},
        {"fetch.max.bytes", number(settings.fetch_bytes_max), Int,
         settings.fetch_bytes_max == defaults.fetch_bytes_max, "the largest answer to a fetch"},
        {"group.coordinator.rebalance.protocols", "classic,consumer", List, true,
         "the protocols that consumer groups may use"},
        {"node.id", number(settings.node_id), Int, false, "the number of this broker"},
        {"num.partitions", number(settings.default_partitions), Int,
         settings.default_partitions == defaults.default_partitions,
         "partitions of a topic that is created without saying how many"},
        {"offset.metadata.max.bytes", number(settings.offset_metadata_bytes_max), Int, true,
         "the longest text that may go with a committed offset"},
        {"offsets.retention.minutes",
         number(
             std::chrono::duration_cast<std::chrono::minutes>(settings.offsets_retention).count()),
         Int, settings.offsets_retention == defaults.offsets_retention,
         "how long the offsets of an empty group are kept"},
        {"process.roles", "broker,controller", List, true, "what this process does"},
        {"sasl.enabled.mechanisms", names_of(settings.sasl_mechanisms), List, false,
         "how clients may say who they are"},
        {"transaction.max.timeout.ms", number(settings.transaction_timeout_max.count()), Int,
         settings.transaction_timeout_max == defaults.transaction_timeout_max,
         "the longest that a producer may have its transactions last"},
        {"transactional.id.expiration.ms", number(settings.transactional_id_retention.count()), Int,
         settings.transactional_id_retention == defaults.transactional_id_retention,
         "how long a transactional id without any transaction is remembered"},
        {"socket.request.max.bytes", number(settings.frame_bytes_max), Int,
         settings.frame_bytes_max == defaults.frame_bytes_max, "the largest request"},
    };
    for (const auto& definition : log::topic_config_definitions()) {
        if (definition.broker_name.empty()) continue;
        bool is_there = std::ranges::find(values, definition.broker_name,
                                          &BrokerConfigValue::name) != values.end();
        if (is_there) continue;
        values.push_back({definition.broker_name, definition.default_value, definition.type, true,
                          definition.help});
    }
    std::ranges::sort(values, {}, &BrokerConfigValue::name);
    return values;
}

}  // namespace tarn::kafka
