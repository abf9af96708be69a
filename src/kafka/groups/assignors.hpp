// How the partitions of a consumer group of the newer protocol are shared out by the broker: plain
// functions from who there is and what he had to what he gets. Every partition of a topic that has
// a subscriber goes to exactly one of them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kafka/groups/partition_sets.hpp"

namespace tarn::kafka {

using TopicSizes = std::map<Uuid, int32_t>;  // number of partitions

struct Assignee {
    std::string member_id;
    std::optional<std::string> instance_id = {};
    std::set<Uuid> topics = {};  // subscribed, of those that there are
    PartitionSet assigned = {};  // by the last assignment
};

// By member id. Members that get nothing have an empty set.
using Assignment = std::map<std::string, PartitionSet>;

// uniform_assignor.cpp: as many partitions for each as can be, and as few as can be change hands.
Assignment assign_uniformly(const std::vector<Assignee>& members, const TopicSizes& topics);
// range_assignor.cpp: of each topic the next partitions in a row to each reader, so that the
// partitions of one number, of topics that have equally many, come to the same reader.
Assignment assign_by_range(const std::vector<Assignee>& members, const TopicSizes& topics);

using Assignor = Assignment (*)(const std::vector<Assignee>&, const TopicSizes&);

inline constexpr std::string_view DefaultAssignor = "uniform";

// Null when there is none of this name.
Assignor find_assignor(std::string_view name);

}  // namespace tarn::kafka
