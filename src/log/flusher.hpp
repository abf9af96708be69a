// Group commit: the partitions of one shard that have something to flush are flushed together, and
// while the disk is busy with one round, all that is appended meanwhile waits for the next. So the
// number of syncs follows from the disk's speed and not from the number of batches.
//
// It lives on the partitions' shard and is used only there; the syncs run on the blocking pool.
#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "log/flush_metrics.hpp"
#include "log/partition.hpp"
#include "runtime/blocking.hpp"
#include "runtime/event.hpp"
#include "runtime/task_group.hpp"

namespace tarn::log {

class Flusher {
public:
    struct Options {
        int parallel_max = 4;                      // partitions flushed at the same time
        std::chrono::milliseconds interval{1000};  // for FlushPolicy::Interval
    };

    Flusher(Executor shard, runtime::BlockingPool& pool, FlushMetrics& metrics, Options options);
    ~Flusher();

    // To be called once after each append, whatever the policy; cheap when there is nothing new to
    // do.
    void enlist(std::shared_ptr<Partition> partition);

    // Returns once what stands before `next_offset` counts as kept, which is at once unless the
    // policy is to flush each batch. Throws Unavailable when the flush fails
    // or the flusher stops.
    awaitable<void> flushed(std::shared_ptr<Partition> partition, Offset next_offset);

    // Returns once no flush of the partition is under way or due. To be called before its folder is
    // removed, since a flush may write there; nothing is appended to it meanwhile.
    awaitable<void> forget(std::shared_ptr<Partition> partition);

    // Ends after the syncs that are under way. Whoever waits in flushed() is told and has to be
    // gone before the flusher is destroyed. The partitions are still to be closed.
    awaitable<void> stop();

    int64_t rounds() const { return rounds_; }

private:
    struct Waiting;
    using Partitions = std::unordered_set<std::shared_ptr<Partition>>;

    void put_down(std::shared_ptr<Partition> partition);
    awaitable<void> flush_rounds();
    awaitable<void> flush_next_of_round();
    awaitable<void> flush(std::shared_ptr<Partition> partition);
    awaitable<void> enlist_at_intervals();
    void wake_those_served(const Partition& partition);

    runtime::BlockingPool& pool_;
    FlushMetrics& metrics_;
    Options options_;
    Partitions next_round_;
    Partitions next_interval_;
    std::vector<std::shared_ptr<Partition>> round_;
    Partitions under_way_;
    std::unordered_map<const Partition*, std::list<Waiting*>> waiting_;
    runtime::Event has_enlisted_;
    runtime::TaskGroup tasks_;
    runtime::TaskGroup flushes_;
    int64_t rounds_ = 0;
    int64_t batches_enlisted_ = 0;  // since the last round began
    bool is_stopped_ = false;
};

}  // namespace tarn::log
