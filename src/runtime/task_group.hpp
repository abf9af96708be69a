// A task group owns the coroutines that its owner spawned, so that none outlives what it works on.
// It lives on one shard and is used only there. The owner cancels it, then joins it, then may be
// destroyed; an exception that leaves a task is logged under the task's name and ends that task
// only.
#pragma once

#include <boost/asio/cancellation_signal.hpp>

#include <list>
#include <string>

#include "runtime/awaitable.hpp"

namespace tarn::runtime {

class TaskGroup {
public:
    explicit TaskGroup(Executor executor);
    ~TaskGroup();

    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    // Starts a task. After cancel() it is dropped instead, since its owner is on the way out.
    void spawn(std::string name, awaitable<void> task);

    // Asks every task to stop: what it waits for throws, and its destructors run.
    void cancel();

    // Waits until every task has ended.
    awaitable<void> join();

    size_t size() const { return tasks_.size(); }
    const Executor& executor() const { return executor_; }

private:
    struct Task {
        std::string name;
        asio::cancellation_signal cancel;
    };

    void ended(std::list<Task>::iterator task, std::exception_ptr failure);

    Executor executor_;
    std::list<Task> tasks_;
    bool is_cancelled_ = false;
    asio::steady_timer when_empty_;  // never fires by itself; ended() wakes who waits for it
};

}  // namespace tarn::runtime
