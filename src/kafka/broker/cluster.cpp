// What administrators and consoles ask of a cluster, although one machine has little to say to it.

#include <filesystem>

#include "kafka/broker/partition_visits.hpp"
#include "kafka/broker/requests.hpp"
#include "kafka/wire/messages/alter_partition_reassignments.hpp"
#include "kafka/wire/messages/describe_client_quotas.hpp"
#include "kafka/wire/messages/describe_log_dirs.hpp"
#include "kafka/wire/messages/describe_producers.hpp"
#include "kafka/wire/messages/elect_leaders.hpp"
#include "kafka/wire/messages/list_partition_reassignments.hpp"

namespace tarn::kafka {
namespace {

struct Sized {
    log::PartitionHandle handle;
    size_t topic_index = 0;
    DescribeLogDirsResponse::DescribeLogDirsPartition response;
};

struct Producers {
    log::PartitionHandle handle;
    size_t topic_index = 0;
    DescribeProducersResponse::PartitionResponse response;
};

const int16_t NotAuthorized = number_of(KafkaError::ClusterAuthorizationFailed);

bool is_partition(const Context& context, const std::string& topic_name, int32_t index) {
    log::TopicPtr topic = context.find_topic(topic_name);
    return topic && topic->has_partition(index);
}

}  // namespace

awaitable<DescribeLogDirsResponse> answer_describe_log_dirs(Context context,
                                                            DescribeLogDirsRequest request) {
    DescribeLogDirsResponse response;
    if (!context.may(Operation::Describe, on_cluster())) {
        response.error_code = NotAuthorized;
        co_return response;
    }
    auto& folder = response.results.emplace_back();
    folder.log_dir = context.broker.log.location();
    std::error_code unknown;
    auto space = std::filesystem::space(folder.log_dir, unknown);
    if (!unknown) {
        folder.total_bytes = static_cast<int64_t>(space.capacity);
        folder.usable_bytes = static_cast<int64_t>(space.available);
    }
    std::vector<Sized> partitions;
    auto add = [&](const log::Topic& topic, int index) {
        if (folder.topics.empty() || folder.topics.back().name != topic.name) {
            folder.topics.push_back({.name = topic.name});
        }
        Sized& sized = partitions.emplace_back();
        sized.handle = topic.partitions[static_cast<size_t>(index)];
        sized.topic_index = folder.topics.size() - 1;
        sized.response.partition_index = index;
    };
    auto table = context.broker.log.topics().table();
    if (!request.topics) {
        for (const auto& [name, topic] : table->by_name) {
            for (int i = 0; i < topic->partition_count(); ++i) add(*topic, i);
        }
    } else {
        for (const auto& wanted : *request.topics) {
            for (int32_t index : wanted.partitions) {
                if (is_partition(context, wanted.topic, index)) {
                    add(*table->find(wanted.topic), index);
                }
            }
        }
    }
    co_await visit_partitions(context, partitions, [](Sized& sized) {
        sized.response.partition_size = sized.handle.partition->size_bytes();
    });
    for (Sized& sized : partitions) {
        folder.topics[sized.topic_index].partitions.push_back(sized.response);
    }
    co_return response;
}

awaitable<DescribeProducersResponse> answer_describe_producers(Context context,
                                                               DescribeProducersRequest request) {
    DescribeProducersResponse response;
    std::vector<Producers> partitions;
    for (const auto& topic : request.topics) {
        response.topics.push_back({.name = topic.name});
        for (int32_t index : topic.partition_indexes) {
            Producers& item = partitions.emplace_back();
            item.topic_index = response.topics.size() - 1;
            item.response.partition_index = index;
            if (!context.may(Operation::Read, on_topic(topic.name))) {
                item.response.error_code = number_of(KafkaError::TopicAuthorizationFailed);
            } else if (is_partition(context, topic.name, index)) {
                item.handle =
                    context.find_topic(topic.name)->partitions[static_cast<size_t>(index)];
            } else {
                item.response.error_code = number_of(KafkaError::UnknownTopicOrPartition);
            }
        }
    }
    co_await visit_partitions(context, partitions, [](Producers& item) {
        for (const log::ActiveProducer& each : item.handle.partition->active_producers()) {
            item.response.active_producers.push_back(
                {.producer_id = each.producer_id,
                 .producer_epoch = each.epoch,
                 .last_sequence = each.last_sequence,
                 .last_timestamp = each.last_timestamp,
                 .coordinator_epoch = each.coordinator_epoch,
                 .current_txn_start_offset = each.transaction_start.value_or(-1)});
        }
    });
    for (Producers& item : partitions) {
        response.topics[item.topic_index].partitions.push_back(std::move(item.response));
    }
    co_return response;
}

ListPartitionReassignmentsResponse answer_list_partition_reassignments(
    const Context& context, const ListPartitionReassignmentsRequest&) {
    ListPartitionReassignmentsResponse response;
    response.error_message = std::nullopt;
    if (!context.may(Operation::Describe, on_cluster())) response.error_code = NotAuthorized;
    return response;
}

// There is one broker: a partition may be "moved" to where it is, and nowhere else.
AlterPartitionReassignmentsResponse answer_alter_partition_reassignments(
    const Context& context, const AlterPartitionReassignmentsRequest& request) {
    AlterPartitionReassignmentsResponse response;
    response.error_message = std::nullopt;
    if (!context.may(Operation::Alter, on_cluster())) {
        response.error_code = NotAuthorized;
        return response;
    }
    std::vector<int32_t> here = {context.broker.settings.node_id};
    for (const auto& topic : request.topics) {
        auto& in_response = response.responses.emplace_back();
        in_response.name = topic.name;
        for (const auto& partition : topic.partitions) {
            auto& result = in_response.partitions.emplace_back();
            result.partition_index = partition.partition_index;
            result.error_message = std::nullopt;
            if (!is_partition(context, topic.name, partition.partition_index)) {
                result.error_code = number_of(KafkaError::UnknownTopicOrPartition);
            } else if (!partition.replicas) {
                result.error_code = number_of(KafkaError::NoReassignmentInProgress);
            } else if (*partition.replicas != here) {
                result.error_code = number_of(KafkaError::InvalidReplicaAssignment);
                result.error_message = "There is one broker.";
            }
        }
    }
    return response;
}

ElectLeadersResponse answer_elect_leaders(const Context& context,
                                          const ElectLeadersRequest& request) {
    ElectLeadersResponse response;
    bool is_allowed = context.may(Operation::Alter, on_cluster());
    if (!is_allowed) response.error_code = NotAuthorized;
    if (!request.topic_partitions) return response;
    for (const auto& topic : *request.topic_partitions) {
        auto& in_response = response.replica_election_results.emplace_back();
        in_response.topic = topic.topic;
        for (int32_t index : topic.partitions) {
            auto& result = in_response.partition_result.emplace_back();
            result.partition_id = index;
            result.error_message = std::nullopt;
            result.error_code = number_of(is_partition(context, topic.topic, index)
                                              ? KafkaError::ElectionNotNeeded
                                              : KafkaError::UnknownTopicOrPartition);
            if (!is_allowed) result.error_code = NotAuthorized;
        }
    }
    return response;
}

DescribeClientQuotasResponse answer_describe_client_quotas(const Context& context,
                                                           const DescribeClientQuotasRequest&) {
    DescribeClientQuotasResponse response;
    response.error_message = std::nullopt;
    if (!context.may(Operation::DescribeConfigs, on_cluster())) {
        response.error_code = NotAuthorized;
        response.entries.reset();
    }
    return response;
}

}  // namespace tarn::kafka
