// The offsets that one group has committed: where its members go on after a restart. An offset that
// is committed inside a transaction counts from the transaction's end only, and until then its
// partition is unstable: a reader who wants certainty is told to ask again.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "kafka/groups/group_records.hpp"

namespace tarn::kafka {

class CommittedOffsets {
public:
    void commit(const TopicPartition& partition, CommittedOffset offset);
    // Inside the transaction that `producer` has open.
    void stage(log::ProducerId producer, const TopicPartition& partition, CommittedOffset offset);
    // The transaction of `producer` has ended.
    void complete(log::ProducerId producer, bool commits);
    void remove(const TopicPartition& partition);

    const CommittedOffset* find(const TopicPartition& partition) const;
    bool is_unstable(const TopicPartition& partition) const;
    bool has_open_transactions() const { return !staged_.empty(); }

    const std::map<TopicPartition, CommittedOffset>& all() const { return committed_; }

    // Those committed before `time`, save for partitions in an open transaction and for topics that
    // `keeps` says are still read.
    template <typename Keeps>
    std::vector<TopicPartition> older_than(Timestamp time, Keeps keeps) const {
        std::vector<TopicPartition> found;
        for (const auto& [partition, offset] : committed_) {
            if (offset.committed_at < time && !is_unstable(partition) && !keeps(partition.topic)) {
                found.push_back(partition);
            }
        }
        return found;
    }

private:
    std::map<TopicPartition, CommittedOffset> committed_;
    std::map<log::ProducerId, std::map<TopicPartition, CommittedOffset>> staged_;
};

}  // namespace tarn::kafka
