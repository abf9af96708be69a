#include "runtime/awaitable.hpp"

#include <boost/system/system_error.hpp>

namespace tarn::runtime {

awaitable<void> sleep(std::chrono::microseconds duration) {
    asio::steady_timer timer(co_await asio::this_coro::executor, duration);
    co_await timer.async_wait(use_awaitable);
}

bool is_cancellation(const std::exception& error) {
    auto* failure = dynamic_cast<const boost::system::system_error*>(&error);
    return failure && failure->code() == asio::error::operation_aborted;
}

}  // namespace tarn::runtime
