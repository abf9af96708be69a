#include "kafka/client/group_member.hpp"

#include <algorithm>

#include "kafka/wire/consumer_protocol.hpp"
#include "kafka/wire/messages/heartbeat.hpp"
#include "kafka/wire/messages/join_group.hpp"
#include "kafka/wire/messages/leave_group.hpp"
#include "kafka/wire/messages/sync_group.hpp"

namespace tarn::kafka::client {
namespace {

constexpr int32_t SessionMs = 30000;
// How long the broker waits for the other members to join: less than we wait for its answer.
constexpr int32_t RebalanceMs = 30000;
constexpr std::string_view Range = "range";

// Whether joining again is the cure.
bool is_out_of_group(KafkaError error) {
    return error == KafkaError::RebalanceInProgress || error == KafkaError::IllegalGeneration ||
           error == KafkaError::UnknownMemberId;
}

Bytes subscription_to(const std::vector<std::string>& topics) {
    ConsumerProtocolSubscription subscription;
    subscription.topics = topics;
    return bytes_of(subscription, 1);
}

Bytes bytes_of_assignment(const Assignment& assignment) {
    ConsumerProtocolAssignment message;
    for (const auto& [topic, partitions] : assignment) {
        message.assigned_partitions.push_back({.topic = topic, .partitions = partitions});
    }
    return bytes_of(message, 1);
}

std::map<std::string, Assignment> share(Client& client, const JoinGroupResponse& joined) {
    std::map<std::string, std::vector<std::string>> topics_by_member;
    std::map<std::string, int32_t> partitions_by_topic;
    for (const auto& member : joined.members) {
        topics_by_member[member.member_id] = read_subscription(member.metadata).topics;
        for (const std::string& topic : topics_by_member[member.member_id]) {
            partitions_by_topic[topic] = 0;
        }
    }
    for (const TopicInfo& topic : list_topics(client)) {
        auto wanted = partitions_by_topic.find(topic.name);
        if (wanted == partitions_by_topic.end()) continue;
        wanted->second = static_cast<int32_t>(topic.partitions.size());
    }
    return share_by_range(topics_by_member, partitions_by_topic);
}

}  // namespace

std::map<std::string, Assignment> share_by_range(
    const std::map<std::string, std::vector<std::string>>& topics_by_member,
    const std::map<std::string, int32_t>& partitions_by_topic) {
    std::map<std::string, Assignment> shared;
    for (const auto& [member, topics] : topics_by_member) shared[member];
    for (const auto& [topic, partitions] : partitions_by_topic) {
        std::vector<std::string> takers;
        for (const auto& [member, topics] : topics_by_member) {
            if (std::ranges::find(topics, topic) != topics.end()) takers.push_back(member);
        }
        if (takers.empty()) continue;
        auto count = static_cast<int32_t>(takers.size());
        int32_t next = 0;
        for (int32_t i = 0; i < count; ++i) {
            int32_t take = partitions / count + (i < partitions % count ? 1 : 0);
            for (int32_t end = next + take; next < end; ++next) {
                shared[takers[static_cast<size_t>(i)]][topic].push_back(next);
            }
        }
    }
    return shared;
}

Assignment GroupMember::join() {
    return client_.retrying([&]() -> Assignment {
        while (true) {
            JoinGroupRequest request;
            request.group_id = group_;
            request.session_timeout_ms = SessionMs;
            request.rebalance_timeout_ms = RebalanceMs;
            request.member_id = id_;
            request.protocol_type = "consumer";
            request.protocols.push_back({std::string(Range), subscription_to(topics_)});
            auto joined = client_.call<JoinGroupResponse>(request, CoordinatorOf{group_});
            auto error = static_cast<KafkaError>(joined->error_code);
            // The first answer only gives the id to join with, so that none is lost on the way.
            if (error == KafkaError::MemberIdRequired) id_ = joined->member_id;
            if (error == KafkaError::UnknownMemberId) id_.clear();
            if (error == KafkaError::MemberIdRequired || is_out_of_group(error)) continue;
            check(joined->error_code, fmt::format("group '{}'", group_));
            id_ = joined->member_id;
            generation_ = joined->generation_id;

            std::map<std::string, Assignment> shared;
            if (joined->leader == id_) shared = share(client_, *joined);
            try {
                return sync(shared);
            } catch (const RefusedError& refused) {
                if (!is_out_of_group(refused.error())) throw;
            }
        }
    });
}

Assignment GroupMember::sync(const std::map<std::string, Assignment>& shared) {
    SyncGroupRequest request;
    request.group_id = group_;
    request.generation_id = generation_;
    request.member_id = id_;
    request.protocol_type = "consumer";
    request.protocol_name = std::string(Range);
    for (const auto& [member, assignment] : shared) {
        request.assignments.push_back({member, bytes_of_assignment(assignment)});
    }
    auto answer = client_.call<SyncGroupResponse>(request, CoordinatorOf{group_});
    check(answer->error_code, fmt::format("group '{}'", group_));
    Assignment mine;
    if (answer->assignment.empty()) return mine;
    for (const auto& topic : read_assignment(answer->assignment).assigned_partitions) {
        mine[topic.topic] = topic.partitions;
    }
    return mine;
}

bool GroupMember::is_still_in() {
    HeartbeatRequest request;
    request.group_id = group_;
    request.generation_id = generation_;
    request.member_id = id_;
    return client_.retrying([&] {
        auto answer = client_.call<HeartbeatResponse>(request, CoordinatorOf{group_});
        if (is_out_of_group(static_cast<KafkaError>(answer->error_code))) return false;
        check(answer->error_code, fmt::format("group '{}'", group_));
        return true;
    });
}

bool GroupMember::commit(const CommittedOffsets& offsets) {
    if (offsets.empty()) return true;
    try {
        commit_offsets(client_, group_, offsets, {.member_id = id_, .generation = generation_});
        return true;
    } catch (const RefusedError& refused) {
        if (!is_out_of_group(refused.error())) throw;
        return false;
    }
}

void GroupMember::leave() {
    if (id_.empty()) return;
    LeaveGroupRequest request{.group_id = group_, .member_id = id_};
    client_.call<LeaveGroupResponse>(request, CoordinatorOf{group_});
    id_.clear();
}

}  // namespace tarn::kafka::client
