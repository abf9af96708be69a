#include <algorithm>

#include "kafka/groups/assignors.hpp"

namespace tarn::kafka {
namespace {

// Static members in front, by their instances: a restart of one under another member id then moves
// nothing.
bool goes_before(const Assignee* a, const Assignee* b) {
    if (a->instance_id && b->instance_id) return *a->instance_id < *b->instance_id;
    if (a->instance_id || b->instance_id) return a->instance_id.has_value();
    return a->member_id < b->member_id;
}

}  // namespace

Assignment assign_by_range(const std::vector<Assignee>& members, const TopicSizes& topics) {
    Assignment assignment;
    std::vector<const Assignee*> in_order;
    for (const Assignee& member : members) {
        assignment[member.member_id];
        in_order.push_back(&member);
    }
    std::ranges::sort(in_order, goes_before);
    for (const auto& [topic, partitions] : topics) {
        std::vector<const Assignee*> readers;
        std::ranges::copy_if(in_order, std::back_inserter(readers),
                             [&](const Assignee* each) { return each->topics.contains(topic); });
        if (readers.empty()) continue;
        auto share = partitions / static_cast<int32_t>(readers.size());
        auto rest = partitions % static_cast<int32_t>(readers.size());
        int32_t next = 0;
        for (const Assignee* reader : readers) {
            int32_t end = next + share + (rest > 0 ? 1 : 0);
            if (rest > 0) --rest;
            for (; next < end; ++next) assignment[reader->member_id][topic].insert(next);
        }
    }
    return assignment;
}

}  // namespace tarn::kafka
