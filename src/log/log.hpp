// The log as one object: its registry and topics, and what runs beside them: a flusher on each
// shard, retention and compaction now and then. The Kafka broker, the engine and the HTTP faces all
// write and read through it.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "log/flusher.hpp"
#include "log/registry.hpp"
#include "log/topics.hpp"
#include "runtime/blocking.hpp"
#include "runtime/shards.hpp"
#include "runtime/task_group.hpp"

namespace tarn::log {

class Log {
public:
    struct Parts {
        storage::Disk& disk;
        const runtime::Shards& shards;
        runtime::BlockingPool& blocking;
        const Clock& clock;
        Random& random;
        Metrics& metrics;
    };
    struct Settings {
        std::string folder = "log";  // on the disk
        FlushPolicy flush = FlushPolicy::EachBatch;
        std::chrono::milliseconds flush_interval{1000};
        std::chrono::milliseconds retention_check{30'000};
        int partitions_max = 100'000;
    };

    // Opens all that is there. Blocks.
    Log(Parts parts, Settings settings);
    ~Log();

    // Ends what runs beside, flushes and closes all partitions. Called once, after whoever appends
    // has ended.
    awaitable<void> stop();

    Topics& topics() { return *topics_; }
    Registry& registry() { return registry_; }
    // The epoch of this start: batches appended from now on carry it.
    int32_t leader_epoch() const { return leader_epoch_; }
    // The name that this log was given when it was made, 22 characters.
    const std::string& cluster_id() const { return cluster_id_; }
    // Where it lies, for people.
    std::string location() const { return parts_.disk.root().path() + "/" + settings_.folder; }

    // To be called after each append, on the partition's shard.
    void appended(const PartitionHandle& handle) {
        flushers_[static_cast<size_t>(handle.shard.value())]->enlist(handle.partition);
    }
    // Returns once what stands before `next_offset` lasts, as the flush policy understands it. From
    // any shard.
    awaitable<void> wait_until_kept(PartitionHandle handle, Offset next_offset);

private:
    void forget(const PartitionHandle& handle);
    awaitable<void> tend(runtime::ShardId shard);
    void retain(const std::string& topic, Partition& partition);
    awaitable<void> compact(std::string topic, std::shared_ptr<Partition> partition);

    Parts parts_;
    Settings settings_;
    Registry registry_;
    int32_t leader_epoch_;
    std::string cluster_id_;
    std::unique_ptr<Topics> topics_;
    FlushMetrics flush_metrics_;
    std::vector<std::unique_ptr<Flusher>> flushers_;            // one for each shard
    std::vector<std::unique_ptr<runtime::TaskGroup>> tending_;  // the same
};

}  // namespace tarn::log
