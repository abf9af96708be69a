// What can be asked and changed about consumer groups.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kafka/client/consumer.hpp"

namespace tarn::kafka::client {

struct ListedGroup {
    std::string id;
    std::string protocol_type;  // "consumer"; empty for a group that only commits
    std::string state;
    std::string type;  // "classic" or "consumer"; empty from brokers that do not say
};

// Of all brokers, by id.
std::vector<ListedGroup> list_groups(Client& client);

struct GroupMemberInfo {
    std::string id;
    std::string client_id;
    std::string host;
    std::map<std::string, std::vector<int32_t>> assigned;  // partitions by topic
};

struct GroupInfo {
    std::string id;
    std::string type = "classic";  // or "consumer", of the newer protocol
    std::string state;
    std::string assignor;
    int32_t coordinator = -1;
    std::vector<GroupMemberInfo> members;  // by id

    bool exists() const { return state != "Dead"; }
};

// A group that is not there has the state Dead.
GroupInfo describe_group(Client& client, const std::string& group);
// The same, but throws NotFound with the nearest name when it is not there.
GroupInfo find_group(Client& client, const std::string& group);

using CommittedOffsets = std::map<TopicPartition, log::Offset>;

CommittedOffsets committed_offsets(Client& client, const std::string& group);

// Who commits for a group; the default is somebody outside, whom only an empty group lets.
struct Committer {
    std::string member_id = {};
    int32_t generation = -1;
};
void commit_offsets(Client& client, const std::string& group, const CommittedOffsets& offsets,
                    const Committer& committer = {});
void delete_offsets(Client& client, const std::string& group,
                    const std::vector<TopicPartition>& partitions);
void delete_group(Client& client, const std::string& group);

// One line of a group's progress: a partition that it has read of or that a member reads now.
struct GroupProgress {
    TopicPartition partition;
    std::optional<log::Offset> committed;
    std::optional<log::Offset> end;           // nothing when the partition is gone
    const GroupMemberInfo* member = nullptr;  // of the GroupInfo, which outlives this

    std::optional<int64_t> lag() const;
};
std::vector<GroupProgress> progress_of(Client& client, const GroupInfo& group);

}  // namespace tarn::kafka::client
