#include "log/flusher.hpp"

#include <atomic>

#include "log/partition_fixture.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::log {
namespace {

using namespace std::chrono_literals;
using testing::a_batch;

class FlusherTest : public ::testing::Test {
public:
    std::shared_ptr<Partition> open(int number, FlushPolicy policy = FlushPolicy::EachBatch) {
        return Partition::open(
            {.disk = disk, .folder = fmt::format("t/{}", number), .clock = clock}, {}, policy, 1);
    }
    static Offset append(Partition& partition) {
        Bytes batch = a_batch();
        return std::get<Appended>(partition.append(batch)).next_offset;
    }
    // What a produce request with acks=all does.
    static awaitable<void> produce(Flusher& flusher, std::shared_ptr<Partition> partition,
                                   int& acknowledged) {
        Offset next = append(*partition);
        flusher.enlist(partition);
        co_await flusher.flushed(partition, next);
        EXPECT_GE(partition->high_watermark(), next);
        ++acknowledged;
    }
    // Runs `task` with a flusher on one shard.
    template <typename Task>
    void with_flusher(Task task, Flusher::Options options = {}) {
        auto body = [](Task task, runtime::BlockingPool& pool, FlushMetrics& metrics,
                       Flusher::Options options) -> awaitable<void> {
            Flusher flusher(co_await asio::this_coro::executor, pool, metrics, options);
            co_await task(flusher);
            co_await flusher.stop();
        };
        runtime::BlockingPool pool(4, 100);
        runtime::run(body(task, pool, metrics, options));
    }
    void make_syncs_slow() {
        disk.before_each_call([this](storage::Call call, std::string_view) {
            if (call != storage::Call::Sync) return;
            ++syncs;
            std::this_thread::sleep_for(2ms);
        });
    }

