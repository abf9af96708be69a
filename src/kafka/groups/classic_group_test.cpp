#include "kafka/groups/classic_group.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace tarn::kafka {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using State = ClassicGroup::State;

// A client of the group: what it sent last and what it heard.
struct Client {
    std::optional<JoinAnswer> joined;
    std::optional<SyncAnswer> synced;

    Speaker speaker() const {
        return {.member_id = joined->member_id, .generation = joined->generation};
    }
};

class ClassicGroupTest : public testing::Test {
protected:
    struct Join {
        std::string member_id = {};
        std::optional<std::string> instance_id = {};
        std::vector<std::string> protocols = {"range"};
        std::chrono::milliseconds session_timeout = 10s;
        std::chrono::milliseconds rebalance_timeout = 60s;
        std::string metadata = "topics";
        bool knows_member_id_required = false;
    };

    void join(Client& client, const Join& wanted) {
        JoinRequest request{.member_id = wanted.member_id,
                            .instance_id = wanted.instance_id,
                            .client_id = "client",
                            .client_host = "/127.0.0.1",
                            .session_timeout = wanted.session_timeout,
                            .rebalance_timeout = wanted.rebalance_timeout,
                            .protocol_type = "consumer",
                            .protocols = {},
                            .knows_member_id_required = wanted.knows_member_id_required};
        for (const auto& name : wanted.protocols) {
            request.protocols.push_back({name, copy_of(as_bytes(wanted.metadata))});
        }
        client.joined.reset();
        group_.join(request, now_, [&client](JoinAnswer answer) { client.joined = answer; });
    }

    void join(Client& client) { join(client, {}); }
    void rejoin(Client& client) { join(client, {.member_id = client.joined->member_id}); }

    void sync(Client& client, std::map<std::string, Bytes> assignments = {}) {
        client.synced.reset();
        group_.sync({.speaker = client.speaker(),
                     .protocol_type = {},
                     .protocol = {},
                     .assignments = std::move(assignments)},
                    now_, [&client](SyncAnswer answer) { client.synced = answer; });
    }

    void pass(std::chrono::milliseconds time) {
        // In steps, as the coordinator's timer does.
        for (Ticks end = now_ + time; now_ < end;) {
            now_ = std::min(end, now_ + 50ms);
            group_.on_time(now_);
        }
    }

    // Two members, a leads, both stable in generation 1.
    void form_a_group_of_two() {
        join(a_);
        join(b_);
        pass(3s);
        sync(b_);
        sync(a_, {{a_.joined->member_id, copy_of(as_bytes("0,1"))},
                  {b_.joined->member_id, copy_of(as_bytes("2"))}});
        ASSERT_EQ(group_.state(), State::Stable);
    }

    SeededRandom random_{7};
    GroupSettings settings_;
    Ticks now_{};
    ClassicGroup group_{"g", settings_, random_};
    Client a_, b_, c_;
};

TEST_F(ClassicGroupTest, waits_a_moment_for_more_members_before_the_first_generation) {
    join(a_);
    EXPECT_FALSE(a_.joined);
    EXPECT_EQ(group_.state(), State::PreparingRebalance);

    pass(60ms);
    join(b_);
    pass(60ms);
    EXPECT_FALSE(a_.joined);  // prolonged by b

    pass(200ms);
    ASSERT_TRUE(a_.joined && b_.joined);
    EXPECT_EQ(a_.joined->generation, 1);
    EXPECT_EQ(b_.joined->generation, 1);
    EXPECT_EQ(a_.joined->leader, a_.joined->member_id);
    EXPECT_EQ(a_.joined->members.size(), 2u);
    EXPECT_THAT(b_.joined->members, IsEmpty());
    EXPECT_EQ(group_.state(), State::CompletingRebalance);
}

TEST_F(ClassicGroupTest, gives_each_member_what_the_leader_assigned_to_it) {
    form_a_group_of_two();

    EXPECT_EQ(as_text(a_.synced->assignment), "0,1");
    EXPECT_EQ(as_text(b_.synced->assignment), "2");
    EXPECT_EQ(b_.synced->protocol, "range");
}

