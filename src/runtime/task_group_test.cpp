#include "runtime/task_group.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace tarn::runtime {
namespace {

using namespace std::chrono_literals;

// Waits for long, and tells by its destructor that it was let go.
awaitable<void> wait_for_long(bool& was_released) {
    struct Sentinel {
        bool& flag;
        ~Sentinel() { flag = true; }
    } sentinel{was_released};
    co_await sleep(1h);
}

awaitable<void> fail() {
    throw std::runtime_error("the disk is gone");
    co_return;
}

TEST(TaskGroup, cancels_what_waits_and_joins_it) {
    run([]() -> awaitable<void> {
        bool first_released = false, second_released = false;
        TaskGroup group(co_await asio::this_coro::executor);
        group.spawn("first", wait_for_long(first_released));
        group.spawn("second", wait_for_long(second_released));
        co_await sleep(0us);
        EXPECT_EQ(group.size(), 2u);

        group.cancel();
        co_await group.join();

        EXPECT_TRUE(first_released);
        EXPECT_TRUE(second_released);
    }());
}

TEST(TaskGroup, lets_one_task_fail_without_the_others) {
    run([]() -> awaitable<void> {
        bool released = false;
        TaskGroup group(co_await asio::this_coro::executor);
        group.spawn("fails", fail());
        group.spawn("stays", wait_for_long(released));
        co_await sleep(1ms);

        EXPECT_EQ(group.size(), 1u);
        EXPECT_FALSE(released);

        group.cancel();
        co_await group.join();
    }());
}

TEST(TaskGroup, drops_tasks_that_come_after_the_cancel) {
    run([]() -> awaitable<void> {
        bool released = false;
        TaskGroup group(co_await asio::this_coro::executor);
        group.cancel();

        group.spawn("late", wait_for_long(released));

        EXPECT_EQ(group.size(), 0u);
        co_await group.join();
    }());
}

TEST(TaskGroup, joins_at_once_when_it_is_empty) {
    run([]() -> awaitable<void> {
        TaskGroup group(co_await asio::this_coro::executor);
        co_await group.join();
    }());
}

}  // namespace
}  // namespace tarn::runtime