    ManualClock clock{WallTime(std::chrono::hours(24 * 365 * 50))};
    storage::MemoryDisk disk{storage::Uri::parse("/data"), clock};
    std::atomic<int> syncs = 0;
    Metrics counted;
    FlushMetrics metrics{counted, clock};
};

TEST_F(FlusherTest, flushes_many_batches_with_few_syncs) {
    make_syncs_slow();
    auto partition = open(0);
    auto task = [](Flusher& flusher, std::shared_ptr<Partition> partition) -> awaitable<void> {
        runtime::TaskGroup producers(co_await asio::this_coro::executor);
        int acknowledged = 0;
        for (int i = 0; i < 500; ++i) {
            producers.spawn("produce", produce(flusher, partition, acknowledged));
        }
        co_await producers.join();
        EXPECT_EQ(acknowledged, 500);
        EXPECT_LE(flusher.rounds(), 5);
    };
    with_flusher([&](Flusher& flusher) { return task(flusher, partition); });

    EXPECT_EQ(partition->high_watermark(), 500);
    EXPECT_LE(syncs, 5);
}

TEST_F(FlusherTest, tells_of_its_rounds_and_of_those_who_wait) {
    make_syncs_slow();
    auto task = [](Flusher& flusher, FlusherTest& test) -> awaitable<void> {
        runtime::TaskGroup producers(co_await asio::this_coro::executor);
        auto partition = test.open(0);
        int acknowledged = 0;
        for (int i = 0; i < 20; ++i) {
            producers.spawn("produce", produce(flusher, partition, acknowledged));
        }
        while (test.metrics.waiting.Value() < 20) co_await runtime::sleep(1ms);
        co_await producers.join();
        EXPECT_EQ(test.metrics.rounds.Value(), static_cast<double>(flusher.rounds()));
    };

    with_flusher([&](Flusher& flusher) { return task(flusher, *this); });

    EXPECT_EQ(metrics.waiting.Value(), 0);
    EXPECT_EQ(metrics.batches_per_round.Collect().histogram.sample_sum, 20);
    auto syncs_timed = metrics.sync_seconds.Collect().histogram.sample_count;
    EXPECT_GE(syncs_timed, 1u);
    EXPECT_LE(static_cast<double>(syncs_timed), metrics.rounds.Value());
}

TEST_F(FlusherTest, flushes_several_partitions_at_the_same_time) {
    std::atomic<int> running = 0;
    std::atomic<int> running_most = 0;
    disk.before_each_call([&](storage::Call call, std::string_view) {
        if (call != storage::Call::Sync) return;
        running_most = std::max(running_most.load(), ++running);
        std::this_thread::sleep_for(5ms);
        --running;
    });
    auto task = [](Flusher& flusher, FlusherTest& test) -> awaitable<void> {
        runtime::TaskGroup producers(co_await asio::this_coro::executor);
        int acknowledged = 0;
        for (int i = 0; i < 12; ++i) {
            producers.spawn("produce", produce(flusher, test.open(i), acknowledged));
        }
        co_await producers.join();
        EXPECT_EQ(acknowledged, 12);
    };
    with_flusher([&](Flusher& flusher) { return task(flusher, *this); }, {.parallel_max = 3});

    EXPECT_GE(running_most, 2);
    EXPECT_LE(running_most, 3);
}

TEST_F(FlusherTest, answers_at_once_where_nothing_is_promised) {
    auto partition = open(0, FlushPolicy::Os);
    auto task = [](Flusher& flusher, std::shared_ptr<Partition> partition) -> awaitable<void> {
        int acknowledged = 0;
        co_await produce(flusher, partition, acknowledged);
        EXPECT_EQ(acknowledged, 1);
        EXPECT_EQ(flusher.rounds(), 0);
    };
    with_flusher([&](Flusher& flusher) { return task(flusher, partition); });

    EXPECT_EQ(partition->flushed_offset(), 0);
}

TEST_F(FlusherTest, flushes_at_intervals_where_the_policy_says_so) {
    auto partition = open(0, FlushPolicy::Interval);
    auto task = [](Flusher& flusher, std::shared_ptr<Partition> partition) -> awaitable<void> {
        int acknowledged = 0;
        co_await produce(flusher, partition, acknowledged);
        EXPECT_EQ(partition->flushed_offset(), 0);
        for (int i = 0; i < 500 && partition->flushed_offset() == 0; ++i) {
            co_await runtime::sleep(1ms);
        }
        EXPECT_EQ(partition->flushed_offset(), 1);
    };
    with_flusher([&](Flusher& flusher) { return task(flusher, partition); }, {.interval = 10ms});
}

TEST_F(FlusherTest, tells_those_who_wait_that_a_flush_has_failed) {
    auto partition = open(0);
    disk.inject({.call = storage::Call::Sync});
    auto task = [](Flusher& flusher, std::shared_ptr<Partition> partition) -> awaitable<void> {
        Offset next = append(*partition);
        bool has_thrown = false;
        try {
            co_await flusher.flushed(partition, next);
        } catch (const Error& error) {
            has_thrown = true;
            EXPECT_EQ(error.code(), ErrorCode::Unavailable) << error.what();
        }
        EXPECT_TRUE(has_thrown);
    };
    with_flusher([&](Flusher& flusher) { return task(flusher, partition); });
}

TEST_F(FlusherTest, waits_for_its_turn_when_the_pool_is_full) {
    make_syncs_slow();
    auto body = [](FlusherTest& test, runtime::BlockingPool& pool) -> awaitable<void> {
        auto shard = co_await asio::this_coro::executor;
        Flusher flusher(shard, pool, test.metrics, {});
        runtime::TaskGroup tasks(shard);
        int acknowledged = 0;
        for (int i = 0; i < 5; ++i) {
            tasks.spawn("produce", produce(flusher, test.open(i), acknowledged));
        }
        co_await tasks.join();
        EXPECT_EQ(acknowledged, 5);
        co_await flusher.stop();
    };
    runtime::BlockingPool pool(1, 1);
    runtime::run(body(*this, pool));
}

TEST_F(FlusherTest, lets_those_who_wait_go_when_they_are_cancelled) {
    make_syncs_slow();
    auto partition = open(0);
    auto task = [](Flusher& flusher, std::shared_ptr<Partition> partition) -> awaitable<void> {
        runtime::TaskGroup producers(co_await asio::this_coro::executor);
        int acknowledged = 0;
        for (int i = 0; i < 10; ++i) {
            producers.spawn("produce", produce(flusher, partition, acknowledged));
        }
        co_await runtime::sleep(0us);
        producers.cancel();
        co_await producers.join();
        EXPECT_EQ(acknowledged, 0);
        co_await produce(flusher, partition, acknowledged);
        EXPECT_EQ(acknowledged, 1);
    };
    with_flusher([&](Flusher& flusher) { return task(flusher, partition); });
}

TEST_F(FlusherTest, forgets_a_partition_once_its_flush_has_ended) {
    make_syncs_slow();
    auto partition = open(0);
    auto task = [](Flusher& flusher, std::shared_ptr<Partition> partition,
                   storage::MemoryDisk& disk) -> awaitable<void> {
        append(*partition);
        flusher.enlist(partition);
        co_await runtime::sleep(500us);
        co_await flusher.forget(partition);
        disk.remove_folder("t/0");
        co_await runtime::sleep(5ms);
        EXPECT_TRUE(disk.list("t", storage::Depth::AllBelow).empty());
    };
    with_flusher([&](Flusher& flusher) { return task(flusher, partition, disk); });

    EXPECT_EQ(partition->flushed_offset(), 1);
}

TEST_F(FlusherTest, stops_while_syncs_are_under_way) {
    make_syncs_slow();
    auto partition = open(0);
    auto task = [](Flusher& flusher, std::shared_ptr<Partition> partition) -> awaitable<void> {
        append(*partition);
        flusher.enlist(partition);
        co_await runtime::sleep(500us);
    };
    with_flusher([&](Flusher& flusher) { return task(flusher, partition); });

    partition->close();
    EXPECT_EQ(partition->flushed_offset(), 1);
}

}  // namespace
}  // namespace tarn::log
