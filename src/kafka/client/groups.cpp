#include "kafka/client/groups.hpp"

#include <algorithm>

#include "base/suggest.hpp"
#include "kafka/wire/consumer_protocol.hpp"
#include "kafka/wire/messages/consumer_group_describe.hpp"
#include "kafka/wire/messages/delete_groups.hpp"
#include "kafka/wire/messages/describe_groups.hpp"
#include "kafka/wire/messages/list_groups.hpp"
#include "kafka/wire/messages/offset_commit.hpp"
#include "kafka/wire/messages/offset_delete.hpp"
#include "kafka/wire/messages/offset_fetch.hpp"

namespace tarn::kafka::client {
namespace {

std::string named(const std::string& group) {
    return fmt::format("group '{}'", group);
}

GroupMemberInfo info_of(const DescribeGroupsResponse::DescribedGroupMember& member) {
    GroupMemberInfo info{.id = member.member_id,
                         .client_id = member.client_id,
                         .host = member.client_host,
                         .assigned = {}};
    // Empty while the group is not stable.
    if (member.member_assignment.empty()) return info;
    for (const auto& topic : read_assignment(member.member_assignment).assigned_partitions) {
        info.assigned[topic.topic] = topic.partitions;
    }
    return info;
}

GroupMemberInfo info_of(const ConsumerGroupDescribeResponse::Member& member) {
    GroupMemberInfo info{.id = member.member_id,
                         .client_id = member.client_id,
                         .host = member.client_host,
                         .assigned = {}};
    for (const auto& topic : member.assignment.topic_partitions) {
        info.assigned[topic.topic_name] = topic.partitions;
    }
    return info;
}

// From version 6 on a missing group is an error, before it was a state.
template <typename Described>
bool is_missing(const Described& described) {
    return described.error_code == code_of(KafkaError::GroupIdNotFound) ||
           (described.error_code == code_of(KafkaError::None) && described.group_state == "Dead");
}

// What both kinds of groups are described with.
template <typename Described>
GroupInfo info_of_group(Client& client, const Described& described) {
    check(described.error_code, named(described.group_id), described.error_message);
    GroupInfo info{.id = described.group_id,
                   .state = described.group_state,
                   .assignor = {},
                   .coordinator = client.coordinator(described.group_id),
                   .members = {}};
    for (const auto& member : described.members) info.members.push_back(info_of(member));
    std::ranges::sort(info.members, {}, &GroupMemberInfo::id);
    return info;
}

GroupInfo describe_of_newer_protocol(Client& client, const std::string& group) {
    GroupInfo missing{.id = group,
                      .state = "Dead",
                      .assignor = {},
                      .coordinator = client.coordinator(group),
                      .members = {}};
    if (!client.has(ApiKey::ConsumerGroupDescribe, CoordinatorOf{group})) return missing;
    ConsumerGroupDescribeRequest request{.group_ids = {group}};
    auto answer = client.call<ConsumerGroupDescribeResponse>(request, CoordinatorOf{group});
    const auto& described = answer->groups.at(0);
    if (is_missing(described)) return missing;
    GroupInfo info = info_of_group(client, described);
    info.type = "consumer";
    info.assignor = described.assignor_name;
    return info;
}

// Adds (topic, partition, offset) to a request's list of topics.
template <typename Topics, typename Partition>
void add_to(Topics& topics, const std::string& name, Partition partition) {
    if (topics.empty() || topics.back().name != name) topics.emplace_back().name = name;
    topics.back().partitions.push_back(std::move(partition));
}

}  // namespace

std::vector<ListedGroup> list_groups(Client& client) {
    return client.retrying([&] {
        std::vector<ListedGroup> groups;
        auto brokers = client.cluster().brokers;
        for (const auto& [node, address] : brokers) {
            auto answer = client.call<ListGroupsResponse>(ListGroupsRequest(), Node{node});
            check(answer->error_code, "listing groups");
            for (const auto& group : answer->groups) {
                groups.push_back(
                    {group.group_id, group.protocol_type, group.group_state, group.group_type});
            }
        }
        std::ranges::sort(groups, {}, &ListedGroup::id);
        return groups;
    });
}

GroupInfo describe_group(Client& client, const std::string& group) {
    DescribeGroupsRequest request{.groups = {group}};
    return client.retrying([&] {
        auto answer = client.call<DescribeGroupsResponse>(request, CoordinatorOf{group});
        const auto& described = answer->groups.at(0);
        // One of the newer protocol is no group to this request.
        if (is_missing(described)) return describe_of_newer_protocol(client, group);
        GroupInfo info = info_of_group(client, described);
        info.assignor = described.protocol_data;
        return info;
    });
}

GroupInfo find_group(Client& client, const std::string& group) {
    GroupInfo info = describe_group(client, group);
    if (info.exists()) return info;
    std::vector<std::string> known;
    for (const ListedGroup& each : list_groups(client)) known.push_back(each.id);
    throw Error(ErrorCode::NotFound, "there is no group '{}'", group)
        .with_hint(known.empty() ? "no consumer has used a group yet" : name_hint(group, known));
}

CommittedOffsets committed_offsets(Client& client, const std::string& group) {
    OffsetFetchRequest request{.group_id = group, .topics = std::nullopt};
    return client.retrying([&] {
        auto answer = client.call<OffsetFetchResponse>(request, CoordinatorOf{group});
        check(answer->error_code, named(group));
        CommittedOffsets offsets;
        for (const auto& topic : answer->topics) {
            for (const auto& partition : topic.partitions) {
                check(partition.error_code, named(group));
                if (partition.committed_offset < 0) continue;
                offsets[{topic.name, partition.partition_index}] = partition.committed_offset;
            }
        }
        return offsets;
    });
}

void commit_offsets(Client& client, const std::string& group, const CommittedOffsets& offsets,
                    const Committer& committer) {
    OffsetCommitRequest request;
    request.group_id = group;
    request.generation_id_or_member_epoch = committer.generation;
    request.member_id = committer.member_id;
    for (const auto& [which, offset] : offsets) {
        OffsetCommitRequest::OffsetCommitRequestPartition partition;
        partition.partition_index = which.second;
        partition.committed_offset = offset;
        partition.committed_metadata = "";
        add_to(request.topics, which.first, std::move(partition));
    }
    client.retrying([&] {
        auto answer = client.call<OffsetCommitResponse>(request, CoordinatorOf{group});
        for (const auto& topic : answer->topics) {
            for (const auto& partition : topic.partitions) {
                check(partition.error_code, named(group));
            }
        }
    });
}

void delete_offsets(Client& client, const std::string& group,
                    const std::vector<TopicPartition>& partitions) {
    OffsetDeleteRequest request;
    request.group_id = group;
    for (const auto& [topic, partition] : partitions) {
        add_to(request.topics, topic,
               OffsetDeleteRequest::OffsetDeleteRequestPartition{.partition_index = partition});
    }
    client.retrying([&] {
        auto answer = client.call<OffsetDeleteResponse>(request, CoordinatorOf{group});
        check(answer->error_code, named(group));
        for (const auto& topic : answer->topics) {
            for (const auto& partition : topic.partitions) {
                check(partition.error_code,
                      fmt::format("{}, topic '{}'", named(group), topic.name));
            }
        }
    });
}

void delete_group(Client& client, const std::string& group) {
    DeleteGroupsRequest request{.groups_names = {group}};
    client.retrying([&] {
        auto answer = client.call<DeleteGroupsResponse>(request, CoordinatorOf{group});
        for (const auto& each : answer->results) check(each.error_code, named(group));
    });
}

std::optional<int64_t> GroupProgress::lag() const {
    if (!committed || !end) return std::nullopt;
    return std::max<int64_t>(0, *end - *committed);
}

std::vector<GroupProgress> progress_of(Client& client, const GroupInfo& group) {
    std::map<TopicPartition, GroupProgress> lines;
    for (const auto& [which, offset] : committed_offsets(client, group.id)) {
        lines[which].committed = offset;
    }
    for (const GroupMemberInfo& member : group.members) {
        for (const auto& [topic, partitions] : member.assigned) {
            for (int32_t partition : partitions) lines[{topic, partition}].member = &member;
        }
    }
    std::map<std::string, TopicInfo> topics;
    for (TopicInfo& topic : list_topics(client)) topics[topic.name] = std::move(topic);
    std::map<std::string, Offsets> ends;
    std::vector<GroupProgress> progress;
    for (auto& [which, line] : lines) {
        line.partition = which;
        auto topic = topics.find(which.first);
        if (topic != topics.end()) {
            auto [known, is_new] = ends.try_emplace(which.first);
            if (is_new) known->second = offsets_at(client, topic->second, Latest);
            auto end = known->second.find(which.second);
            if (end != known->second.end()) line.end = end->second;
        }
        progress.push_back(line);
    }
    return progress;
}

}  // namespace tarn::kafka::client
