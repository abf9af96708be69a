#include "runtime/shards.hpp"

#include <pthread.h>

#include "base/assert.hpp"

namespace tarn::runtime {

Shards::Shards(int count) {
    TARN_ASSERT(count > 0);
    for (int i = 0; i < count; ++i) {
        auto& shard = *shards_.emplace_back(std::make_unique<Shard>());
        shard.thread = std::thread([&loop = shard.loop] { loop.run(); });
        pthread_setname_np(shard.thread.native_handle(), fmt::format("tarn-shard-{}", i).c_str());
    }
}

Shards::~Shards() {
    for (auto& shard : shards_) shard->loop.stop();
    for (auto& shard : shards_) shard->thread.join();
}

Executor Shards::executor_of(ShardId shard) const {
    TARN_ASSERT(shard.value() >= 0 && shard.value() < count());
    return shards_[static_cast<size_t>(shard.value())]->loop.get_executor();
}

}  // namespace tarn::runtime
