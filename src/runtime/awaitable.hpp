// The words of Asio that coroutines in every folder use, under one roof.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <utility>

namespace tarn {

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using Executor = asio::any_io_executor;

namespace runtime {

// Pauses the calling coroutine; its shard goes on with other work.
awaitable<void> sleep(std::chrono::microseconds duration);

// True for the error that a cancelled operation throws: the ordinary end of a task, not a failure.
bool is_cancellation(const std::exception& error);

// Runs one coroutine to its end on an event loop of its own: for tests and for commands that talk
// to a running Tarn.
template <typename T>
T run(awaitable<T> task) {
    asio::io_context loop(1);
    std::exception_ptr failure;
    if constexpr (std::is_void_v<T>) {
        asio::co_spawn(loop, std::move(task), [&](std::exception_ptr error) { failure = error; });
        loop.run();
        if (failure) std::rethrow_exception(failure);
    } else {
        std::optional<T> answer;
        asio::co_spawn(loop, std::move(task), [&](std::exception_ptr error, T value) {
            failure = error;
            answer.emplace(std::move(value));
        });
        loop.run();
        if (failure) std::rethrow_exception(failure);
        return std::move(*answer);
    }
}

}  // namespace runtime
}  // namespace tarn