TEST_F(ClassicGroupTest, sends_a_new_client_back_with_a_member_id_before_it_counts) {
    join(a_, {.knows_member_id_required = true});
    ASSERT_TRUE(a_.joined);
    EXPECT_EQ(a_.joined->error, KafkaError::MemberIdRequired);
    EXPECT_TRUE(a_.joined->member_id.starts_with("client-"));
    EXPECT_EQ(group_.state(), State::Empty);

    join(a_, {.member_id = a_.joined->member_id});
    pass(1s);
    EXPECT_EQ(a_.joined->error, KafkaError::None);
}

TEST_F(ClassicGroupTest, refuses_a_session_timeout_outside_of_its_bounds) {
    join(a_, {.session_timeout = 5999ms});
    EXPECT_EQ(a_.joined->error, KafkaError::InvalidSessionTimeout);
    join(a_, {.session_timeout = 31min});
    EXPECT_EQ(a_.joined->error, KafkaError::InvalidSessionTimeout);
}

TEST_F(ClassicGroupTest, refuses_a_member_that_shares_no_protocol_with_the_others) {
    join(a_, {.protocols = {"range", "sticky"}});
    join(b_, {.protocols = {"roundrobin"}});
    EXPECT_EQ(b_.joined->error, KafkaError::InconsistentGroupProtocol);
}

TEST_F(ClassicGroupTest, chooses_the_protocol_that_most_like_best_of_those_that_all_know) {
    join(a_, {.protocols = {"a", "x", "y"}});
    join(b_, {.protocols = {"y", "x"}});
    join(c_, {.protocols = {"y", "x"}});
    pass(1s);
    EXPECT_EQ(a_.joined->protocol, "y");
}

TEST_F(ClassicGroupTest, tells_members_of_a_rebalance_by_their_heartbeats) {
    form_a_group_of_two();
    EXPECT_EQ(group_.heartbeat(a_.speaker(), now_), KafkaError::None);

    join(c_);
    EXPECT_EQ(group_.heartbeat(a_.speaker(), now_), KafkaError::RebalanceInProgress);

    rejoin(a_);
    rejoin(b_);
    ASSERT_TRUE(a_.joined && b_.joined && c_.joined);
    EXPECT_EQ(c_.joined->generation, 2);
    EXPECT_EQ(a_.joined->leader, a_.joined->member_id);
}

TEST_F(ClassicGroupTest, answers_a_follower_that_joins_again_without_a_rebalance) {
    form_a_group_of_two();

    rejoin(b_);
    ASSERT_TRUE(b_.joined);
    EXPECT_EQ(b_.joined->generation, 1);
    EXPECT_EQ(group_.state(), State::Stable);

    rejoin(a_);  // the leader asks for one by that
    EXPECT_EQ(group_.state(), State::PreparingRebalance);
}

TEST_F(ClassicGroupTest, goes_on_without_members_that_do_not_rejoin_in_time) {
    form_a_group_of_two();
    rejoin(a_);
    EXPECT_FALSE(a_.joined);

    pass(61s);  // b is silent
    ASSERT_TRUE(a_.joined);
    EXPECT_EQ(a_.joined->generation, 2);
    EXPECT_EQ(a_.joined->members.size(), 1u);
    EXPECT_EQ(group_.heartbeat(b_.speaker(), now_), KafkaError::UnknownMemberId);
}

TEST_F(ClassicGroupTest, removes_a_member_whose_session_ends) {
    form_a_group_of_two();
    pass(6s);
    EXPECT_EQ(group_.heartbeat(a_.speaker(), now_), KafkaError::None);
    pass(5s);
    EXPECT_EQ(group_.members().size(), 1u);
    EXPECT_EQ(group_.state(), State::PreparingRebalance);
}

TEST_F(ClassicGroupTest, is_never_stuck_when_all_members_vanish_in_mid_join) {
    join(a_);
    join(b_);
    pass(1s);  // both heard of generation 1 and say no more
    pass(60s);
    EXPECT_EQ(group_.state(), State::Empty);
    EXPECT_TRUE(group_.is_empty());
}

