// An answer that someone gives later, to one task that waits for it on the same shard.
#pragma once

#include <optional>
#include <utility>

#include "runtime/event.hpp"

namespace tarn::kafka {

template <typename T>
class Reply {
public:
    explicit Reply(const Executor& executor) : is_given_(executor) {}

    void give(T value) {
        value_.emplace(std::move(value));
        is_given_.notify();
    }

    awaitable<T> wait() {
        while (!value_) co_await is_given_.wait();
        co_return std::move(*value_);
    }

private:
    std::optional<T> value_;
    runtime::Event is_given_;
};

}  // namespace tarn::kafka
