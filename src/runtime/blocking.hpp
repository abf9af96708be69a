// Work that waits for a disk, an encoder or a database runs on a small pool of threads, never on a
// shard: a shard that waits keeps all its connections waiting.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <type_traits>

#include "base/error.hpp"
#include "runtime/shards.hpp"

namespace tarn::runtime {

// It is to go before the shards whose tasks call it: a thread may still hold on to a shard when the
// task there has its answer already.
class BlockingPool {
public:
    // `waiting_max` bounds the work that is queued or running; past it run() throws Unavailable.
    BlockingPool(int threads, int waiting_max);

    // Lets the work that has started come to its end; drops what is queued.
    ~BlockingPool();

    // Runs `work`, a function of no arguments, and resumes the caller on its own shard with the
    // answer or the exception. Work that has begun cannot be cancelled.
    template <typename Work>
    awaitable<std::invoke_result_t<Work>> run(Work work) {
        Place place(*this);
        co_return co_await run_on(pool_.get_executor(), std::move(work));
    }

    int waiting() const { return waiting_; }

private:
    // One place among the `waiting_max`, given back when the caller has its answer.
    struct Place {
        explicit Place(BlockingPool& pool);
        ~Place() { --pool.waiting_; }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        BlockingPool& pool;
    };

    const int waiting_max_;
    std::atomic<int> waiting_ = 0;
    asio::thread_pool pool_;
};

}  // namespace tarn::runtime
