#include "kafka/groups/group_records.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "kafka/groups/committed_offsets.hpp"
#include "kafka/groups/consumer_group_records.hpp"

namespace tarn::kafka {
namespace {

const TopicPartition First{"trades", 0};

TEST(GroupRecords, keep_offsets_in_the_layout_of_kafka) {
    Bytes key = encode(OffsetKey{"g", First});
    EXPECT_EQ(to_hex(key),
              "0001"
              "000167"
              "0006747261646573"
              "00000000");
    Bytes value = encode(
        CommittedOffset{.offset = 5, .leader_epoch = 2, .metadata = "m", .committed_at = 255});
    EXPECT_EQ(to_hex(value),
              "0003"
              "0000000000000005"
              "00000002"
              "00016d"
              "00000000000000ff");
}

TEST(GroupRecords, read_back_what_they_wrote) {
    OffsetKey offset_key{"g", First};
    EXPECT_EQ(std::get<OffsetKey>(*decode_key(encode(offset_key))), offset_key);
    EXPECT_EQ(std::get<GroupKey>(*decode_key(encode(GroupKey{"g"}))), GroupKey{"g"});

    CommittedOffset offset{.offset = 7, .leader_epoch = 1, .metadata = "", .committed_at = 9};
    EXPECT_EQ(decode_offset(encode(offset)), offset);
}

TEST(GroupRecords, keep_groups_of_the_newer_protocol_and_their_members) {
    SeededRandom random(1);
    Uuid topic = Uuid::random(random);
    ConsumerGroupRecord group{
        .epoch = 5, .assignment_epoch = 4, .changed_at = 9, .topic_sizes = {{topic, 3}}};
    ConsumerMemberRecord member{.id = "m",
                                .instance_id = "one",
                                .rack_id = {},
                                .client_id = "c",
                                .client_host = "/h",
                                .rebalance_timeout = std::chrono::seconds(30),
                                .topic_names = {"bids", "trades"},
                                .topic_regex = "t.*",
                                .assignor = "range",
                                .epoch = 4,
                                .previous_epoch = 3,
                                .progress = ConsumerMemberRecord::Progress::Unrevoked,
                                .assigned = {{topic, {{0, 2}, {1, 4}}}},
                                .to_revoke = {{topic, {{2, 2}}}},
                                .target = {{topic, {0, 1}}}};

    ConsumerMemberKey key{"g", "m"};
    EXPECT_EQ(std::get<ConsumerMemberKey>(*decode_key(encode(key))), key);
    EXPECT_EQ(decode_consumer_group(encode(group)), group);
    Bytes whole = encode(member);
    EXPECT_EQ(decode_consumer_member("m", whole), member);
    for (size_t size = 0; size < whole.size(); ++size) {
        EXPECT_THROW(decode_consumer_member("m", BytesView(whole).first(size)), Error) << size;
    }
}

TEST(GroupRecords, pass_over_kinds_that_they_do_not_know) {
    Bytes unknown = encode(GroupKey{"g"});
    unknown[1] = std::byte{77};
    EXPECT_FALSE(decode_key(unknown));
}

TEST(GroupRecords, refuse_what_is_cut_short) {
    Bytes whole = encode(GroupRecord{.protocol_type = "consumer",
                                     .generation = 3,
                                     .protocol = "range",
                                     .leader = "m",
                                     .state_changed_at = 1,
                                     .members = {{.member_id = "m",
                                                  .instance_id = {},
                                                  .client_id = "c",
                                                  .client_host = "/h",
                                                  .subscription = Bytes(3),
                                                  .assignment = Bytes(2)}}});
    for (size_t size = 0; size < whole.size(); ++size) {
        EXPECT_THROW(decode_group(BytesView(whole).first(size)), Error) << size;
    }
}

TEST(CommittedOffsets, count_those_of_a_transaction_from_its_commit_on) {
    CommittedOffsets offsets;
    offsets.commit(First, {.offset = 1});
    offsets.stage(100, First, {.offset = 2});
    EXPECT_EQ(offsets.find(First)->offset, 1);
    EXPECT_TRUE(offsets.is_unstable(First));

    offsets.complete(100, true);
    EXPECT_EQ(offsets.find(First)->offset, 2);
    EXPECT_FALSE(offsets.is_unstable(First));
}

TEST(CommittedOffsets, forget_those_of_a_transaction_that_is_aborted) {
    CommittedOffsets offsets;
    offsets.stage(100, First, {.offset = 2});
    offsets.complete(100, false);
    EXPECT_EQ(offsets.find(First), nullptr);
    EXPECT_FALSE(offsets.has_open_transactions());
}

TEST(CommittedOffsets, let_the_log_decide_between_a_commit_and_a_transaction_around_it) {
    CommittedOffsets offsets;
    offsets.stage(100, First, {.offset = 2});
    offsets.commit(First, {.offset = 5});
    offsets.complete(100, true);  // its marker stands behind both
    EXPECT_EQ(offsets.find(First)->offset, 2);
}

TEST(CommittedOffsets, expire_by_their_age_save_for_what_is_read_or_unstable) {
    CommittedOffsets offsets;
    offsets.commit({"old", 0}, {.offset = 1, .committed_at = 10});
    offsets.commit({"read", 0}, {.offset = 1, .committed_at = 10});
    offsets.commit({"open", 0}, {.offset = 1, .committed_at = 10});
    offsets.commit({"new", 0}, {.offset = 1, .committed_at = 20});
    offsets.stage(100, {"open", 0}, {.offset = 2, .committed_at = 20});

    auto expired = offsets.older_than(20, [](const std::string& topic) { return topic == "read"; });

    EXPECT_EQ(expired, std::vector<TopicPartition>({{"old", 0}}));
}

}  // namespace
}  // namespace tarn::kafka
