// Groups of the newer protocol by their requests, through restarts and next to classic ones.

#include <algorithm>

#include "kafka/broker/broker_fixture.hpp"
#include "kafka/wire/messages/api_versions.hpp"
#include "kafka/wire/messages/consumer_group_describe.hpp"
#include "kafka/wire/messages/consumer_group_heartbeat.hpp"
#include "kafka/wire/messages/create_partitions.hpp"
#include "kafka/wire/messages/delete_groups.hpp"
#include "kafka/wire/messages/heartbeat.hpp"
#include "kafka/wire/messages/incremental_alter_configs.hpp"
#include "kafka/wire/messages/join_group.hpp"
#include "kafka/wire/messages/list_groups.hpp"
#include "kafka/wire/messages/offset_commit.hpp"
#include "kafka/wire/messages/offset_fetch.hpp"

namespace tarn::kafka {
namespace {

using Heartbeat = ConsumerGroupHeartbeatRequest;
using Beaten = ConsumerGroupHeartbeatResponse;

KafkaError error_of(const auto& response) {
    return static_cast<KafkaError>(response.error_code);
}

class ConsumerGroupsTest : public BrokerTest {
protected:
    ConsumerGroupsTest() {
        // Time stands still, so the first classic member would wait for ever.
        settings.groups.groups.initial_rebalance_delay = {};
    }

    static Heartbeat joining(const std::string& member) {
        Heartbeat request;
        request.group_id = "g";
        request.member_id = member;
        request.rebalance_timeout_ms = 30'000;
        request.subscribed_topic_names = {{"trades"}};
        request.topic_partitions.emplace();
        return request;
    }
    Beaten join(const std::string& member) { return ask<Beaten>(joining(member), 1); }
    Beaten beat(const std::string& member, int32_t epoch) {
        Heartbeat request;
        request.group_id = "g";
        request.member_id = member;
        request.member_epoch = epoch;
        return ask<Beaten>(request, 1);
    }

    ConsumerGroupDescribeResponse::DescribedGroup described() {
        ConsumerGroupDescribeRequest request;
        request.group_ids = {"g"};
        return ask<ConsumerGroupDescribeResponse>(request, 1).groups.at(0);
    }
    std::string listed() {
        auto response = ask<ListGroupsResponse>(ListGroupsRequest(), 5);
        if (response.groups.empty()) return "none";
        return response.groups.at(0).group_type + " " + response.groups.at(0).group_state;
    }

    KafkaError commit(int64_t offset, const std::string& member = "", int32_t epoch = -1,
                      int version = 9) {
        OffsetCommitRequest request;
        request.group_id = "g";
        request.member_id = member;
        request.generation_id_or_member_epoch = epoch;
        auto& topic = request.topics.emplace_back();
        topic.name = "trades";
        auto& partition = topic.partitions.emplace_back();
        partition.committed_offset = offset;
        auto response = ask<OffsetCommitResponse>(request, version);
        return error_of(response.topics.at(0).partitions.at(0));
    }
    int64_t committed() {
        OffsetFetchRequest request;
        request.group_id = "g";
        request.topics.emplace().push_back({.name = "trades", .partition_indexes = {0}});
        auto response = ask<OffsetFetchResponse>(request, 5);
        return response.topics.at(0).partitions.at(0).committed_offset;
    }

    JoinGroupResponse join_classic(const std::string& member = "") {
        JoinGroupRequest request;
        request.group_id = "g";
        request.member_id = member;
        request.session_timeout_ms = 10'000;
        request.rebalance_timeout_ms = 10'000;
        request.protocol_type = "consumer";
        request.protocols.emplace_back().name = "range";
        return ask<JoinGroupResponse>(request, 5);
    }

