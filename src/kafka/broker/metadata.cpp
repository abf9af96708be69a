// What there is: the versions we speak, the one broker of this cluster, topics and their
// partitions.

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "kafka/broker/handlers.hpp"
#include "kafka/broker/requests.hpp"
#include "kafka/wire/messages/api_versions.hpp"
#include "kafka/wire/messages/describe_cluster.hpp"
#include "kafka/wire/messages/describe_topic_partitions.hpp"
#include "kafka/wire/messages/metadata.hpp"

namespace tarn::kafka {
namespace {

// In place of the operations that a client may do, when it has not asked.
constexpr int32_t OperationsUnknown = std::numeric_limits<int32_t>::min();

int32_t cluster_operations(const Context& context) {
    return context.may(Operation::Describe, on_cluster()) ? context.operations_on(on_cluster()) : 0;
}

bool is_software_name(std::string_view name) {
    auto is_alphanumeric = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    return !name.empty() && is_alphanumeric(name.front()) && is_alphanumeric(name.back()) &&
           std::ranges::all_of(name,
                               [&](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; });
}

// Fills what Metadata and DescribeTopicPartitions say of a partition in the same words.
template <typename Partition>
Partition described(const Context& context, const log::Topic& topic, int index) {
    int32_t node = context.broker.settings.node_id;
    Partition partition;
    partition.partition_index = index;
    partition.leader_id = node;
    partition.leader_epoch = context.broker.log.leader_epoch();
    partition.replica_nodes = {node};
    partition.isr_nodes = {node};
    if (!topic.partitions[static_cast<size_t>(index)].partition) {
        partition.error_code = number_of(KafkaError::LeaderNotAvailable);
        partition.leader_id = -1;
        partition.offline_replicas = {node};
    }
    return partition;
}

using MetadataTopic = MetadataResponse::MetadataResponseTopic;

MetadataTopic described(const Context& context, const log::Topic& topic, bool with_operations) {
    MetadataTopic described_topic{.name = topic.name,
                                  .topic_id = topic.id,
                                  .is_internal = topic.is_internal(),
                                  .partitions = {}};
    for (int i = 0; i < topic.partition_count(); ++i) {
        described_topic.partitions.push_back(
            described<MetadataResponse::MetadataResponsePartition>(context, topic, i));
    }
    if (with_operations) {
        described_topic.topic_authorized_operations = context.operations_on(on_topic(topic.name));
    }
    return described_topic;
}

MetadataTopic refused(const Context& context, const MetadataRequest::MetadataRequestTopic& wanted,
                      KafkaError error, bool with_operations) {
    MetadataTopic topic;
    if (with_operations) {
        topic.topic_authorized_operations =
            context.operations_on(on_topic(wanted.name.value_or("")));
    }
    topic.error_code = number_of(error);
    topic.name = wanted.name;
    topic.topic_id = wanted.topic_id;
    return topic;
}

awaitable<log::TopicPtr> create_on_first_use(Context context, std::string name) {
    log::Topics& topics = context.broker.log.topics();
    int partitions = context.broker.settings.default_partitions;
    auto create = [&topics, name, partitions]() -> log::TopicPtr {
        try {
            return topics.create({.name = name, .partitions = partitions});
        } catch (const Error& error) {
            // Another client was first, most likely.
            TARN_LOG_DEBUG("topic {} is not created: {}", name, error.what());
            return topics.find(name);
        }
    };
    co_return co_await context.broker.blocking.run(create);
}

awaitable<MetadataTopic> find_or_create(Context context,
                                        MetadataRequest::MetadataRequestTopic wanted,
                                        bool may_create, bool with_operations) {
    // Java asks by id with an empty name beside it.
    bool is_by_id = !wanted.name || wanted.topic_id != Uuid();
    if (is_by_id) {
        wanted.name.reset();
        log::TopicPtr topic = context.broker.log.topics().table()->find(wanted.topic_id);
        if (!topic) co_return refused(context, wanted, KafkaError::UnknownTopicId, with_operations);
        if (!context.may(Operation::Describe, on_topic(topic->name))) {
            co_return refused(context, wanted, KafkaError::TopicAuthorizationFailed,
                              with_operations);
        }
        co_return described(context, *topic, with_operations);
    }
    // Not even whether it exists is told to those who may not know of it.
    if (!context.may(Operation::Describe, on_topic(*wanted.name))) {
        co_return refused(context, wanted, KafkaError::TopicAuthorizationFailed, with_operations);
    }
    if (log::TopicPtr topic = context.find_topic(*wanted.name)) {
        co_return described(context, *topic, with_operations);
    }
    if (!log::is_topic_name(*wanted.name)) {
        co_return refused(context, wanted, KafkaError::InvalidTopicException, with_operations);
    }
    if (!may_create || wanted.name->starts_with("__")) {
        co_return refused(context, wanted, KafkaError::UnknownTopicOrPartition, with_operations);
    }
    if (!context.may(Operation::Create, on_cluster()) &&
        !context.may(Operation::Create, on_topic(*wanted.name))) {
        co_return refused(context, wanted, KafkaError::TopicAuthorizationFailed, with_operations);
    }
    log::TopicPtr created = co_await create_on_first_use(context, *wanted.name);
    if (!created)
        co_return refused(context, wanted, KafkaError::LeaderNotAvailable, with_operations);
    co_return described(context, *created, with_operations);
}

struct Feature {
    const char* name;
    int16_t version;
};
constexpr Feature Features[] = {{"group.version", 1}, {"transaction.version", 2}};

}  // namespace

ApiVersionsResponse answer_api_versions(const Context& context, const ApiVersionsRequest& request) {
    ApiVersionsResponse response;
    constexpr int VersionWithSoftware = 3;
    bool names_itself =
        context.version >= VersionWithSoftware && context.version <= ApiVersionsRequest::MaxVersion;
    if (names_itself && (!is_software_name(request.client_software_name) ||
                         !is_software_name(request.client_software_version))) {
        // An empty name is what answers to versions above ours come with.
        response.error_code = number_of(KafkaError::InvalidRequest);
        return response;
    }
    if (names_itself) {
        context.session.software_name = request.client_software_name;
        context.session.software_version = request.client_software_version;
    }
    for (const Handler& handler : handlers()) {
        response.api_keys.push_back({.api_key = static_cast<int16_t>(handler.key),
                                     .min_version = handler.advertised_min,
                                     .max_version = handler.max_version});
    }
    // Clients decide by it which protocols of groups and transactions they speak. Before version 4
    // of this answer they refuse features that may be absent (KAFKA-17011), but take what is in
    // force.
    constexpr int VersionWithOptionalFeatures = 4;
    response.finalized_features_epoch = 0;
    for (const Feature& feature : Features) {
        if (context.version >= VersionWithOptionalFeatures) {
            response.supported_features.push_back(
                {.name = feature.name, .min_version = 0, .max_version = feature.version});
        }
        response.finalized_features.push_back({.name = feature.name,
                                               .max_version_level = feature.version,
                                               .min_version_level = feature.version});
    }
    return response;
}

awaitable<MetadataResponse> answer_metadata(Context context, MetadataRequest request) {
    const BrokerSettings& settings = context.broker.settings;
    const Listener& listener = context.session.listener;
    MetadataResponse response;
    response.brokers.push_back({.node_id = settings.node_id,
                                .host = listener.advertised_host,
                                .port = listener.advertised_port,
                                .rack = std::nullopt});
    response.cluster_id = settings.cluster_id;
    response.controller_id = settings.node_id;
    response.cluster_authorized_operations = request.include_cluster_authorized_operations
                                                 ? cluster_operations(context)
                                                 : OperationsUnknown;

    // Version 0 has no null: there an empty list means all.
    bool wants_all = !request.topics || (context.version == 0 && request.topics->empty());
    bool with_operations = request.include_topic_authorized_operations;
    if (wants_all) {
        for (const auto& [name, topic] : context.broker.log.topics().table()->by_name) {
            if (!context.may(Operation::Describe, on_topic(name))) continue;
            response.topics.push_back(described(context, *topic, with_operations));
        }
        co_return response;
    }
    bool may_create = request.allow_auto_topic_creation && settings.creates_topics;
    for (const auto& wanted : *request.topics) {
        auto topic = co_await find_or_create(context, wanted, may_create, with_operations);
        response.topics.push_back(std::move(topic));
    }
    co_return response;
}

DescribeClusterResponse answer_describe_cluster(const Context& context,
                                                const DescribeClusterRequest& request) {
    constexpr int8_t Brokers = 1;
    const BrokerSettings& settings = context.broker.settings;
    const Listener& listener = context.session.listener;
    DescribeClusterResponse response;
    response.endpoint_type = request.endpoint_type;
    if (request.endpoint_type != Brokers) {
        response.error_code = number_of(KafkaError::MismatchedEndpointType);
        response.error_message = "The request was sent to an endpoint of the wrong type.";
        return response;
    }
    response.cluster_id = settings.cluster_id;
    response.controller_id = settings.node_id;
    response.brokers.push_back({.broker_id = settings.node_id,
                                .host = listener.advertised_host,
                                .port = listener.advertised_port});
    if (request.include_cluster_authorized_operations) {
        response.cluster_authorized_operations = cluster_operations(context);
    }
    return response;
}

DescribeTopicPartitionsResponse answer_describe_topic_partitions(
    const Context& context, const DescribeTopicPartitionsRequest& request) {
    using TopicPart = DescribeTopicPartitionsResponse::DescribeTopicPartitionsResponseTopic;
    using PartitionPart = DescribeTopicPartitionsResponse::DescribeTopicPartitionsResponsePartition;
    auto table = context.broker.log.topics().table();
    std::vector<std::string> names;
    for (const auto& topic : request.topics) names.push_back(topic.name);
    if (names.empty()) {
        for (const auto& [name, topic] : table->by_name) {
            if (context.may(Operation::Describe, on_topic(name))) names.push_back(name);
        }
    }
    std::ranges::sort(names);

    DescribeTopicPartitionsResponse response;
    int left = std::clamp(request.response_partition_limit, 1, 2000);
    for (const std::string& name : names) {
        int first = 0;
        if (request.cursor && name < request.cursor->topic_name) continue;
        if (request.cursor && name == request.cursor->topic_name) {
            first = std::max(0, request.cursor->partition_index);
        }
        log::TopicPtr topic = table->find(name);
        bool may_know = context.may(Operation::Describe, on_topic(name));
        if (!topic || !may_know) {
            bool is_name = log::is_topic_name(name);
            TopicPart unknown;
            unknown.name = name;
            unknown.topic_authorized_operations = context.operations_on(on_topic(name));
            unknown.error_code = number_of(is_name ? KafkaError::UnknownTopicOrPartition
                                                   : KafkaError::InvalidTopicException);
            if (!may_know) unknown.error_code = number_of(KafkaError::TopicAuthorizationFailed);
            response.topics.push_back(std::move(unknown));
            continue;
        }
        if (left == 0) {
            response.next_cursor = {.topic_name = name, .partition_index = first};
            return response;
        }
        TopicPart part{.name = name,
                       .topic_id = topic->id,
                       .is_internal = topic->is_internal(),
                       .partitions = {},
                       .topic_authorized_operations = context.operations_on(on_topic(name))};
        int end = std::min(topic->partition_count(), first + left);
        for (int i = first; i < end; ++i) {
            PartitionPart& partition =
                part.partitions.emplace_back(described<PartitionPart>(context, *topic, i));
            partition.eligible_leader_replicas.emplace();
            partition.last_known_elr.emplace();
        }
        left -= std::max(0, end - first);
        response.topics.push_back(std::move(part));
        if (end < topic->partition_count()) {
            response.next_cursor = {.topic_name = name, .partition_index = end};
            return response;
        }
    }
    return response;
}

}  // namespace tarn::kafka
