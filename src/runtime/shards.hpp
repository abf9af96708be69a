// Shards: one thread and one event loop each. Every connection, partition and operator belongs to
// one shard from birth to death and is touched only there. Work for data on another shard is sent
// to it by on(), and the answer comes back to the caller's shard.
#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>

#include <memory>
#include <thread>
#include <type_traits>
#include <vector>

#include "base/ids.hpp"
#include "runtime/awaitable.hpp"

namespace tarn::runtime {

using ShardId = Id<struct ShardTag, int>;

class Shards {
public:
    // Starts `count` threads, named "tarn-shard-0" and so on for top and perf.
    explicit Shards(int count);

    // Stops the loops and joins the threads. By now every task group must have been joined: a task
    // left behind is dropped where it waits.
    ~Shards();

    int count() const { return static_cast<int>(shards_.size()); }
    Executor executor_of(ShardId shard) const;

    // Runs `work` on the shard that owns the data. `work` is a function of no arguments.
    template <typename Work>
    awaitable<std::invoke_result_t<Work>> on(ShardId owner, Work work) const;

private:
    struct Shard {
        asio::io_context loop{1};
        asio::executor_work_guard<asio::io_context::executor_type> keeps_running{
            loop.get_executor()};
        std::thread thread;
    };

    std::vector<std::unique_ptr<Shard>> shards_;
};

inline auto uncancelled() {
    return asio::bind_cancellation_slot(asio::cancellation_slot(), use_awaitable);
}

// Runs `work` on another executor and resumes the caller on its own with the answer or exception.
// Cancelling the caller does not reach over there: the signal would be given on one thread of a
// pool while another runs the work. The caller hears of it when the work is done.
template <typename Work>
awaitable<std::invoke_result_t<Work>> run_on(Executor executor, Work work) {
    using Answer = std::invoke_result_t<Work>;
    if constexpr (std::is_void_v<Answer>) {
        auto run_there = [](Work work) -> awaitable<void> {
            work();
            co_return;
        };
        co_await asio::co_spawn(executor, run_there(std::move(work)), uncancelled());
    } else {
        // Asio makes an empty answer when a coroutine throws, so it has to be able to be empty.
        auto run_there = [](Work work) -> awaitable<std::optional<Answer>> { co_return work(); };
        auto answer = co_await asio::co_spawn(executor, run_there(std::move(work)), uncancelled());
        co_return std::move(*answer);
    }
}

template <typename Work>
awaitable<std::invoke_result_t<Work>> Shards::on(ShardId owner, Work work) const {
    co_return co_await run_on(executor_of(owner), std::move(work));
}

}  // namespace tarn::runtime