    static size_t partitions_in(const Beaten& response) {
        size_t count = 0;
        if (!response.assignment) return count;
        for (const auto& topic : response.assignment->topic_partitions) {
            count += topic.partitions.size();
        }
        return count;
    }
};

TEST_F(ConsumerGroupsTest, are_offered_as_a_feature) {
    ApiVersionsRequest request;
    request.client_software_name = request.client_software_version = "test";
    auto response = ask<ApiVersionsResponse>(request, 3);

    bool is_offered = std::ranges::any_of(response.finalized_features, [](const auto& each) {
        return each.name == "group.version" && each.max_version_level == 1;
    });
    EXPECT_TRUE(is_offered);
}

TEST_F(ConsumerGroupsTest, keep_members_epochs_and_assignments_through_a_loss_of_power) {
    create_topic("trades", 3);
    auto first = join("a");
    ASSERT_EQ(partitions_in(first), 3u);

    lose_power_and_restart();
    auto beaten = beat("a", first.member_epoch);

    EXPECT_EQ(error_of(beaten), KafkaError::None);
    EXPECT_EQ(beaten.member_epoch, first.member_epoch);
    EXPECT_FALSE(beaten.assignment) << "it is no news";
    EXPECT_EQ(described().group_epoch, first.member_epoch);
    EXPECT_EQ(described().members.at(0).assignment.topic_partitions.at(0).topic_name, "trades");
}

TEST_F(ConsumerGroupsTest, forget_members_that_left_before_a_restart) {
    create_topic("trades");
    join("a");
    beat("a", LeavingEpoch);

    restart();

    EXPECT_EQ(described().members.size(), 0u);
    EXPECT_EQ(described().group_state, "Empty");
    EXPECT_EQ(listed(), "consumer Empty");
}

TEST_F(ConsumerGroupsTest, notice_more_partitions_at_the_next_heartbeat) {
    create_topic("trades", 1);
    auto joined = join("a");
    CreatePartitionsRequest grow;
    grow.topics.push_back({.name = "trades", .count = 3, .assignments = std::nullopt});
    ask<CreatePartitionsResponse>(grow, 3);

    auto beaten = beat("a", joined.member_epoch);

    EXPECT_EQ(partitions_in(beaten), 3u);
    EXPECT_EQ(beaten.member_epoch, joined.member_epoch + 1);
}

TEST_F(ConsumerGroupsTest, take_commits_by_the_epoch_of_the_member) {
    create_topic("trades");
    int32_t epoch = join("a").member_epoch;

    EXPECT_EQ(commit(5, "a", epoch), KafkaError::None);
    EXPECT_EQ(commit(6, "a", epoch + 1), KafkaError::StaleMemberEpoch);
    EXPECT_EQ(commit(6, "b", epoch), KafkaError::UnknownMemberId);
    EXPECT_EQ(commit(6), KafkaError::UnknownMemberId);
    EXPECT_EQ(commit(6, "a", epoch, 8), KafkaError::UnsupportedVersion);
    EXPECT_EQ(committed(), 5);
}

TEST_F(ConsumerGroupsTest, take_over_the_offsets_of_an_empty_classic_group_and_give_them_back) {
    create_topic("trades");
    commit(7);
    auto joined = join("a");
    EXPECT_EQ(listed(), "consumer Stable");
    EXPECT_EQ(committed(), 7);

    restart();
    EXPECT_EQ(listed(), "consumer Stable");
    EXPECT_EQ(committed(), 7);

    EXPECT_EQ(error_of(join_classic()), KafkaError::InconsistentGroupProtocol);
    beat("a", LeavingEpoch);
    EXPECT_EQ(error_of(join_classic()), KafkaError::MemberIdRequired);
    EXPECT_EQ(described().error_code, number_of(KafkaError::GroupIdNotFound));
    restart();
    EXPECT_EQ(listed(), "classic Empty");
    EXPECT_EQ(committed(), 7);
}

TEST_F(ConsumerGroupsTest, leave_a_classic_group_alone_whose_first_newer_member_is_refused) {
    create_topic("trades");
    commit(7);
    Heartbeat request = joining("a");
    request.subscribed_topic_regex = "(";

    EXPECT_EQ(error_of(ask<Beaten>(request, 1)), KafkaError::InvalidRegularExpression);

    EXPECT_EQ(listed(), "classic Empty");
}

TEST_F(ConsumerGroupsTest, are_refused_where_classic_members_are) {
    create_topic("trades");
    auto needs_id = join_classic();
    std::string member = needs_id.member_id;
    ASSERT_EQ(error_of(join_classic(member)), KafkaError::None);

    EXPECT_EQ(error_of(join("a")), KafkaError::GroupIdNotFound);
    EXPECT_EQ(error_of(beat("a", 1)), KafkaError::GroupIdNotFound);
}

TEST_F(ConsumerGroupsTest, know_nothing_of_the_heartbeats_of_classic_members) {
    create_topic("trades");
    join("a");
    HeartbeatRequest request;
    request.group_id = "g";
    request.member_id = "a";

    EXPECT_EQ(error_of(ask<HeartbeatResponse>(request, 4)), KafkaError::UnknownMemberId);
}

TEST_F(ConsumerGroupsTest, are_deleted_once_they_are_empty) {
    create_topic("trades");
    join("a");
    DeleteGroupsRequest request;
    request.groups_names = {"g"};
    auto early = ask<DeleteGroupsResponse>(request, 2);
    EXPECT_EQ(error_of(early.results.at(0)), KafkaError::NonEmptyGroup);

    beat("a", LeavingEpoch);
    auto deleted = ask<DeleteGroupsResponse>(request, 2);
    EXPECT_EQ(error_of(deleted.results.at(0)), KafkaError::None);
    EXPECT_EQ(listed(), "none");
    restart();
    EXPECT_EQ(listed(), "none");
}

TEST_F(ConsumerGroupsTest, have_settings_that_outlive_a_restart) {
    create_topic("trades");
    IncrementalAlterConfigsRequest request;
    auto& resource = request.resources.emplace_back();
    resource.resource_type = 32;
    resource.resource_name = "g";
    resource.configs.push_back(
        {.name = "consumer.heartbeat.interval.ms", .config_operation = 0, .value = "6000"});
    auto altered = ask<IncrementalAlterConfigsResponse>(request, 1);
    ASSERT_EQ(error_of(altered.responses.at(0)), KafkaError::None);

    restart();

    EXPECT_EQ(join("a").heartbeat_interval_ms, 6000);
}

}  // namespace
}  // namespace tarn::kafka
