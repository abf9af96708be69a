// A request names partitions of several shards; their logs may be touched there only. This goes to
// each shard once and does the work for all of its partitions in that one visit.
#pragma once

#include <vector>

#include "kafka/broker/request.hpp"

namespace tarn::kafka {

// Calls `work(item)` on the shard of `item.handle` for each item whose handle has a partition.
// Items stay where they are meanwhile. `work` must not throw.
template <typename Item, typename Work>
awaitable<void> visit_partitions(Context context, std::vector<Item>& items, Work work) {
    const runtime::Shards& shards = context.broker.shards;
    for (int i = 0; i < shards.count(); ++i) {
        runtime::ShardId shard(i);
        auto visit = [&items, &work, shard] {
            for (Item& item : items) {
                if (item.handle.partition && item.handle.shard == shard) work(item);
            }
        };
        bool is_wanted = false;
        for (const Item& item : items) {
            is_wanted = is_wanted || (item.handle.partition && item.handle.shard == shard);
        }
        if (!is_wanted) continue;
        if (shard == context.session.shard) {
            visit();
        } else {
            co_await shards.on(shard, visit);
        }
    }
}

}  // namespace tarn::kafka
