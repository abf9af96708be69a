#include "log/flusher.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"

namespace tarn::log {

namespace {

using namespace std::chrono_literals;

bool is_kept(const Partition& partition, Offset next_offset) {
    return partition.high_watermark() >= next_offset;
}

}  // namespace

// One task that waits for a flush. It lies in the task's frame, so that cancelling the task takes
// it off the list.
struct Flusher::Waiting {
    Waiting(Flusher& flusher, const Partition& partition, Offset next_offset)
        : flusher(flusher),
          partition(partition),
          next_offset(next_offset),
          event(flusher.tasks_.executor()),
          list(flusher.waiting_[&partition]) {
        place = list.insert(list.end(), this);
        flusher.metrics_.waiting.Increment();
    }
    ~Waiting() {
        flusher.metrics_.waiting.Decrement();
        list.erase(place);
        if (list.empty()) flusher.waiting_.erase(&partition);
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    Flusher& flusher;
    const Partition& partition;
    Offset next_offset;
    runtime::Event event;
    std::list<Waiting*>& list;
    std::list<Waiting*>::iterator place;
};

Flusher::Flusher(Executor shard, runtime::BlockingPool& pool, FlushMetrics& metrics,
                 Options options)
    : pool_(pool),
      metrics_(metrics),
      options_(options),
      has_enlisted_(shard),
      tasks_(shard),
      flushes_(shard) {
    tasks_.spawn("flush rounds", flush_rounds());
    tasks_.spawn("flush intervals", enlist_at_intervals());
}

Flusher::~Flusher() = default;

void Flusher::enlist(std::shared_ptr<Partition> partition) {
    if (!partition->needs_flush()) return;
    ++batches_enlisted_;
    put_down(std::move(partition));
}

void Flusher::put_down(std::shared_ptr<Partition> partition) {
    if (partition->flush_policy() == FlushPolicy::Interval) {
        next_interval_.insert(std::move(partition));
    } else if (next_round_.insert(std::move(partition)).second && next_round_.size() == 1) {
        has_enlisted_.notify();
    }
}

awaitable<void> Flusher::flushed(std::shared_ptr<Partition> partition, Offset next_offset) {
    while (!is_kept(*partition, next_offset)) {
        if (partition->failure()) {
            throw Error(ErrorCode::Unavailable, "a batch may be lost: {}", *partition->failure());
        }
        if (is_stopped_) throw Error(ErrorCode::Unavailable, "a batch is not flushed: stopping");
        if (partition->needs_flush()) put_down(partition);
        Waiting waiting(*this, *partition, next_offset);
        co_await waiting.event.wait();
    }
}

awaitable<void> Flusher::flush_rounds() {
    while (true) {
        while (next_round_.empty()) co_await has_enlisted_.wait();
        ++rounds_;
        metrics_.rounds.Increment();
        metrics_.batches_per_round.Observe(
            static_cast<double>(std::exchange(batches_enlisted_, 0)));
        round_.assign(next_round_.begin(), next_round_.end());
        next_round_.clear();
        auto parallel = std::min(static_cast<size_t>(options_.parallel_max), round_.size());
        for (size_t i = 0; i < parallel; ++i) flushes_.spawn("flush", flush_next_of_round());
        co_await flushes_.join();
    }
}

awaitable<void> Flusher::flush_next_of_round() {
    while (!round_.empty()) {
        auto partition = std::move(round_.back());
        round_.pop_back();
        under_way_.insert(partition);
        co_await flush(partition);
        under_way_.erase(partition);
    }
}

awaitable<void> Flusher::flush(std::shared_ptr<Partition> partition) {
    auto work = partition->flush_work();
    bool has_run = work != nullptr;
    auto run = [work, &metrics = metrics_] {
        Ticks start = metrics.clock().ticks();
        work->run();
        std::chrono::duration<double> taken = metrics.clock().ticks() - start;
        metrics.sync_seconds.Observe(taken.count());
    };
    try {
        if (work) co_await pool_.run(std::move(run));
    } catch (const Error& error) {
        TARN_LOG_WARN("a flush has to wait: {}", error.what());
        has_run = false;
    }
    if (has_run) partition->flushed(*work);
    wake_those_served(*partition);
    if (work && !has_run) {
        // The pool is full, which passes.
        co_await runtime::sleep(1ms);
        if (partition->needs_flush()) put_down(std::move(partition));
    }
}

awaitable<void> Flusher::enlist_at_intervals() {
    while (true) {
        co_await runtime::sleep(options_.interval);
        next_round_.merge(next_interval_);
        next_interval_.clear();
        if (!next_round_.empty()) has_enlisted_.notify();
    }
}

void Flusher::wake_those_served(const Partition& partition) {
    auto waiting = waiting_.find(&partition);
    if (waiting == waiting_.end()) return;
    for (Waiting* each : waiting->second) {
        if (is_kept(partition, each->next_offset) || partition.failure()) each->event.notify();
    }
}

awaitable<void> Flusher::forget(std::shared_ptr<Partition> partition) {
    next_interval_.erase(partition);
    next_round_.erase(partition);
    std::erase(round_, partition);
    while (under_way_.contains(partition)) co_await runtime::sleep(1ms);
    // A flush that found the pool full has put it back.
    next_interval_.erase(partition);
    next_round_.erase(partition);
}

awaitable<void> Flusher::stop() {
    is_stopped_ = true;
    for (auto& [partition, waiting] : waiting_) {
        for (Waiting* each : waiting) each->event.notify();
    }
    round_.clear();
    tasks_.cancel();
    co_await tasks_.join();
    // Not cancelled: they wait for syncs, which cannot be, and end with them.
    co_await flushes_.join();
    next_round_.clear();
    next_interval_.clear();
}

}  // namespace tarn::log
