// A bounded queue between tasks, on one shard or across shards. A full one makes the sender wait,
// and that is the backpressure: from the sink back to the socket that the data comes in by. Asio's
// own channels are not used, since those of Boost 1.81 drop what they hold when they are closed.
#pragma once

#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "runtime/event.hpp"

namespace tarn::runtime {

template <typename T>
class Channel {
public:
    Channel(Executor executor, size_t capacity)
        : capacity_(capacity), has_room_(executor), has_items_(executor) {}

    // Waits for room. False, and the item is gone, when the channel was closed.
    awaitable<bool> send(T item) {
        while (true) {
            Outcome outcome = offer(item);
            if (outcome != Outcome::Full) co_return outcome == Outcome::Taken;
            co_await has_room_.wait();
        }
    }

    // Does not wait: false when there is no room or the channel was closed.
    bool try_send(T item) { return offer(item) == Outcome::Taken; }

    // Waits for an item. Nothing once the channel is closed and what was in it has been received.
    awaitable<std::optional<T>> receive() {
        while (true) {
            std::unique_lock lock(mutex_);
            if (!items_.empty()) {
                std::optional<T> item = std::move(items_.front());
                items_.pop_front();
                lock.unlock();
                has_room_.notify();
                co_return item;
            }
            bool is_over = is_closed_;
            lock.unlock();
            if (is_over) {
                has_items_.notify();
                co_return std::nullopt;
            }
            co_await has_items_.wait();
        }
    }

    // No more items will come. Items already in the channel can still be received.
    void close() {
        {
            std::lock_guard lock(mutex_);
            is_closed_ = true;
        }
        has_room_.notify();
        has_items_.notify();
    }

private:
    enum class Outcome { Taken, Full, Closed };

    Outcome offer(T& item) {
        std::unique_lock lock(mutex_);
        if (is_closed_) {
            lock.unlock();
            has_room_.notify();  // whoever else waits learns of the end too
            return Outcome::Closed;
        }
        if (items_.size() == capacity_) return Outcome::Full;
        items_.push_back(std::move(item));
        lock.unlock();
        has_items_.notify();
        return Outcome::Taken;
    }

    const size_t capacity_;
    std::mutex mutex_;
    std::deque<T> items_;
    bool is_closed_ = false;
    Event has_room_;
    Event has_items_;
};

}  // namespace tarn::runtime
