// Membership of groups of the newer protocol (KIP-848), and what they are like: from the messages
// to the coordinator and back.

#include <algorithm>
#include <cctype>

#include "base/error.hpp"
#include "base/log.hpp"
#include "kafka/broker/group_coordinator.hpp"
#include "kafka/broker/requests.hpp"
#include "kafka/groups/assignors.hpp"
#include "kafka/wire/messages/consumer_group_describe.hpp"
#include "kafka/wire/messages/consumer_group_heartbeat.hpp"

namespace tarn::kafka {
namespace {

constexpr int VersionWithOwnMemberIds = 1;
constexpr int32_t Unchanged = -1;  // of the rebalance timeout

struct Refusal {
    KafkaError error;
    std::string message;
};

bool is_blank(const std::string& text) {
    return std::ranges::all_of(
        text, [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; });
}

// What a member has to say of itself at first.
std::optional<std::string> lacking_at_first(const ConsumerGroupHeartbeatRequest& request) {
    if (request.rebalance_timeout_ms == Unchanged) {
        return "RebalanceTimeoutMs must be given by a member that joins.";
    }
    if (!request.topic_partitions || !request.topic_partitions->empty()) {
        return "TopicPartitions must be empty for a member that joins.";
    }
    if (!request.subscribed_topic_names && !request.subscribed_topic_regex) {
        return "SubscribedTopicNames or SubscribedTopicRegex must be given by a member that joins.";
    }
    return std::nullopt;
}

// What is wrong with a request whatever the group.
std::optional<std::string> mistake_in(const ConsumerGroupHeartbeatRequest& request, int version) {
    bool makes_its_id = version >= VersionWithOwnMemberIds;
    bool needs_id = makes_its_id || request.member_epoch != JoiningEpoch;
    if (needs_id && is_blank(request.member_id)) return "MemberId must not be empty.";
    if (is_blank(request.group_id)) return "GroupId must not be empty.";
    if (request.instance_id && is_blank(*request.instance_id)) {
        return "InstanceId must not be empty.";
    }
    if (request.rack_id && is_blank(*request.rack_id)) return "RackId must not be empty.";
    if (request.member_epoch == JoiningEpoch) return lacking_at_first(request);
    if (request.member_epoch == LeavingForAWhileEpoch && !request.instance_id) {
        return "InstanceId must be given by a member that will be back.";
    }
    if (request.member_epoch < LeavingForAWhileEpoch) return "MemberEpoch is below all there are.";
    return std::nullopt;
}

Refusal check(const Context& context, const ConsumerGroupHeartbeatRequest& request) {
    if (!context.may(Operation::Read, on_group(request.group_id))) {
        return {KafkaError::GroupAuthorizationFailed, "The group may not be read."};
    }
    for (const std::string& name :
         request.subscribed_topic_names.value_or(std::vector<std::string>())) {
        if (context.may(Operation::Describe, on_topic(name))) continue;
        return {KafkaError::TopicAuthorizationFailed, "A topic may not be described."};
    }
    if (auto mistake = mistake_in(request, context.version)) {
        return {KafkaError::InvalidRequest, *mistake};
    }
    if (request.server_assignor && !find_assignor(*request.server_assignor)) {
        return {KafkaError::UnsupportedAssignor,
                fmt::format("There is no assignor '{}', but uniform and range.",
                            *request.server_assignor)};
    }
    return {KafkaError::None, ""};
}

ConsumerGroupHeartbeatResponse refused(const Refusal& refusal) {
    ConsumerGroupHeartbeatResponse response;
    response.error_code = number_of(refusal.error);
    response.error_message = refusal.message;
    return response;
}

ConsumerHeartbeat heartbeat_of(const Context& context, ConsumerGroupHeartbeatRequest& request) {
    ConsumerHeartbeat beat{.member_id = std::move(request.member_id),
                           .member_epoch = request.member_epoch,
                           .instance_id = std::move(request.instance_id),
                           .rack_id = std::move(request.rack_id),
                           .topic_regex = std::move(request.subscribed_topic_regex),
                           .assignor = std::move(request.server_assignor),
                           .client_id = std::string(context.client_id),
                           .client_host = "/" + context.session.client_host};
    if (beat.member_id.empty()) beat.member_id = Uuid::random(context.broker.random).text();
    if (request.rebalance_timeout_ms != Unchanged) {
        beat.rebalance_timeout = std::chrono::milliseconds(request.rebalance_timeout_ms);
    }
    if (auto& names = request.subscribed_topic_names) {
        beat.topic_names.emplace(names->begin(), names->end());
    }
    if (request.topic_partitions) {
        beat.owned.emplace();
        for (const auto& topic : *request.topic_partitions) {
            (*beat.owned)[topic.topic_id].insert(topic.partitions.begin(), topic.partitions.end());
        }
    }
    return beat;
}

using Described = ConsumerGroupDescribeResponse::DescribedGroup;

Described refused(const std::string& group, KafkaError error) {
    Described described;
    described.group_id = group;
    described.error_code = number_of(error);
    return described;
}

ConsumerGroupDescribeResponse::Assignment named(const log::TopicTable& topics,
                                                const PartitionSet& partitions) {
    ConsumerGroupDescribeResponse::Assignment assignment;
    for (const auto& [id, numbers] : partitions) {
        log::TopicPtr topic = topics.find(id);
        if (!topic) continue;
        assignment.topic_partitions.push_back({.topic_id = id,
                                               .topic_name = topic->name,
                                               .partitions = {numbers.begin(), numbers.end()}});
    }
    return assignment;
}

Described described_group(const Context& context, const std::string& name,
                          const ConsumerGroupDescription& group) {
    constexpr int8_t ConsumerMember = 1;
    auto topics = context.broker.log.topics().table();
    Described described{.error_message = std::nullopt,
                        .group_id = name,
                        .group_state = group.state,
                        .group_epoch = group.epoch,
                        .assignment_epoch = group.assignment_epoch,
                        .assignor_name = group.assignor,
                        .members = {}};
    for (const ConsumerMemberRecord& member : group.members) {
        described.members.push_back(
            {.member_id = member.id,
             .instance_id = member.instance_id,
             .rack_id = member.rack_id,
             .member_epoch = member.epoch,
             .client_id = member.client_id,
             .client_host = member.client_host,
             .subscribed_topic_names = {member.topic_names.begin(), member.topic_names.end()},
             .subscribed_topic_regex = member.topic_regex,
             .assignment = named(*topics, without_epochs(member.assigned)),
             .target_assignment = named(*topics, member.target),
             .member_type = ConsumerMember});
    }
    return described;
}

// Who may not know of a topic hears nothing of the members that read it.
bool may_know_all_topics(const Context& context, const Described& group) {
    auto may = [&](const std::string& name) {
        return context.may(Operation::Describe, on_topic(name));
    };
    auto may_all_of = [&](const ConsumerGroupDescribeResponse::Assignment& assignment) {
        return std::ranges::all_of(assignment.topic_partitions,
                                   [&](const auto& each) { return may(each.topic_name); });
    };
    return std::ranges::all_of(group.members, [&](const auto& member) {
        return std::ranges::all_of(member.subscribed_topic_names, may) &&
               may_all_of(member.assignment) && may_all_of(member.target_assignment);
    });
}

awaitable<Described> answer_for(Context context, std::string name, bool wants_operations) {
    ConsumerGroupDescription group = co_await context.broker.groups.describe_consumer(name);
    if (group.error != KafkaError::None) {
        Described missing = refused(name, group.error);
        missing.error_message = group.message;
        co_return missing;
    }
    Described described = described_group(context, name, group);
    if (!may_know_all_topics(context, described)) {
        Described hidden = refused(name, KafkaError::TopicAuthorizationFailed);
        hidden.error_message = "The client may not know of every topic that the group reads.";
        co_return hidden;
    }
    if (wants_operations) described.authorized_operations = context.operations_on(on_group(name));
    co_return described;
}

}  // namespace

awaitable<ConsumerGroupHeartbeatResponse> answer_consumer_group_heartbeat(
    Context context, ConsumerGroupHeartbeatRequest request) {
    Refusal refusal = check(context, request);
    if (refusal.error != KafkaError::None) co_return refused(refusal);
    GroupCoordinator& groups = context.broker.groups;
    std::string group = request.group_id;
    ConsumerHeartbeat beat = heartbeat_of(context, request);
    std::function<bool(const std::string&)> may_see = [context](const std::string& topic) {
        return context.may(Operation::Describe, on_topic(topic));
    };
    ConsumerHeartbeatAnswer answer;
    try {
        answer = co_await groups.consumer_heartbeat(group, std::move(beat), std::move(may_see));
    } catch (const Error& failure) {
        TARN_LOG_WARN("cannot keep the state of group {}: {}", group, failure.what());
        co_return refused({KafkaError::CoordinatorNotAvailable, failure.what()});
    }
    ConsumerGroupHeartbeatResponse response;
    response.error_code = number_of(answer.error);
    response.error_message = answer.message;
    response.member_id = answer.member_id;
    response.member_epoch = answer.member_epoch;
    bool stays = answer.error == KafkaError::None && answer.member_epoch >= JoiningEpoch;
    if (stays) {
        auto interval = groups.configs().times(group).heartbeat_interval;
        response.heartbeat_interval_ms = static_cast<int32_t>(interval.count());
    }
    if (answer.assignment) {
        ConsumerGroupHeartbeatResponse::Assignment assignment;
        for (const auto& [topic, partitions] : *answer.assignment) {
            assignment.topic_partitions.push_back({topic, {partitions.begin(), partitions.end()}});
        }
        response.assignment = std::move(assignment);
    }
    co_return response;
}

awaitable<ConsumerGroupDescribeResponse> answer_consumer_group_describe(
    Context context, ConsumerGroupDescribeRequest request) {
    ConsumerGroupDescribeResponse response;
    std::vector<std::string> names;
    // What is refused comes first, as from Kafka.
    for (const std::string& name : request.group_ids) {
        if (!context.may(Operation::Describe, on_group(name))) {
            response.groups.push_back(refused(name, KafkaError::GroupAuthorizationFailed));
        } else if (name.empty()) {
            response.groups.push_back(refused(name, KafkaError::InvalidGroupId));
        } else {
            names.push_back(name);
        }
    }
    for (const std::string& name : names) {
        Described described =
            co_await answer_for(context, name, request.include_authorized_operations);
        response.groups.push_back(std::move(described));
    }
    co_return response;
}

}  // namespace tarn::kafka
