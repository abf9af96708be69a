// A member of a consumer group: it joins, is told which partitions to read, and stays as long as it
// says now and then that it is alive. One of the members shares out the partitions, which may be
// this one; it does so by ranges, like Kafka's own consumers by default.
//
// This is the classic protocol: https://kafka.apache.org/protocol#The_Messages_JoinGroup
#pragma once

#include <map>
#include <string>
#include <vector>

#include "kafka/client/groups.hpp"

namespace tarn::kafka::client {

using Assignment = std::map<std::string, std::vector<int32_t>>;  // partitions by topic

// Each topic by itself: its partitions in order, split among the members that want it, in the order
// of their ids, the first ones taking one more where it does not come out even.
std::map<std::string, Assignment> share_by_range(
    const std::map<std::string, std::vector<std::string>>& topics_by_member,
    const std::map<std::string, int32_t>& partitions_by_topic);

class GroupMember {
public:
    // `client` outlives the member.
    GroupMember(Client& client, std::string group, std::vector<std::string> topics)
        : client_(client), group_(std::move(group)), topics_(std::move(topics)) {}

    // Waits until all members have joined, and gives what this one is to read.
    Assignment join();

    // True while the assignment stands; false when join() is due.
    bool is_still_in();

    // False when somebody else may have been given the partitions meanwhile: join() is due.
    bool commit(const CommittedOffsets& offsets);

    // Lets the others have the partitions at once.
    void leave();

private:
    Assignment sync(const std::map<std::string, Assignment>& shared);

    Client& client_;
    std::string group_;
    std::vector<std::string> topics_;
    std::string id_;
    int32_t generation_ = -1;
};

}  // namespace tarn::kafka::client
