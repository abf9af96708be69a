// Partitions by the id of their topic, as the newer protocol speaks of them: a topic that is made
// anew under its old name is another one.
#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "base/ids.hpp"

namespace tarn::kafka {

using PartitionSet = std::map<Uuid, std::set<int32_t>>;

// Each with the epoch at which its owner was given it.
using PartitionEpochs = std::map<Uuid, std::map<int32_t, int32_t>>;

inline PartitionSet without_epochs(const PartitionEpochs& partitions) {
    PartitionSet set;
    for (const auto& [topic, epochs] : partitions) {
        for (const auto& [partition, epoch] : epochs) set[topic].insert(partition);
    }
    return set;
}

inline bool holds(const PartitionEpochs& partitions, const Uuid& topic, int32_t partition) {
    auto found = partitions.find(topic);
    return found != partitions.end() && found->second.contains(partition);
}

}  // namespace tarn::kafka