TEST_F(ClassicGroupTest, evicts_a_leader_that_never_sends_the_assignment) {
    join(a_, {.session_timeout = 5min});
    join(b_, {.session_timeout = 5min});
    pass(1s);
    sync(b_);
    EXPECT_FALSE(b_.synced);

    pass(61s);
    ASSERT_TRUE(b_.synced);
    EXPECT_EQ(b_.synced->error, KafkaError::RebalanceInProgress);
    EXPECT_EQ(group_.members().count(a_.joined->member_id), 0u);
}

TEST_F(ClassicGroupTest, leaves_the_rest_to_a_member_when_the_other_leaves) {
    form_a_group_of_two();
    EXPECT_EQ(group_.leave(a_.speaker(), now_), KafkaError::None);
    EXPECT_EQ(group_.leave(a_.speaker(), now_), KafkaError::UnknownMemberId);

    rejoin(b_);
    ASSERT_TRUE(b_.joined);
    EXPECT_EQ(b_.joined->leader, b_.joined->member_id);
    EXPECT_EQ(b_.joined->members.size(), 1u);
}

TEST_F(ClassicGroupTest, fences_by_generation) {
    form_a_group_of_two();
    Speaker old = a_.speaker();
    old.generation = 0;
    EXPECT_EQ(group_.heartbeat(old, now_), KafkaError::IllegalGeneration);
    EXPECT_EQ(group_.may_commit(old, now_), KafkaError::IllegalGeneration);
    EXPECT_EQ(group_.may_commit(a_.speaker(), now_), KafkaError::None);
}

TEST_F(ClassicGroupTest, takes_commits_while_members_rejoin_but_not_while_it_assigns) {
    form_a_group_of_two();
    join(c_);
    EXPECT_EQ(group_.may_commit(a_.speaker(), now_), KafkaError::None);
    rejoin(a_);
    rejoin(b_);
    ASSERT_EQ(group_.state(), State::CompletingRebalance);
    EXPECT_EQ(group_.may_commit(a_.speaker(), now_), KafkaError::RebalanceInProgress);
}

TEST_F(ClassicGroupTest, takes_commits_of_strangers_only_while_it_has_no_members) {
    EXPECT_EQ(group_.may_commit({}, now_), KafkaError::None);
    form_a_group_of_two();
    EXPECT_EQ(group_.may_commit({}, now_), KafkaError::UnknownMemberId);
    EXPECT_EQ(group_.may_commit_in_transaction({}, now_), KafkaError::None);
}

TEST_F(ClassicGroupTest, lets_a_restarted_static_member_take_its_place_without_a_rebalance) {
    join(a_, {.instance_id = "one"});
    join(b_, {.instance_id = "two"});
    pass(1s);
    sync(a_, {{b_.joined->member_id, copy_of(as_bytes("2"))}});
    Speaker before{b_.joined->member_id, "two", 1};

    join(b_, {.instance_id = "two"});
    ASSERT_TRUE(b_.joined);
    EXPECT_EQ(b_.joined->error, KafkaError::None);
    EXPECT_EQ(b_.joined->generation, 1);
    EXPECT_EQ(group_.state(), State::Stable);
    sync(b_);
    EXPECT_EQ(as_text(b_.synced->assignment), "2");
    EXPECT_EQ(group_.heartbeat(before, now_), KafkaError::FencedInstanceId);
}

TEST_F(ClassicGroupTest, tells_a_restarted_static_leader_to_skip_the_assignment) {
    join(a_, {.instance_id = "one"});
    pass(1s);
    sync(a_, {{a_.joined->member_id, copy_of(as_bytes("0"))}});

    join(a_, {.instance_id = "one"});
    ASSERT_TRUE(a_.joined);
    EXPECT_TRUE(a_.joined->skip_assignment);
    EXPECT_EQ(a_.joined->leader, a_.joined->member_id);
}

