// How many partitions topics have, each asked for once.
#pragma once

#include "connectors/kafka/topic_access.hpp"

namespace tarn::connectors {

class PartitionCounts {
public:
    PartitionCounts(TopicAccess& topics, kafka::client::Missing missing)
        : topics_(topics), missing_(missing) {}

    // Where records of a partition go in a topic that may have fewer, always to the same one.
    TopicPartition place_in(const std::string& topic, int32_t partition) {
        auto count = counts_.find(topic);
        if (count == counts_.end()) {
            count = counts_.emplace(topic, topics_.partition_count(topic, missing_)).first;
        }
        return {topic, partition % count->second};
    }

private:
    TopicAccess& topics_;
    kafka::client::Missing missing_;
    std::map<std::string, int32_t> counts_;
};

}  // namespace tarn::connectors
