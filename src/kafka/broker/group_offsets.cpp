// The offsets that groups commit: writing, reading and deleting them.

#include "base/error.hpp"
#include "base/log.hpp"
#include "kafka/broker/group_coordinator.hpp"
#include "kafka/broker/requests.hpp"
#include "kafka/wire/messages/offset_commit.hpp"
#include "kafka/wire/messages/offset_delete.hpp"
#include "kafka/wire/messages/offset_fetch.hpp"

namespace tarn::kafka {
namespace {

constexpr int VersionWithTopicIds = 10;
constexpr int VersionWithMemberEpochs = 9;

// Which partitions of a commit are in order, and what is wrong with the others.
struct Commit {
    OffsetCommitResponse response;
    std::vector<OffsetToCommit> offsets;

    void refuse_all(KafkaError error) {
        for (auto& topic : response.topics) {
            for (auto& partition : topic.partitions) partition.error_code = number_of(error);
        }
    }
    // The answer for all that were in order.
    void settle(KafkaError error) {
        for (auto& topic : response.topics) {
            for (auto& partition : topic.partitions) {
                if (partition.error_code == number_of(KafkaError::None)) {
                    partition.error_code = number_of(error);
                }
            }
        }
    }
};

using TopicOfCommit = OffsetCommitRequest::OffsetCommitRequestTopic;

KafkaError check(const Context& context, const log::TopicPtr& topic, const TopicOfCommit& wanted,
                 const OffsetCommitRequest::OffsetCommitRequestPartition& partition) {
    bool is_by_name = context.version < VersionWithTopicIds;
    if ((topic || is_by_name) &&
        !context.may(Operation::Read, on_topic(topic ? topic->name : wanted.name))) {
        return KafkaError::TopicAuthorizationFailed;
    }
    if (!topic) {
        return is_by_name ? KafkaError::UnknownTopicOrPartition : KafkaError::UnknownTopicId;
    }
    if (!topic->has_partition(partition.partition_index)) {
        return KafkaError::UnknownTopicOrPartition;
    }
    auto metadata_size = std::ssize(partition.committed_metadata.value_or(""));
    if (metadata_size > context.broker.settings.offset_metadata_bytes_max) {
        return KafkaError::OffsetMetadataTooLarge;
    }
    return KafkaError::None;
}

Commit prepared(const Context& context, const OffsetCommitRequest& request) {
    Commit commit;
    auto table = context.broker.log.topics().table();
    for (const auto& topic : request.topics) {
        log::TopicPtr found = context.version >= VersionWithTopicIds ? table->find(topic.topic_id)
                                                                     : table->find(topic.name);
        auto& in_response = commit.response.topics.emplace_back();
        in_response.name = topic.name;
        in_response.topic_id = topic.topic_id;
        for (const auto& partition : topic.partitions) {
            KafkaError error = check(context, found, topic, partition);
            in_response.partitions.push_back({partition.partition_index, number_of(error)});
            if (error != KafkaError::None) continue;
            commit.offsets.push_back(
                {.partition = {found->name, partition.partition_index},
                 .offset = {.offset = partition.committed_offset,
                            .leader_epoch = partition.committed_leader_epoch,
                            .metadata = partition.committed_metadata.value_or(""),
                            .committed_at = context.broker.groups.now_ms()}});
        }
    }
    return commit;
}

// What the two shapes of OffsetFetch, of one group and of many, have in common.
template <typename Topic, typename Wanted>
std::vector<Topic> topics_of(const std::vector<FetchedOffset>& found, const Wanted& wanted,
                             bool require_stable) {
    std::vector<Topic> topics;
    if (wanted) {
        for (const auto& topic : *wanted) {
            auto& named = topics.emplace_back();
            named.name = topic.name;
            if constexpr (requires { topic.topic_id; }) named.topic_id = topic.topic_id;
        }
    }
    size_t at = 0;
    for (const FetchedOffset& each : found) {
        // Asked for by name, the answers come in the order of the question; else by topic.
        if (wanted) {
            while ((*wanted)[at].partition_indexes.size() == topics[at].partitions.size()) ++at;
        } else if (topics.empty() || topics.back().name != each.partition.topic) {
            topics.emplace_back().name = each.partition.topic;
            at = topics.size() - 1;
        }
        auto& partition = topics[at].partitions.emplace_back();
        partition.partition_index = each.partition.partition;
        partition.committed_offset = each.offset.offset;
        partition.committed_leader_epoch = each.offset.leader_epoch;
        partition.metadata = each.offset.metadata;
        if (require_stable && each.is_unstable) {
            partition.error_code = number_of(KafkaError::UnstableOffsetCommit);
            partition.committed_offset = -1;
        }
    }
    return topics;
}

// Topics that the client may not know of are left out, or refused where it has named them.
template <typename Topics>
void hide_unauthorized(const Context& context, Topics& topics, bool were_named) {
    std::erase_if(topics, [&](auto& topic) {
        if (context.may(Operation::Describe, on_topic(topic.name))) return false;
        for (auto& partition : topic.partitions) {
            partition.error_code = number_of(KafkaError::TopicAuthorizationFailed);
            partition.committed_offset = -1;
            partition.committed_leader_epoch = -1;
            partition.metadata = "";
        }
        return !were_named;
    });
}

template <typename Wanted>
std::optional<std::vector<TopicPartition>> partitions_of(const Wanted& wanted) {
    if (!wanted) return std::nullopt;
    std::vector<TopicPartition> partitions;
    for (const auto& topic : *wanted) {
        for (int32_t index : topic.partition_indexes) partitions.push_back({topic.name, index});
    }
    return partitions;
}

using OfGroup = OffsetFetchResponse::OffsetFetchResponseGroup;

// Names for the ids that a request of version 10 has instead; those of no topic are answered apart.
void resolve_ids(const Context& context, OffsetFetchRequest::OffsetFetchRequestGroup& group,
                 OfGroup& response) {
    if (!group.topics) return;
    auto table = context.broker.log.topics().table();
    std::erase_if(*group.topics, [&](auto& topic) {
        if (log::TopicPtr found = table->find(topic.topic_id)) {
            topic.name = found->name;
            return false;
        }
        auto& unknown = response.topics.emplace_back();
        unknown.topic_id = topic.topic_id;
        for (int32_t index : topic.partition_indexes) {
            unknown.partitions.push_back({.partition_index = index,
                                          .committed_offset = -1,
                                          .error_code = number_of(KafkaError::UnknownTopicId)});
        }
        return true;
    });
}

awaitable<KafkaError> check_reader(const Context& context,
                                   const OffsetFetchRequest::OffsetFetchRequestGroup& group) {
    if (!context.may(Operation::Describe, on_group(group.group_id))) {
        co_return KafkaError::GroupAuthorizationFailed;
    }
    bool is_member = group.member_id || group.member_epoch >= 0;
    if (!is_member) co_return KafkaError::None;
    co_return co_await context.broker.groups.may_fetch(group.group_id, group.member_id.value_or(""),
                                                       group.member_epoch);
}

// In the shape for one group, whose first version has no error but those of partitions.
OffsetFetchResponse refused(const OffsetFetchRequest& request, KafkaError error) {
    OffsetFetchResponse response;
    response.error_code = number_of(error);
    if (!request.topics) return response;
    for (const auto& topic : *request.topics) {
        auto& in_response = response.topics.emplace_back();
        in_response.name = topic.name;
        for (int32_t index : topic.partition_indexes) {
            in_response.partitions.push_back(
                {.partition_index = index, .committed_offset = -1, .error_code = number_of(error)});
        }
    }
    return response;
}

}  // namespace

awaitable<OffsetCommitResponse> answer_offset_commit(Context context, OffsetCommitRequest request) {
    Commit commit = prepared(context, request);
    if (request.group_id.empty()) {
        commit.settle(KafkaError::InvalidGroupId);
        co_return std::move(commit.response);
    }
    if (!context.may(Operation::Read, on_group(request.group_id))) {
        commit.refuse_all(KafkaError::GroupAuthorizationFailed);
        co_return std::move(commit.response);
    }
    Speaker speaker{request.member_id, request.group_instance_id,
                    request.generation_id_or_member_epoch};
    KafkaError error = KafkaError::None;
    try {
        auto members_count = context.version >= VersionWithMemberEpochs ? MembersCount::Epochs
                                                                        : MembersCount::Generations;
        error =
            co_await context.broker.groups.commit(std::move(request.group_id), std::move(speaker),
                                                  members_count, std::move(commit.offsets));
    } catch (const Error& failure) {
        TARN_LOG_WARN("cannot commit offsets: {}", failure.what());
        error = KafkaError::CoordinatorNotAvailable;
    }
    commit.settle(error);
    co_return std::move(commit.response);
}

awaitable<OffsetFetchResponse> answer_offset_fetch(Context context, OffsetFetchRequest request) {
    constexpr int VersionWithManyGroups = 8;
    OffsetFetchResponse response;
    if (context.version < VersionWithManyGroups) {
        if (!context.may(Operation::Describe, on_group(request.group_id))) {
            co_return refused(request, KafkaError::GroupAuthorizationFailed);
        }
        auto partitions = partitions_of(request.topics);
        auto found = co_await context.broker.groups.offsets(request.group_id, partitions);
        response.topics = topics_of<OffsetFetchResponse::OffsetFetchResponseTopic>(
            found, request.topics, request.require_stable);
        hide_unauthorized(context, response.topics, request.topics.has_value());
        co_return response;
    }
    for (auto& group : request.groups) {
        OfGroup in_response;
        in_response.group_id = group.group_id;
        KafkaError refusal = co_await check_reader(context, group);
        if (refusal != KafkaError::None) {
            in_response.error_code = number_of(refusal);
            response.groups.push_back(std::move(in_response));
            continue;
        }
        bool by_id = context.version >= VersionWithTopicIds;
        if (by_id) resolve_ids(context, group, in_response);
        auto partitions = partitions_of(group.topics);
        auto found = co_await context.broker.groups.offsets(group.group_id, partitions);
        auto topics = topics_of<OffsetFetchResponse::OffsetFetchResponseTopics>(
            found, group.topics, request.require_stable);
        hide_unauthorized(context, topics, group.topics.has_value());
        auto table = context.broker.log.topics().table();
        for (auto& topic : topics) {
            log::TopicPtr known = by_id ? table->find(topic.name) : nullptr;
            if (by_id && !known) continue;
            if (known) topic.topic_id = known->id;
            in_response.topics.push_back(std::move(topic));
        }
        response.groups.push_back(std::move(in_response));
    }
    co_return response;
}

awaitable<OffsetDeleteResponse> answer_offset_delete(Context context, OffsetDeleteRequest request) {
    OffsetDeleteResponse response;
    if (!context.may(Operation::Delete, on_group(request.group_id))) {
        response.error_code = number_of(KafkaError::GroupAuthorizationFailed);
        co_return response;
    }
    std::vector<TopicPartition> partitions;
    for (const auto& topic : request.topics) {
        auto& in_response = response.topics.emplace_back();
        in_response.name = topic.name;
        log::TopicPtr known = context.find_topic(topic.name);
        for (const auto& partition : topic.partitions) {
            int32_t index = partition.partition_index;
            auto& answered = in_response.partitions.emplace_back();
            answered.partition_index = index;
            if (!context.may(Operation::Read, on_topic(topic.name))) {
                answered.error_code = number_of(KafkaError::TopicAuthorizationFailed);
                continue;
            }
            partitions.push_back({topic.name, index});
            if (known && known->has_partition(index)) continue;
            answered.error_code = number_of(KafkaError::UnknownTopicOrPartition);
        }
    }
    auto errors = co_await context.broker.groups.delete_offsets(request.group_id, partitions);
    size_t next = 0;
    for (auto& topic : response.topics) {
        for (auto& partition : topic.partitions) {
            if (partition.error_code != number_of(KafkaError::None)) continue;
            KafkaError error = errors[next++];
            // What is left of a topic that is gone is deleted too, though the answer stays no.
            bool is_unknown = partition.error_code != number_of(KafkaError::None);
            if (!is_unknown) partition.error_code = number_of(error);
            if (error == KafkaError::GroupIdNotFound) response.error_code = number_of(error);
        }
    }
    if (response.error_code != number_of(KafkaError::None)) response.topics.clear();
    co_return response;
}

}  // namespace tarn::kafka
