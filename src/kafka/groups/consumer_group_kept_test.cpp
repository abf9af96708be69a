// What of a group outlives something: static members their absence, everything a restart.

#include "kafka/groups/consumer_group_fixture.hpp"

namespace tarn::kafka {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(ConsumerGroupTest, keeps_the_partitions_of_a_static_member_that_will_be_back) {
    make_topic("trades", 2);
    a_.instance_id = "one";
    join(a_);
    join(b_);
    settle({&a_, &b_});
    int32_t epoch = group_.epoch();
    auto before = partitions_of(a_);

    leave(a_, LeavingForAWhileEpoch);
    beat(b_);
    EXPECT_EQ(count(b_), 1u);
    Client back{.id = "a-2", .instance_id = "one"};
    join(back);

    EXPECT_EQ(partitions_of(back), before);
    EXPECT_EQ(group_.epoch(), epoch);
    EXPECT_FALSE(group_.members().contains("a"));
    EXPECT_EQ(group_.state(), State::Stable);
}

TEST_F(ConsumerGroupTest, gives_an_instance_to_one_member_at_a_time) {
    make_topic("trades", 1);
    a_.instance_id = b_.instance_id = "one";
    join(a_);

    join(b_);
    EXPECT_EQ(b_.error, KafkaError::UnreleasedInstanceId);
    b_.epoch = a_.epoch;
    beat(b_);
    EXPECT_EQ(b_.error, KafkaError::FencedInstanceId);
}

TEST_F(ConsumerGroupTest, lets_a_static_member_go_when_it_does_not_come_back) {
    make_topic("trades", 1);
    a_.instance_id = "one";
    join(a_);
    leave(a_, LeavingForAWhileEpoch);

    now_ += times_.session_timeout;
    group_.on_time(now_);

    EXPECT_TRUE(group_.is_empty());
    EXPECT_EQ(group_.state(), State::Empty);
}

TEST_F(ConsumerGroupTest, goes_on_after_a_restart_as_if_nothing_had_happened) {
    make_topic("trades", 3);
    make_topic("trades-eu", 1);
    a_.instance_id = "one";
    b_.regex = "trades-.*";
    join(a_);
    join(b_);
    settle({&a_, &b_});
    int32_t epoch = group_.epoch();
    PartitionSet of_a = a_.owned;

    restart();
    beat(a_);
    beat(b_);

    EXPECT_EQ(a_.error, KafkaError::None);
    EXPECT_EQ(a_.owned, of_a);
    EXPECT_EQ(group_.epoch(), epoch);
    EXPECT_EQ(group_.state(), State::Stable);
    now_ += times_.session_timeout;
    group_.on_time(now_);
    EXPECT_TRUE(group_.is_empty()) << "sessions go on too";
}

TEST_F(ConsumerGroupTest, waits_after_a_restart_for_what_was_to_be_given_back) {
    make_topic("trades", 2);
    join(a_);
    join(b_);
    beat(a_);

    restart();
    beat(b_);
    EXPECT_THAT(partitions_of(b_), IsEmpty());
    beat(a_);
    beat(b_);
    EXPECT_EQ(count(b_), 1u);
}

TEST_F(ConsumerGroupTest, says_what_has_changed_once) {
    make_topic("trades", 2);
    join(a_);
    auto first = group_.take_changes();
    EXPECT_TRUE(first.group);
    EXPECT_THAT(first.members, ElementsAre("a"));

    beat(a_);
    auto nothing = group_.take_changes();
    EXPECT_FALSE(nothing.group);
    EXPECT_THAT(nothing.members, IsEmpty());

    join(b_);
    EXPECT_THAT(group_.take_changes().members, ElementsAre("a", "b"));  // a's target, and b
    leave(b_);
    auto left = group_.take_changes();
    EXPECT_TRUE(left.group);
    EXPECT_THAT(left.members, ElementsAre("b"));
}

}  // namespace
}  // namespace tarn::kafka
