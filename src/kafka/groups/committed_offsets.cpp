#include "kafka/groups/committed_offsets.hpp"

#include <algorithm>
#include <utility>

namespace tarn::kafka {

void CommittedOffsets::commit(const TopicPartition& partition, CommittedOffset offset) {
    committed_[partition] = std::move(offset);
}

void CommittedOffsets::stage(log::ProducerId producer, const TopicPartition& partition,
                             CommittedOffset offset) {
    staged_[producer][partition] = std::move(offset);
}

// What was committed in between without a transaction gives way: the order is that of the log, and
// there the transaction's end stands later.
void CommittedOffsets::complete(log::ProducerId producer, bool commits) {
    auto node = staged_.extract(producer);
    if (node.empty() || !commits) return;
    for (auto& [partition, offset] : node.mapped()) committed_[partition] = std::move(offset);
}

void CommittedOffsets::remove(const TopicPartition& partition) {
    committed_.erase(partition);
}

const CommittedOffset* CommittedOffsets::find(const TopicPartition& partition) const {
    auto found = committed_.find(partition);
    return found == committed_.end() ? nullptr : &found->second;
}

bool CommittedOffsets::is_unstable(const TopicPartition& partition) const {
    return std::ranges::any_of(staged_,
                               [&](const auto& each) { return each.second.contains(partition); });
}

}  // namespace tarn::kafka
