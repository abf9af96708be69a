#include <gtest/gtest.h>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <future>
#include <latch>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "runtime/blocking.hpp"
#include "runtime/channel.hpp"
#include "runtime/limits.hpp"
#include "runtime/shards.hpp"
#include "runtime/task_group.hpp"

namespace tarn::runtime {
namespace {

using namespace std::chrono_literals;

std::thread::id this_thread() {
    return std::this_thread::get_id();
}

TEST(Shards, run_work_on_its_owner_and_bring_the_answer_home) {
    Shards shards(2);
    auto visit = [](Shards& shards) -> awaitable<bool> {
        auto home = this_thread();
        auto there = co_await shards.on(ShardId(1), this_thread);
        auto there_again = co_await shards.on(ShardId(1), this_thread);
        co_return home == this_thread() && there == there_again&& there != home;
    };

    auto done = asio::co_spawn(shards.executor_of(ShardId(0)), visit(shards), asio::use_future);

    EXPECT_TRUE(done.get());
}

TEST(Shards, bring_home_exceptions_too) {
    Shards shards(2);
    auto visit = [](Shards& shards) -> awaitable<std::string> {
        std::string caught;
        try {
            co_await shards.on(ShardId(1), []() -> int {
                throw Error(ErrorCode::NotFound, "no partition {}", 7);
            });
        } catch (const Error& error) {
            caught = error.what();
        }
        co_return caught;
    };

    auto done = asio::co_spawn(shards.executor_of(ShardId(0)), visit(shards), asio::use_future);

    EXPECT_EQ(done.get(), "no partition 7");
}

TEST(Channel, makes_the_sender_wait_while_it_is_full) {
    run([]() -> awaitable<void> {
        auto executor = co_await asio::this_coro::executor;
        Channel<int> channel(executor, 2);
        int sent = 0;
        auto send_five = [](Channel<int>& channel, int& sent) -> awaitable<void> {
            for (int i = 0; i < 5; ++i, ++sent) co_await channel.send(i);
            channel.close();
        };
        TaskGroup group(executor);
        group.spawn("sender", send_five(channel, sent));
        co_await sleep(1ms);
        EXPECT_EQ(sent, 2);

        std::vector<int> received;
        while (auto item = co_await channel.receive()) received.push_back(*item);

        EXPECT_EQ(received, (std::vector<int>{0, 1, 2, 3, 4}));
        co_await group.join();
    }());
}

TEST(Channel, refuses_items_once_it_is_closed_but_gives_out_what_it_holds) {
    run([]() -> awaitable<void> {
        Channel<int> channel(co_await asio::this_coro::executor, 2);
        EXPECT_TRUE(channel.try_send(1));

        channel.close();

        EXPECT_FALSE(channel.try_send(2));
        EXPECT_FALSE(co_await channel.send(3));
        EXPECT_EQ(co_await channel.receive(), 1);
        EXPECT_EQ(co_await channel.receive(), std::nullopt);
    }());
}

TEST(Channel, tells_every_waiting_task_that_it_was_closed) {
    run([]() -> awaitable<void> {
        auto executor = co_await asio::this_coro::executor;
        Channel<int> channel(executor, 1);
        int ended = 0;
        auto wait_for_item = [](Channel<int>& channel, int& ended) -> awaitable<void> {
            while (auto item = co_await channel.receive()) ADD_FAILURE() << "got " << *item;
            ++ended;
        };
        TaskGroup group(executor);
        for (int i = 0; i < 3; ++i) group.spawn("receiver", wait_for_item(channel, ended));
        co_await sleep(1ms);

        channel.close();
        co_await group.join();

        EXPECT_EQ(ended, 3);
    }());
}

TEST(Channel, lets_a_waiting_task_be_cancelled) {
    run([]() -> awaitable<void> {
        auto executor = co_await asio::this_coro::executor;
        Channel<int> channel(executor, 1);
        auto wait_for_item = [](Channel<int>& channel) -> awaitable<void> {
            co_await channel.receive();
        };
        TaskGroup group(executor);
        group.spawn("receiver", wait_for_item(channel));
        co_await sleep(1ms);

        group.cancel();
        co_await group.join();

        EXPECT_TRUE(channel.try_send(1)) << "the channel itself still works";
    }());
}

TEST(Channel, carries_items_between_shards) {
    Shards shards(2);
    Channel<int> channel(shards.executor_of(ShardId(1)), 4);
    auto send = [](Channel<int>& channel) -> awaitable<void> {
        for (int i = 1; i <= 1000; ++i) co_await channel.send(i);
        channel.close();
    };
    auto add = [](Channel<int>& channel) -> awaitable<int> {
        int sum = 0;
        while (auto item = co_await channel.receive()) sum += *item;
        co_return sum;
    };

    auto sent = asio::co_spawn(shards.executor_of(ShardId(0)), send(channel), asio::use_future);
    auto sum = asio::co_spawn(shards.executor_of(ShardId(1)), add(channel), asio::use_future);

    EXPECT_EQ(sum.get(), 500500);
    sent.get();
}

TEST(BlockingPool, runs_work_elsewhere_and_comes_back) {
    BlockingPool pool(1, 8);
    run([](BlockingPool& pool) -> awaitable<void> {
        auto home = this_thread();
        auto there = co_await pool.run(this_thread);
        EXPECT_NE(there, home);
        EXPECT_EQ(this_thread(), home);
    }(pool));
    EXPECT_EQ(pool.waiting(), 0);
}

TEST(BlockingPool, refuses_work_past_its_bound) {
    BlockingPool pool(1, 1);
    run([](BlockingPool& pool) -> awaitable<void> {
        std::latch is_released(1);
        auto hold = [](BlockingPool& pool, std::latch& latch) -> awaitable<void> {
            co_await pool.run([&] { latch.wait(); });
        };
        TaskGroup group(co_await asio::this_coro::executor);
        group.spawn("holder", hold(pool, is_released));
        co_await sleep(1ms);

        bool was_refused = false;
        try {
            co_await pool.run([] {});
        } catch (const Error& error) {
            was_refused = error.code() == ErrorCode::Unavailable;
        }
        EXPECT_TRUE(was_refused);

        is_released.count_down();
        co_await group.join();
        co_await pool.run([] {});
    }(pool));
}

TEST(Limits, complain_only_when_fewer_files_are_allowed_than_wanted) {
    EXPECT_FALSE(complaint_about({.allowed = 100, .hard_limit = 100}, 100));
    EXPECT_TRUE(complaint_about({.allowed = 99, .hard_limit = 100}, 100));

    OpenFiles raised = raise_open_files(64);
    EXPECT_GE(raised.allowed, 64u);
}

}  // namespace
}  // namespace tarn::runtime
