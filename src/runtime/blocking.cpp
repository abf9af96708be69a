#include "runtime/blocking.hpp"

namespace tarn::runtime {

BlockingPool::BlockingPool(int threads, int waiting_max)
    : waiting_max_(waiting_max), pool_(static_cast<size_t>(threads)) {}

BlockingPool::~BlockingPool() {
    pool_.stop();
    pool_.join();
}

BlockingPool::Place::Place(BlockingPool& pool) : pool(pool) {
    if (++pool.waiting_ > pool.waiting_max_) {
        --pool.waiting_;
        throw Error(ErrorCode::Unavailable, "{} pieces of blocking work are waiting already",
                    pool.waiting_max_)
            .with_hint("try again in a moment, or raise runtime.blocking-queue");
    }
}

}  // namespace tarn::runtime
