// A reminder to look again, between tasks on one shard or across shards. notify() wakes one waiting
// task, or is kept for the next one that waits, so a wake-up between "look" and "wait" is not lost.
// Several notifications with nobody waiting are kept as one: whoever wakes looks at the real state.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>

#include "runtime/awaitable.hpp"

namespace tarn::runtime {

class Event {
public:
    explicit Event(const Executor& executor) : reminders_(executor, 1) {}

    void notify() { reminders_.try_send(boost::system::error_code{}); }

    awaitable<void> wait() {
        auto [failure] = co_await reminders_.async_receive(asio::as_tuple(use_awaitable));
        // Channels have an error of their own for "cancelled"; the rest of us know only one.
        if (failure) throw boost::system::system_error(asio::error::operation_aborted);
    }

private:
    asio::experimental::concurrent_channel<void(boost::system::error_code)> reminders_;
};

}  // namespace tarn::runtime