TEST_F(ClassicGroupTest, rebalances_when_a_restarted_static_member_wants_something_else) {
    join(a_, {.instance_id = "one"});
    pass(1s);
    sync(a_, {});

    join(a_, {.instance_id = "one", .metadata = "other topics"});
    ASSERT_TRUE(a_.joined);  // alone, so the rebalance is over at once
    EXPECT_EQ(a_.joined->generation, 2);
}

TEST_F(ClassicGroupTest, keeps_a_static_member_that_is_away_until_its_session_ends) {
    join(a_, {.instance_id = "one", .session_timeout = 5min, .rebalance_timeout = 1s});
    join(b_, {.rebalance_timeout = 1s});
    pass(500ms);
    sync(a_, {});
    join(c_, {.rebalance_timeout = 1s});
    pass(1500ms);
    ASSERT_TRUE(c_.joined);
    EXPECT_EQ(group_.members().count(a_.joined->member_id), 1u);
}

TEST_F(ClassicGroupTest, refuses_everyone_who_waits_when_it_is_told_to) {
    join(a_);
    group_.refuse_all_waiting(KafkaError::CoordinatorNotAvailable);
    ASSERT_TRUE(a_.joined);
    EXPECT_EQ(a_.joined->error, KafkaError::CoordinatorNotAvailable);
}

TEST_F(ClassicGroupTest, goes_on_after_a_restart_with_what_was_saved) {
    form_a_group_of_two();
    EXPECT_TRUE(group_.take_unsaved());
    GroupRecord saved = decode_group(encode(group_.record(42)));
    EXPECT_EQ(saved.state_changed_at, 42);

    ClassicGroup restored("g", settings_, random_);
    restored.restore(saved, now_);

    EXPECT_EQ(restored.state(), State::Stable);
    EXPECT_EQ(restored.heartbeat(a_.speaker(), now_), KafkaError::None);
    EXPECT_EQ(restored.record(42), saved);
    EXPECT_EQ(restored.leader(), a_.joined->member_id);
}

TEST_F(ClassicGroupTest, never_stands_still_whatever_its_members_do) {
    for (uint64_t seed = 0; seed < 200; ++seed) {
        SeededRandom random(seed);
        ClassicGroup group("g", settings_, random);
        Ticks now{};
        std::vector<std::shared_ptr<Client>> clients;
        for (int step = 0; step < 200; ++step) {
            now += std::chrono::milliseconds(random.below(3000));
            group.on_time(now);
            if (clients.empty() || random.below(4) == 0) {
                clients.push_back(std::make_shared<Client>());
            }
            auto client = clients[random.below(clients.size())];
            bool has_joined = client->joined && client->joined->error == KafkaError::None;
            switch (random.below(4)) {
                case 0: {
                    JoinRequest request{.member_id = has_joined ? client->joined->member_id : "",
                                        .instance_id = {},
                                        .client_id = "c",
                                        .client_host = "/h",
                                        .session_timeout = 6s,
                                        .rebalance_timeout = 9s,
                                        .protocol_type = "consumer",
                                        .protocols = {{"range", {}}},
                                        .knows_member_id_required = random.below(2) == 0};
                    group.join(request, now,
                               [client](JoinAnswer answer) { client->joined = answer; });
                    break;
                }
                case 1:
                    if (!has_joined) break;
                    group.sync({.speaker = client->speaker(),
                                .protocol_type = {},
                                .protocol = {},
                                .assignments = {}},
                               now, [client](SyncAnswer answer) { client->synced = answer; });
                    break;
                case 2:
                    if (has_joined) group.heartbeat(client->speaker(), now);
                    break;
                case 3:
                    if (has_joined && random.below(3) == 0) group.leave(client->speaker(), now);
                    break;
            }
        }
        // All fall silent: within the longest timeouts nobody is left.
        for (int i = 0; i < 60; ++i) group.on_time(now += 1s);
        EXPECT_EQ(group.state(), State::Empty) << "seed " << seed;
        EXPECT_TRUE(group.is_empty()) << "seed " << seed;
    }
}

}  // namespace
}  // namespace tarn::kafka
