#include "log/topics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "storage/memory_disk.hpp"

namespace tarn::log {
namespace {

class TopicsTest : public testing::Test {
protected:
    Topics open() {
        return Topics({.disk = disk_,
                       .folder = "log/topics",
                       .clock = clock_,
                       .random = random_,
                       .shards = shards_,
                       .flush = FlushPolicy::Os,
                       .leader_epoch = 0,
                       .partitions_max = 50},
                      registry_);
    }

    static TopicConfig only(const std::string& name, const std::string& value) {
        return TopicConfig(std::map<std::string, std::string>{{name, value}});
    }

    SystemClock clock_;
    storage::MemoryDisk disk_{storage::Uri::parse("/data"), clock_};
    SeededRandom random_{3};
    runtime::Shards shards_{2};
    Registry registry_{disk_, "log/cluster.log"};
};

TEST_F(TopicsTest, are_there_again_when_the_log_opens) {
    Uuid id;
    {
        Topics topics = open();
        id =
            topics
                .create({.name = "trades", .partitions = 3, .config = only("retention.ms", "1000")})
                ->id;
        topics.close();
    }
    Topics topics = open();
    TopicPtr trades = topics.find("trades");
    ASSERT_TRUE(trades);
    EXPECT_EQ(trades->id, id);
    EXPECT_EQ(trades->partition_count(), 3);
    EXPECT_EQ(trades->config.value("retention.ms"), "1000");
    EXPECT_EQ(topics.table()->find(id), trades);
}

TEST_F(TopicsTest, spread_their_partitions_over_the_shards_and_keep_internal_ones_on_the_first) {
    Topics topics = open();
    TopicPtr trades = topics.create({.name = "trades", .partitions = 2});
    EXPECT_NE(trades->partitions[0].shard, trades->partitions[1].shard);
    TopicPtr internal = topics.create({.name = "__state", .partitions = 2});
    EXPECT_EQ(internal->partitions[0].shard.value(), 0);
    EXPECT_EQ(internal->partitions[1].shard.value(), 0);
}

TEST_F(TopicsTest, refuse_names_that_are_taken_or_cannot_be) {
    Topics topics = open();
    topics.create({.name = "a", .partitions = 1});
    EXPECT_THROW(topics.create({.name = "a", .partitions = 1}), Error);
    const std::vector<std::string> impossible = {"",    ".",    "..",
                                                 "a/b", "über", std::string(250, 'x')};
    for (const std::string& name : impossible) {
        EXPECT_THROW(topics.create({.name = name, .partitions = 1}), Error) << name;
    }
}

TEST_F(TopicsTest, have_no_more_partitions_together_than_is_allowed) {
    Topics topics = open();
    EXPECT_THROW(topics.create({.name = "a", .partitions = 0}), Error);
    topics.create({.name = "a", .partitions = 30});
    EXPECT_THROW(topics.create({.name = "b", .partitions = 21}), Error);
    topics.create({.name = "b", .partitions = 20});
}

TEST_F(TopicsTest, grow_but_do_not_shrink) {
    Topics topics = open();
    TopicPtr before = topics.create({.name = "a", .partitions = 2});
    EXPECT_THROW(topics.add_partitions("a", 2), Error);
    EXPECT_THROW(topics.add_partitions("a", 1), Error);
    TopicPtr after = topics.add_partitions("a", 4);
    EXPECT_EQ(after->partition_count(), 4);
    EXPECT_EQ(after->partitions[1].partition, before->partitions[1].partition);
}

TEST_F(TopicsTest, leave_nothing_behind_when_they_are_removed) {
    Topics topics = open();
    std::vector<std::string> removed;
    topics.on_removed([&](const Topic& topic) { removed.push_back(topic.name); });
    Uuid first = topics.create({.name = "a", .partitions = 1})->id;
    topics.remove("a");

    EXPECT_FALSE(topics.find("a"));
    EXPECT_THAT(removed, testing::ElementsAre("a"));
    EXPECT_THROW(topics.remove("a"), Error);
    EXPECT_NE(topics.create({.name = "a", .partitions = 1})->id, first);
}

TEST_F(TopicsTest, remove_what_a_crash_left_of_a_deleted_topic) {
    std::string orphan = "log/topics/" + Uuid::random(random_).text() + "/0/00000000.log";
    disk_.write(orphan, as_bytes("x"));
    Topics topics = open();
    EXPECT_FALSE(disk_.exists(orphan));
}

TEST_F(TopicsTest, change_their_settings_while_they_are_open) {
    Topics topics = open();
    TopicPtr before = topics.create({.name = "a", .partitions = 1});
    topics.change_config("a", only("max.message.bytes", "100"));
    EXPECT_EQ(topics.find("a")->settings.batch_bytes_max, 100);
    EXPECT_EQ(before->settings.batch_bytes_max, 1048588);
    EXPECT_EQ(open().find("a")->settings.batch_bytes_max, 100);
}

}  // namespace
}  // namespace tarn::log
