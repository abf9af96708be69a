// Someone sets the wall clock, by days: what runs out does so by the time that has really passed.
#include "kafka/broker/transactions_fixture.hpp"
#include "kafka/wire/messages/heartbeat.hpp"
#include "kafka/wire/messages/join_group.hpp"
#include "kafka/wire/messages/offset_commit.hpp"
#include "kafka/wire/messages/sync_group.hpp"

namespace tarn::kafka {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

class ClockJumps : public TransactionsTest, public ::testing::WithParamInterface<days> {
protected:
    ClockJumps() {
        protocol = Protocol::Second;
        settings.groups.groups.initial_rebalance_delay = 0ms;
    }
    // The coordinators look at the clock several times a second.
    static void let_them_look() { std::this_thread::sleep_for(700ms); }

    std::string join(const std::string& group) {
        JoinGroupRequest request;
        request.group_id = group;
        request.session_timeout_ms = 10'000;
        request.rebalance_timeout_ms = 10'000;
        request.protocol_type = "consumer";
        request.protocols.push_back({.name = "range"});
        auto joined = ask<JoinGroupResponse>(request, 2);
        EXPECT_EQ(KafkaError(joined.error_code), KafkaError::None);
        SyncGroupRequest sync;
        sync.group_id = group;
        sync.generation_id = joined.generation_id;
        sync.member_id = joined.member_id;
        EXPECT_EQ(ask<SyncGroupResponse>(sync, 2).error_code, 0);
        return joined.member_id;
    }
    KafkaError heartbeat(const std::string& group, const std::string& member) {
        HeartbeatRequest request;
        request.group_id = group;
        request.generation_id = 1;
        request.member_id = member;
        return KafkaError(ask<HeartbeatResponse>(request, 2).error_code);
    }
    void commit_offset(const std::string& group, Offset offset) {
        OffsetCommitRequest request;
        request.group_id = group;
        OffsetCommitRequest::OffsetCommitRequestPartition partition;
        partition.committed_offset = offset;
        request.topics.push_back({.name = "orders", .partitions = {partition}});
        auto response = ask<OffsetCommitResponse>(request, 7);
        EXPECT_EQ(response.topics.at(0).partitions.at(0).error_code, 0);
    }
    template <typename Claim>
    static bool comes_true(Claim claim) {
        for (int i = 0; i < 500 && !claim(); ++i) std::this_thread::sleep_for(10ms);
        return claim();
    }
};

INSTANTIATE_TEST_SUITE_P(ByDays, ClockJumps, ::testing::Values(days(30), days(-30)),
                         [](const auto& info) {
                             return info.param > days(0) ? "forwards" : "backwards";
                         });

TEST_P(ClockJumps, leave_open_transactions_open_and_end_them_in_time) {
    Client client = start_client("sink");
    client.produce("trades", 0, "a");
    clock.jump(GetParam());
    let_them_look();
    EXPECT_EQ(described("sink").state, "Ongoing");

    clock.advance(TransactionTimeout + 1s);

    wait_until("sink", "CompleteAbort");
}

TEST_P(ClockJumps, leave_transactions_of_an_earlier_run_to_end_in_time) {
    Client client = start_client("sink");
    client.produce("trades", 0, "a");
    clock.jump(GetParam());
    restart();

    clock.advance(TransactionTimeout + 1s);

    wait_until("sink", "CompleteAbort");
}

TEST_P(ClockJumps, leave_transactional_ids_known_and_forget_them_in_time) {
    start_client("sink");
    clock.jump(GetParam());
    clock.advance(2min);
    let_them_look();
    EXPECT_EQ(described("sink").state, "Empty");

    clock.advance(days(8));

    EXPECT_TRUE(comes_true([&] { return described("sink").state.empty(); }));
}

TEST_P(ClockJumps, leave_members_in_their_groups_and_drop_them_in_time) {
    std::string member = join("readers");
    clock.jump(GetParam());
    let_them_look();
    EXPECT_EQ(heartbeat("readers", member), KafkaError::None);

    clock.advance(11s);
    let_them_look();

    EXPECT_EQ(heartbeat("readers", member), KafkaError::UnknownMemberId);
}

TEST_P(ClockJumps, leave_committed_offsets_and_forget_them_in_time) {
    commit_offset("readers", 7);
    clock.jump(GetParam());
    clock.advance(1h);
    let_them_look();
    EXPECT_EQ(committed_offset("readers", "orders", 0), 7);
    commit_offset("readers", 8);

    clock.advance(days(8));

    EXPECT_TRUE(comes_true([&] { return committed_offset("readers", "orders", 0) == -1; }));
}

TEST_P(ClockJumps, leave_fetches_their_patience) {
    std::thread later([this] {
        std::this_thread::sleep_for(50ms);
        clock.jump(GetParam());
        clock.advance(300ms);
    });
    FetchRequest request;
    request.max_wait_ms = 200;
    request.min_bytes = 1;
    request.topics.push_back({"orders", {}, {{.partition_max_bytes = 1000}}});

    auto response = ask<FetchResponse>(request, 11);

    later.join();
    EXPECT_EQ(response.responses.at(0).partitions.at(0).error_code, 0);
}

}  // namespace
}  // namespace tarn::kafka
