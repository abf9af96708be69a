#include "cli/group_tables.hpp"

#include <gtest/gtest.h>

#include "cli/kafka_topic_lines.hpp"

namespace tarn::cli {
namespace {

namespace client = kafka::client;

client::GroupInfo group_of_one() {
    return {.id = "g",
            .state = "Stable",
            .assignor = "range",
            .coordinator = 1,
            .members = {{.id = "consumer-g-1-0123456789",
                         .client_id = "consumer",
                         .host = "/127.0.0.1",
                         .assigned = {{"trades", {0, 2}}}}}};
}

TEST(GroupTables, show_progress_in_the_columns_of_apaches_tool) {
    client::GroupInfo group = group_of_one();
    std::vector<client::GroupProgress> progress = {
        {.partition = {"trades", 0}, .committed = 3, .end = 10, .member = &group.members[0]},
        {.partition = {"trades", 1}, .committed = std::nullopt, .end = 5, .member = nullptr}};

    EXPECT_EQ(group_offsets_table(group, progress),
              "\n"
              "GROUP           TOPIC           PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  "
              "LAG             CONSUMER-ID             HOST            CLIENT-ID\n"
              "g               trades          0          3               10              "
              "7               consumer-g-1-0123456789 /127.0.0.1      consumer\n"
              "g               trades          1          -               5               "
              "-               -                       -               -\n");
    EXPECT_EQ(group_offsets_table(group, {}), "");
}

TEST(GroupTables, list_groups_with_types_and_states_in_the_columns_of_apaches_tool) {
    std::vector<client::ListedGroup> groups = {
        {.id = "g", .protocol_type = "consumer", .state = "Stable", .type = "consumer"},
        {.id = "old", .protocol_type = "consumer", .state = "Empty", .type = "classic"}};

    EXPECT_EQ(group_list(groups, {.type = true}),
              "GROUP                     TYPE                \n"
              "g                         Consumer            \n"
              "old                       Classic             \n");
    EXPECT_EQ(group_list(groups, {.type = true, .state = true}),
              "GROUP                     TYPE                 STATE               \n"
              "g                         Consumer             Stable              \n"
              "old                       Classic              Empty               \n");
}

TEST(GroupTables, show_state_and_members) {
    EXPECT_EQ(group_state_table(group_of_one(), "localhost:9092"),
              "\n"
              "GROUP           COORDINATOR (ID)          ASSIGNMENT-STRATEGY  STATE                "
              "#MEMBERS\n"
              "g               localhost:9092  (1)       range                Stable               "
              "1\n");
    EXPECT_NE(group_members_table(group_of_one(), true).find(" 2               trades(0,2) "),
              std::string::npos);
}

TEST(GroupTables, show_new_offsets_for_people_and_for_scripts) {
    client::CommittedOffsets offsets = {{{"trades", 0}, 7}};

    EXPECT_EQ(new_offsets_table("g", offsets),
              "\n"
              "GROUP           TOPIC           PARTITION  NEW-OFFSET\n"
              "g               trades          0          7\n");
    EXPECT_EQ(new_offsets_csv(offsets), "trades,0,7\n");
}

TEST(GroupTables, count_no_lag_below_nothing) {
    client::GroupProgress ahead{.partition = {"trades", 0}, .committed = 9, .end = 5};

    EXPECT_EQ(ahead.lag(), 0);
}

TEST(KafkaTopicLines, are_apaches_to_the_tab) {
    client::TopicInfo topic{
        .name = "trades",
        .id = *Uuid::parse("db6d1f12-317e-490e-97ad-1f3d1f2162f1"),
        .partitions = {{.id = 0, .leader = 1, .replicas = {1}, .in_sync = {1}}}};
    std::vector<client::ConfigEntry> settings = {
        {.name = "cleanup.policy", .value = "delete", .source = 5},
        {.name = "min.insync.replicas", .value = "1", .source = 4},
        {.name = "retention.ms", .value = "604800000", .source = 1}};

    EXPECT_EQ(topic_line(topic, settings),
              "Topic: trades\tTopicId: 220fEjF-SQ6XrR89HyFi8Q\tPartitionCount: 1\t"
              "ReplicationFactor: 1\tConfigs: min.insync.replicas=1,retention.ms=604800000");
    EXPECT_EQ(partition_line("trades", topic.partitions[0]),
              "\tTopic: trades\tPartition: 0\tLeader: 1\tReplicas: 1\tIsr: 1\tElr: \t"
              "LastKnownElr: ");
    EXPECT_NE(partition_line("trades", {.leader = -1}).find("Leader: none"), std::string::npos);
}

}  // namespace
}  // namespace tarn::cli
