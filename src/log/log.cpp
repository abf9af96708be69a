#include "log/log.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include "base/error.hpp"
#include "base/log.hpp"
#include "log/compaction.hpp"

namespace tarn::log {
namespace {

constexpr std::string_view StartsName = "cluster/starts";
constexpr std::string_view ClusterIdName = "cluster/id";

int32_t count_this_start(Registry& registry) {
    auto before = registry.find(StartsName);
    int64_t starts = before ? before->as_int64() + 1 : 0;
    registry.put(std::string(StartsName), starts);
    return static_cast<int32_t>(starts);
}

// Sixteen random bytes in the alphabet that URLs take: what Kafka's ids look like.
std::string id_of_cluster(Registry& registry, Random& random) {
    if (auto known = registry.find(ClusterIdName)) return std::string(known->as_string());
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string id(22, 'A');
    // The last character carries two bits only, and the first is no dash, which a shell would take
    // for an option.
    for (char& c : id) c = alphabet[random.below(62)];
    id.back() = "AQgw"[random.below(4)];
    registry.put(std::string(ClusterIdName), boost::json::string(id));
    return id;
}

}  // namespace

Log::Log(Parts parts, Settings settings)
    : parts_(parts),
      settings_(std::move(settings)),
      registry_(parts.disk, settings_.folder + "/cluster.log"),
      leader_epoch_(count_this_start(registry_)),
      cluster_id_(id_of_cluster(registry_, parts.random)),
      flush_metrics_(parts.metrics, parts.clock) {
    topics_ = std::make_unique<Topics>(
        Topics::Options{.disk = parts.disk,
                        .folder = settings_.folder + "/topics",
                        .clock = parts.clock,
                        .random = parts.random,
                        .shards = parts.shards,
                        .flush = settings_.flush,
                        .leader_epoch = leader_epoch_,
                        .partitions_max = settings_.partitions_max,
                        .after_removal = [this](const auto& handle) { forget(handle); }},
        registry_);
    for (int i = 0; i < parts.shards.count(); ++i) {
        Executor executor = parts.shards.executor_of(runtime::ShardId(i));
        flushers_.push_back(
            std::make_unique<Flusher>(executor, parts.blocking, flush_metrics_,
                                      Flusher::Options{.interval = settings_.flush_interval}));
        tending_.push_back(std::make_unique<runtime::TaskGroup>(executor));
    }
    for (int i = 0; i < parts.shards.count(); ++i) {
        runtime::TaskGroup& tasks = *tending_[static_cast<size_t>(i)];
        asio::post(tasks.executor(),
                   [this, &tasks, i] { tasks.spawn("tend the log", tend(runtime::ShardId(i))); });
    }
}

Log::~Log() = default;

awaitable<void> Log::wait_until_kept(PartitionHandle handle, Offset next_offset) {
    Flusher& flusher = *flushers_[static_cast<size_t>(handle.shard.value())];
    co_await asio::co_spawn(parts_.shards.executor_of(handle.shard),
                            flusher.flushed(handle.partition, next_offset), use_awaitable);
}

void Log::forget(const PartitionHandle& handle) {
    Flusher& flusher = *flushers_[static_cast<size_t>(handle.shard.value())];
    asio::co_spawn(parts_.shards.executor_of(handle.shard), flusher.forget(handle.partition),
                   asio::use_future)
        .get();
}

awaitable<void> Log::tend(runtime::ShardId shard) {
    while (true) {
        co_await runtime::sleep(settings_.retention_check);
        auto table = topics_->table();
        for (const auto& [name, topic] : table->by_name) {
            for (const PartitionHandle& handle : topic->partitions) {
                if (!handle.partition || handle.shard != shard) continue;
                retain(name, *handle.partition);
                co_await compact(name, handle.partition);
            }
        }
    }
}

void Log::retain(const std::string& topic, Partition& partition) {
    try {
        if (int removed = partition.apply_retention()) {
            TARN_LOG_INFO("removed {} old segments of topic {}", removed, topic);
        }
    } catch (const Error& error) {
        TARN_LOG_WARN("cannot remove old segments of {}: {}", topic, error.what());
    }
}

awaitable<void> Log::compact(std::string topic, std::shared_ptr<Partition> partition) {
    try {
        auto plan = partition->plan_compaction();
        if (!plan) co_return;
        int64_t before = partition->size_bytes();
        Compaction compaction(partition->folder(), std::move(*plan));
        co_await parts_.blocking.run([&compaction] { compaction.run(); });
        if (partition->finish_compaction(compaction)) {
            TARN_LOG_INFO("compacted a partition of {} from {} to {} bytes", topic, before,
                          partition->size_bytes());
        }
    } catch (const Error& error) {
        TARN_LOG_WARN("cannot compact a partition of {}: {}", topic, error.what());
    }
}

awaitable<void> Log::stop() {
    auto stop_one = [](Flusher& flusher, runtime::TaskGroup& tending) -> awaitable<void> {
        tending.cancel();
        co_await tending.join();
        co_await flusher.stop();
    };
    for (size_t i = 0; i < flushers_.size(); ++i) {
        Executor executor = parts_.shards.executor_of(runtime::ShardId(static_cast<int>(i)));
        co_await asio::co_spawn(executor, stop_one(*flushers_[i], *tending_[i]), use_awaitable);
    }
    co_await parts_.blocking.run([this] { topics_->close(); });
}

}  // namespace tarn::log
