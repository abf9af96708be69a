#include "kafka/client/topics.hpp"

#include <algorithm>

#include "base/suggest.hpp"
#include "kafka/wire/messages/create_partitions.hpp"
#include "kafka/wire/messages/create_topics.hpp"
#include "kafka/wire/messages/delete_records.hpp"
#include "kafka/wire/messages/delete_topics.hpp"
#include "kafka/wire/messages/describe_configs.hpp"
#include "kafka/wire/messages/incremental_alter_configs.hpp"
#include "kafka/wire/messages/list_offsets.hpp"

namespace tarn::kafka::client {
namespace {

constexpr int32_t AdminTimeoutMs = 30000;

std::string named(const std::string& topic) {
    return fmt::format("topic '{}'", topic);
}

TopicInfo info_of(const MetadataResponse::MetadataResponseTopic& topic) {
    TopicInfo info{.name = topic.name.value_or(""),
                   .id = topic.topic_id,
                   .is_internal = topic.is_internal,
                   .partitions = {}};
    for (const auto& partition : topic.partitions) {
        info.partitions.push_back({.id = partition.partition_index,
                                   .leader = partition.leader_id,
                                   .replicas = partition.replica_nodes,
                                   .in_sync = partition.isr_nodes});
    }
    std::ranges::sort(info.partitions, {}, &PartitionInfo::id);
    return info;
}

MetadataResponse ask_metadata(Client& client, const MetadataRequest& request) {
    MetadataResponse answer = *client.call<MetadataResponse>(request);
    client.learn(answer);
    return answer;
}

[[noreturn]] void refuse_unknown(Client& client, const std::string& name) {
    std::vector<std::string> known;
    for (const TopicInfo& topic : list_topics(client)) {
        if (!topic.is_internal) known.push_back(topic.name);
    }
    std::string hint = known.empty() ? "there are no topics yet; `tarn topic create " + name + "`"
                                     : name_hint(name, known);
    throw Error(ErrorCode::NotFound, "there is no topic '{}'", name).with_hint(std::move(hint));
}

// Runs what acts on one topic, and tells about a topic that is not there in the best way we can.
template <typename Work>
auto on_topic(Client& client, const std::string& name, Work work) {
    try {
        return client.retrying(work);
    } catch (const RefusedError& refused) {
        if (refused.error() != KafkaError::UnknownTopicOrPartition) throw;
    }
    refuse_unknown(client, name);
}

// The partitions of a topic by the broker that leads them.
std::map<int32_t, std::vector<int32_t>> by_leader(const TopicInfo& topic) {
    std::map<int32_t, std::vector<int32_t>> led;
    for (const PartitionInfo& partition : topic.partitions) {
        led[partition.leader].push_back(partition.id);
    }
    return led;
}

}  // namespace

std::vector<TopicInfo> list_topics(Client& client) {
    MetadataRequest request{.topics = std::nullopt};
    request.allow_auto_topic_creation = false;
    std::vector<TopicInfo> topics;
    for (const auto& topic : ask_metadata(client, request).topics) topics.push_back(info_of(topic));
    std::ranges::sort(topics, {}, &TopicInfo::name);
    return topics;
}

TopicInfo find_topic(Client& client, const std::string& name, Missing missing) {
    MetadataRequest request;
    request.topics->push_back({.name = name});
    request.allow_auto_topic_creation = missing == Missing::Create;
    auto ask = [&] {
        MetadataResponse answer = ask_metadata(client, request);
        if (answer.topics.empty())
            throw RefusedError(KafkaError::UnknownTopicOrPartition, named(name));
        check(answer.topics[0].error_code, named(name));
        return info_of(answer.topics[0]);
    };
    if (missing == Missing::Create) {
        // Some brokers say that the topic is unknown while they create it.
        try {
            return client.retrying(ask);
        } catch (const RefusedError& refused) {
            if (refused.error() != KafkaError::UnknownTopicOrPartition) throw;
        }
    }
    return on_topic(client, name, ask);
}

void create_topic(Client& client, const NewTopic& topic) {
    CreateTopicsRequest request;
    request.timeout_ms = AdminTimeoutMs;
    auto& wanted = request.topics.emplace_back();
    wanted.name = topic.name;
    wanted.num_partitions = topic.partitions.value_or(-1);
    wanted.replication_factor = topic.replication.value_or(int16_t{-1});
    for (const auto& [name, value] : topic.configs) {
        wanted.configs.push_back({.name = name, .value = value});
    }
    client.retrying([&] {
        auto answer = client.call<CreateTopicsResponse>(request, Controller{});
        for (const auto& each : answer->topics) {
            check(each.error_code, named(each.name), each.error_message);
        }
    });
}

void delete_topic(Client& client, const std::string& name) {
    DeleteTopicsRequest request;
    request.topic_names = {name};
    request.timeout_ms = AdminTimeoutMs;
    on_topic(client, name, [&] {
        auto answer = client.call<DeleteTopicsResponse>(request, Controller{});
        for (const auto& each : answer->responses) {
            check(each.error_code, named(name), each.error_message);
        }
    });
}

void grow_topic(Client& client, const std::string& name, int32_t partitions) {
    CreatePartitionsRequest request;
    request.timeout_ms = AdminTimeoutMs;
    request.topics.push_back({.name = name, .count = partitions, .assignments = std::nullopt});
    on_topic(client, name, [&] {
        auto answer = client.call<CreatePartitionsResponse>(request, Controller{});
        for (const auto& each : answer->results) {
            check(each.error_code, named(name), each.error_message);
        }
    });
}

bool ConfigEntry::is_own() const {
    constexpr int8_t DynamicTopic = 1;
    constexpr int8_t DynamicBroker = 2;
    return source == DynamicTopic || source == DynamicBroker;
}

std::map<std::string, std::vector<ConfigEntry>> read_configs(
    Client& client, ResourceKind kind, const std::vector<std::string>& names) {
    DescribeConfigsRequest request;
    request.include_synonyms = true;
    for (const std::string& name : names) {
        request.resources.push_back({.resource_type = static_cast<int8_t>(kind),
                                     .resource_name = name,
                                     .configuration_keys = std::nullopt});
    }
    auto answer = client.retrying([&] { return client.call<DescribeConfigsResponse>(request); });
    std::map<std::string, std::vector<ConfigEntry>> configs;
    for (const auto& resource : answer->results) {
        if (resource.error_code == code_of(KafkaError::UnknownTopicOrPartition)) {
            refuse_unknown(client, resource.resource_name);
        }
        check(resource.error_code, fmt::format("settings of '{}'", resource.resource_name),
              resource.error_message);
        auto& entries = configs[resource.resource_name];
        for (const auto& config : resource.configs) {
            ConfigEntry entry{.name = config.name,
                              .value = config.value.value_or(""),
                              .source = config.config_source,
                              .is_sensitive = config.is_sensitive,
                              .synonyms = {}};
            for (const auto& synonym : config.synonyms) {
                entry.synonyms.push_back(
                    {synonym.name, synonym.value.value_or("null"), synonym.source});
            }
            entries.push_back(std::move(entry));
        }
        std::ranges::sort(entries, {}, &ConfigEntry::name);
    }
    return configs;
}

void change_configs(Client& client, ResourceKind kind, const std::string& name,
                    const ConfigChange& change) {
    constexpr int8_t Set = 0;
    constexpr int8_t Delete = 1;
    IncrementalAlterConfigsRequest request;
    auto& resource = request.resources.emplace_back();
    resource.resource_type = static_cast<int8_t>(kind);
    resource.resource_name = name;
    for (const auto& [key, value] : change.set) {
        resource.configs.push_back({.name = key, .config_operation = Set, .value = value});
    }
    for (const std::string& key : change.remove) {
        resource.configs.push_back(
            {.name = key, .config_operation = Delete, .value = std::nullopt});
    }
    auto ask = [&] {
        auto answer = client.call<IncrementalAlterConfigsResponse>(request, Controller{});
        for (const auto& each : answer->responses) {
            check(each.error_code, fmt::format("settings of '{}'", name), each.error_message);
        }
    };
    if (kind == ResourceKind::Topic) return on_topic(client, name, ask);
    client.retrying(ask);
}

Offsets offsets_at(Client& client, const TopicInfo& topic, log::Timestamp time) {
    Offsets offsets;
    auto ask = [&](int32_t leader, const std::vector<int32_t>& partitions) {
        ListOffsetsRequest request;
        request.replica_id = -1;
        auto& wanted = request.topics.emplace_back();
        wanted.name = topic.name;
        for (int32_t id : partitions) {
            wanted.partitions.push_back({.partition_index = id, .timestamp = time});
        }
        auto answer = client.call<ListOffsetsResponse>(request, Node{leader});
        for (const auto& each : answer->topics) {
            for (const auto& partition : each.partitions) {
                check(partition.error_code, fmt::format("{}, partition {}", named(topic.name),
                                                        partition.partition_index));
                offsets[partition.partition_index] = partition.offset;
            }
        }
    };
    auto leaders = by_leader(topic);
    client.retrying([&] {
        for (const auto& [leader, partitions] : leaders) ask(leader, partitions);
    });
    return offsets;
}

Offsets trim_topic(Client& client, const TopicInfo& topic, const Offsets& before) {
    Offsets starts;
    for (const auto& [leader, partitions] : by_leader(topic)) {
        DeleteRecordsRequest request;
        request.timeout_ms = AdminTimeoutMs;
        auto& wanted = request.topics.emplace_back();
        wanted.name = topic.name;
        for (int32_t id : partitions) {
            auto found = before.find(id);
            if (found == before.end()) continue;
            wanted.partitions.push_back({.partition_index = id, .offset = found->second});
        }
        if (wanted.partitions.empty()) continue;
        client.retrying([&, leader = leader] {
            auto answer = client.call<DeleteRecordsResponse>(request, Node{leader});
            for (const auto& partition : answer->topics.at(0).partitions) {
                check(partition.error_code, fmt::format("{}, partition {}", named(topic.name),
                                                        partition.partition_index));
                starts[partition.partition_index] = partition.low_watermark;
            }
        });
    }
    return starts;
}

}  // namespace tarn::kafka::client
