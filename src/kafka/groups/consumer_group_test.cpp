#include "kafka/groups/consumer_group_fixture.hpp"

namespace tarn::kafka {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(ConsumerGroupTest, gives_the_first_member_everything_at_once) {
    make_topic("trades", 3);

    join(a_);

    EXPECT_THAT(partitions_of(a_), ElementsAre(0, 1, 2));
    EXPECT_EQ(group_.state(), State::Stable);
    EXPECT_EQ(a_.epoch, group_.epoch());
}

TEST_F(ConsumerGroupTest, gives_a_partition_to_the_next_once_it_has_been_given_back) {
    make_topic("trades", 3);
    join(a_);
    int32_t before = a_.epoch;

    join(b_);
    EXPECT_THAT(partitions_of(b_), IsEmpty());
    EXPECT_EQ(group_.state(), State::Reconciling);

    beat(a_);  // is told what it keeps, and has it all still
    EXPECT_THAT(partitions_of(a_), ElementsAre(0, 1));
    EXPECT_EQ(a_.epoch, before);
    beat(b_);
    EXPECT_THAT(partitions_of(b_), IsEmpty());

    beat(a_);  // has given it back
    EXPECT_EQ(a_.epoch, before + 1);
    beat(b_);
    EXPECT_THAT(partitions_of(b_), ElementsAre(2));
    EXPECT_EQ(group_.state(), State::Stable);
}

TEST_F(ConsumerGroupTest, waits_for_a_member_that_does_not_say_what_it_owns) {
    make_topic("trades", 2);
    join(a_);
    join(b_);
    beat(a_);

    for (int i = 0; i < 3; ++i) beat({.member_id = "a", .member_epoch = a_.epoch});
    beat(b_);

    EXPECT_THAT(partitions_of(b_), IsEmpty());
}

TEST_F(ConsumerGroupTest, moves_no_partition_between_members_that_have_their_share) {
    make_topic("trades", 6);
    join(a_);
    join(b_);
    settle({&a_, &b_});
    auto of_a = partitions_of(a_);

    join(c_);
    settle({&a_, &b_, &c_});

    EXPECT_EQ(count(a_), 2u);
    EXPECT_EQ(count(b_), 2u);
    EXPECT_EQ(count(c_), 2u);
    for (int32_t partition : partitions_of(a_)) EXPECT_THAT(of_a, testing::Contains(partition));
}

TEST_F(ConsumerGroupTest, gives_what_a_member_had_to_the_others_when_it_leaves) {
    make_topic("trades", 3);
    join(a_);
    join(b_);
    settle({&a_, &b_});

    leave(b_);
    EXPECT_EQ(b_.epoch, LeavingEpoch);
    EXPECT_EQ(group_.state(), State::Assigning);
    beat(a_);

    EXPECT_THAT(partitions_of(a_), ElementsAre(0, 1, 2));
}

TEST_F(ConsumerGroupTest, holds_a_silent_member_to_be_gone_after_its_session) {
    make_topic("trades", 2);
    join(a_);
    join(b_);
    settle({&a_, &b_});
    now_ += 40s;
    beat(a_);
    ASSERT_EQ(group_.next_deadline(), now_ + 5s);

    now_ += 5s;
    group_.on_time(now_);

    EXPECT_FALSE(group_.members().contains("b"));
    beat(b_);
    EXPECT_EQ(b_.error, KafkaError::UnknownMemberId);
    beat(a_);
    EXPECT_EQ(count(a_), 2u);
}

TEST_F(ConsumerGroupTest, lets_a_member_go_that_takes_too_long_to_give_back) {
    make_topic("trades", 2);
    join(a_);
    join(b_);
    beat(a_);
    for (auto passed = 0s; passed < 30s; passed += 10s) {
        now_ += 10s;
        beat({.member_id = "a", .member_epoch = a_.epoch});  // alive, and keeps everything
        beat(b_);
    }

    group_.on_time(now_);

    EXPECT_FALSE(group_.members().contains("a"));
    beat(b_);
    EXPECT_EQ(count(b_), 2u);
}

TEST_F(ConsumerGroupTest, fences_members_with_another_epoch) {
    make_topic("trades", 1);
    join(a_);

    auto ahead = beat({.member_id = "a", .member_epoch = a_.epoch + 1});
    auto behind = beat({.member_id = "a", .member_epoch = a_.epoch - 1});

    EXPECT_EQ(ahead.error, KafkaError::FencedMemberEpoch);
    EXPECT_EQ(behind.error, KafkaError::FencedMemberEpoch);
}

TEST_F(ConsumerGroupTest, forgives_a_member_that_missed_the_answer_with_its_new_epoch) {
    make_topic("trades", 2);
    join(a_);
    join(b_);
    settle({&a_, &b_});
    int32_t before = a_.epoch;
    PartitionSet owned_before = a_.owned;
    leave(b_);
    beat(a_);
    ASSERT_EQ(a_.epoch, before + 1);

    auto silent = beat({.member_id = "a", .member_epoch = before});
    EXPECT_EQ(silent.error, KafkaError::FencedMemberEpoch);
    auto again = beat({.member_id = "a", .member_epoch = before, .owned = owned_before});
    EXPECT_EQ(again.error, KafkaError::None);
    EXPECT_EQ(again.member_epoch, before + 1);
}

TEST_F(ConsumerGroupTest, takes_back_at_once_what_a_member_no_longer_subscribes_to) {
    make_topic("trades", 2);
    make_topic("bids", 1);
    a_.topics = {"trades", "bids"};
    join(a_);

    subscribe(a_, {"bids"});
    EXPECT_THAT(partitions_of(a_, "trades"), IsEmpty());
    EXPECT_THAT(partitions_of(a_, "bids"), ElementsAre(0));
    beat(a_);
    EXPECT_EQ(a_.epoch, group_.epoch());
    EXPECT_EQ(group_.state(), State::Stable);
}

TEST_F(ConsumerGroupTest, notices_topics_that_come_grow_and_go) {
    join(a_);
    EXPECT_EQ(count(a_), 0u);

    make_topic("trades", 1);
    beat(a_);
    EXPECT_THAT(partitions_of(a_), ElementsAre(0));
    grow_topic("trades", 2);
    beat(a_);
    EXPECT_THAT(partitions_of(a_), ElementsAre(0, 1));

    int32_t epoch = group_.epoch();
    make_topic("others", 3);
    beat(a_);
    EXPECT_EQ(group_.epoch(), epoch) << "nobody reads it";

    make_topic("trades", 1);  // anew, under another id
    settle({&a_});
    EXPECT_THAT(partitions_of(a_), ElementsAre(0));
    EXPECT_EQ(count(a_), 1u);
    delete_topic("trades");
    settle({&a_});
    EXPECT_EQ(count(a_), 0u);
}

TEST_F(ConsumerGroupTest, follows_patterns) {
    make_topic("trades-eu", 1);
    make_topic("bids-eu", 1);
    hidden_ = {"trades-secret"};
    make_topic("trades-secret", 1);
    a_.topics = {};
    a_.regex = "trades-.*";
    join(a_);
    EXPECT_EQ(count(a_), 1u);

    make_topic("trades-us", 1);
    beat(a_);

    EXPECT_EQ(count(a_), 2u);
    EXPECT_THAT(*group_.subscribed_topics(), ElementsAre("trades-eu", "trades-us"));
    restart();
    EXPECT_FALSE(group_.subscribed_topics()) << "nobody has looked yet";
    beat(a_);
    EXPECT_THAT(*group_.subscribed_topics(), ElementsAre("trades-eu", "trades-us"));
}

TEST_F(ConsumerGroupTest, changes_nothing_for_a_pattern_that_is_none) {
    make_topic("trades", 1);
    join(a_);

    auto refused = beat({.member_id = "a", .member_epoch = a_.epoch, .topic_regex = "("});

    EXPECT_EQ(refused.error, KafkaError::InvalidRegularExpression);
    EXPECT_EQ(group_.members().at("a").topic_regex, "");
    b_.regex = "[";
    join(b_);
    EXPECT_EQ(b_.error, KafkaError::InvalidRegularExpression);
    EXPECT_FALSE(group_.members().contains("b"));
}

TEST_F(ConsumerGroupTest, takes_the_assignor_that_most_members_ask_for) {
    make_topic("trades", 4);
    EXPECT_EQ(group_.assignor(), "uniform");
    a_.assignor = b_.assignor = "range";
    c_.assignor = "uniform";

    join(a_);
    join(b_);
    join(c_);
    settle({&a_, &b_, &c_});

    EXPECT_EQ(group_.assignor(), "range");
    EXPECT_THAT(partitions_of(a_), ElementsAre(0, 1));
    EXPECT_THAT(partitions_of(b_), ElementsAre(2));
    EXPECT_THAT(partitions_of(c_), ElementsAre(3));
}

TEST_F(ConsumerGroupTest, is_full_at_some_point) {
    std::vector<Client> clients(MembersMax);
    for (size_t i = 0; i < clients.size(); ++i) {
        clients[i].id = std::to_string(i);
        join(clients[i]);
        EXPECT_EQ(clients[i].error, KafkaError::None);
    }

    join(a_);

    EXPECT_EQ(a_.error, KafkaError::GroupMaxSizeReached);
    join(clients[0]);
    EXPECT_EQ(clients[0].error, KafkaError::None) << "it is a member already";
}

TEST_F(ConsumerGroupTest, takes_commits_of_members_for_what_they_have_had_since_then) {
    make_topic("trades", 2);
    EXPECT_EQ(group_.may_commit("", -1, {place(0)}), KafkaError::None) << "nobody is a member";
    join(a_);
    join(b_);
    settle({&a_, &b_});
    int32_t now = a_.epoch;
    ASSERT_THAT(partitions_of(a_), ElementsAre(0));
    ASSERT_THAT(partitions_of(b_), ElementsAre(1));

    EXPECT_EQ(group_.may_commit("a", now, {place(0)}), KafkaError::None);
    EXPECT_EQ(group_.may_commit("a", now - 1, {place(0)}), KafkaError::None);
    EXPECT_EQ(group_.may_commit("a", now - 1, {place(0), place(1)}), KafkaError::StaleMemberEpoch);
    EXPECT_EQ(group_.may_commit("b", now - 1, {place(1)}), KafkaError::StaleMemberEpoch);
    EXPECT_EQ(group_.may_commit("a", now + 1, {place(0)}), KafkaError::StaleMemberEpoch);
    EXPECT_EQ(group_.may_commit("nobody", now, {place(0)}), KafkaError::UnknownMemberId);
    EXPECT_EQ(group_.may_commit("", -1, {place(0)}), KafkaError::UnknownMemberId);
    EXPECT_EQ(group_.may_fetch("a", now), KafkaError::None);
    EXPECT_EQ(group_.may_fetch("a", now - 1), KafkaError::StaleMemberEpoch);
    EXPECT_EQ(group_.may_fetch("nobody", now), KafkaError::UnknownMemberId);
}

TEST_F(ConsumerGroupTest, lets_administrators_remove_members_in_one_epoch) {
    make_topic("trades", 1);
    b_.instance_id = "one";
    for (Client* client : {&a_, &b_, &c_}) join(*client);
    int32_t epoch = group_.epoch();

    auto errors = group_.remove({{.member_id = "a"},
                                 {.member_id = "c", .instance_id = "one"},
                                 {.instance_id = "one"},
                                 {.instance_id = "two"}});

    EXPECT_THAT(errors, ElementsAre(KafkaError::None, KafkaError::FencedInstanceId,
                                    KafkaError::None, KafkaError::UnknownMemberId));
    EXPECT_EQ(group_.members().size(), 1u);
    EXPECT_EQ(group_.epoch(), epoch + 1);
}

}  // namespace
}  // namespace tarn::kafka
