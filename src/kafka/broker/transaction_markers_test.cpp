// Markers that others than the coordinator ask for: the way out of transactions that hang.
#include <gmock/gmock.h>

#include "kafka/broker/transactions_fixture.hpp"
#include "kafka/wire/messages/describe_producers.hpp"
#include "kafka/wire/messages/write_txn_markers.hpp"

namespace tarn::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int32_t SomeCoordinatorEpoch = 100;

class TransactionMarkers : public TransactionsTest {
protected:
    TransactionMarkers() { protocol = Protocol::Second; }

    struct Wanted {
        Producer producer;
        bool commits = false;
        int32_t coordinator_epoch = SomeCoordinatorEpoch;
        int8_t transaction_version = 0;
    };

    // "trades-0 NONE"
    std::vector<std::string> write_markers(const Wanted& wanted, const std::string& topic,
                                           std::vector<int32_t> partitions) {
        WriteTxnMarkersRequest request;
        request.markers.push_back({.producer_id = wanted.producer.id,
                                   .producer_epoch = wanted.producer.epoch,
                                   .transaction_result = wanted.commits,
                                   .topics = {{topic, std::move(partitions)}},
                                   .coordinator_epoch = wanted.coordinator_epoch,
                                   .transaction_version = wanted.transaction_version});
        auto response = ask<WriteTxnMarkersResponse>(request, 2);
        std::vector<std::string> answers;
        for (const auto& answered : response.markers.at(0).topics) {
            for (const auto& each : answered.partitions) {
                answers.push_back(fmt::format("{}-{} {}", answered.name, each.partition_index,
                                              name_of(KafkaError(each.error_code))));
            }
        }
        return answers;
    }
    std::string write_marker(const Wanted& wanted, int partition = 0) {
        return write_markers(wanted, "trades", {partition}).at(0);
    }

    Producer start_hanging(const std::string& id) {
        Client client = start_client(id);
        client.produce("trades", 0, "hanging");
        leave_hanging(id);
        restart();
        EXPECT_EQ(described(id).state, "");
        return client.producer;
    }

    Offset open_since(const std::string& topic) {
        DescribeProducersRequest request;
        request.topics.push_back({topic, {0}});
        auto response = ask<DescribeProducersResponse>(request, 0);
        return response.topics.at(0)
            .partitions.at(0)
            .active_producers.at(0)
            .current_txn_start_offset;
    }
};

TEST_F(TransactionMarkers, abort_a_transaction_that_no_coordinator_knows) {
    Producer lost = start_hanging("lost");
    Client next = start_client("next");
    next.produce("trades", 0, "next");
    next.commit();
    EXPECT_EQ(open_since("trades"), 0);
    EXPECT_THAT(read_committed("trades", 0), IsEmpty());

    EXPECT_EQ(write_marker({lost}), "trades-0 NONE");

    EXPECT_EQ(open_since("trades"), -1);
    EXPECT_THAT(read_committed("trades", 0), ElementsAre("next"));
    lose_power_and_restart();
    EXPECT_THAT(read_committed("trades", 0), ElementsAre("next"));
}

TEST_F(TransactionMarkers, commit_one_as_well) {
    Producer lost = start_hanging("lost");

    EXPECT_EQ(write_marker({.producer = lost, .commits = true}), "trades-0 NONE");

    EXPECT_THAT(read_committed("trades", 0), ElementsAre("hanging"));
}

TEST_F(TransactionMarkers, let_offsets_that_were_committed_in_a_transaction_count) {
    Client client = start_client("lost");
    client.commit_offset("readers", "trades", 0, 7);
    leave_hanging("lost");
    restart();
    EXPECT_EQ(stable_committed_error("readers", "trades", 0), KafkaError::UnstableOffsetCommit);

    EXPECT_THAT(
        write_markers({.producer = client.producer, .commits = true}, "__consumer_offsets", {0}),
        ElementsAre("__consumer_offsets-0 NONE"));

    EXPECT_EQ(committed_offset("readers", "trades", 0), 7);
    EXPECT_EQ(stable_committed_error("readers", "trades", 0), KafkaError::None);
}

TEST_F(TransactionMarkers, are_refused_under_an_epoch_that_has_gone_by) {
    Producer lost = start_hanging("lost");
    Producer raised{lost.id, static_cast<int16_t>(lost.epoch + 1)};

    EXPECT_EQ(write_marker({raised}), "trades-0 NONE");

    EXPECT_EQ(write_marker({lost}), "trades-0 INVALID_PRODUCER_EPOCH");
}

TEST_F(TransactionMarkers, of_the_second_protocol_need_a_higher_epoch_than_the_transaction) {
    Producer lost = start_hanging("lost");
    Producer raised{lost.id, static_cast<int16_t>(lost.epoch + 1)};

    EXPECT_EQ(write_marker({.producer = lost, .transaction_version = 2}),
              "trades-0 INVALID_PRODUCER_EPOCH");
    EXPECT_EQ(write_marker({.producer = raised, .transaction_version = 2}), "trades-0 NONE");
    // Written already: whoever has not heard of it asks again.
    EXPECT_EQ(write_marker({.producer = raised, .transaction_version = 2}), "trades-0 NONE");
}

TEST_F(TransactionMarkers, of_a_coordinator_that_was_followed_by_another_are_refused) {
    Producer lost = start_hanging("lost");
    EXPECT_EQ(write_marker({.producer = lost, .coordinator_epoch = 5}), "trades-0 NONE");

    EXPECT_EQ(write_marker({.producer = lost, .coordinator_epoch = 4}),
              "trades-0 TRANSACTION_COORDINATOR_FENCED");
    EXPECT_EQ(write_marker({.producer = lost, .coordinator_epoch = 5}), "trades-0 NONE");
}

TEST_F(TransactionMarkers, are_answered_for_each_partition_apart) {
    Producer lost = start_hanging("lost");

    EXPECT_THAT(
        write_markers({lost}, "trades", {0, 9, 1}),
        ElementsAre("trades-0 NONE", "trades-1 NONE", "trades-9 UNKNOWN_TOPIC_OR_PARTITION"));
    EXPECT_THAT(write_markers({lost}, "unknown", {0}),
                ElementsAre("unknown-0 UNKNOWN_TOPIC_OR_PARTITION"));
}

TEST_F(TransactionMarkers, leave_the_coordinator_able_to_end_what_it_knows) {
    Client client = start_client("sink");
    client.produce("trades", 0, "a");
    EXPECT_EQ(write_marker({client.producer}), "trades-0 NONE");
    client.produce("trades", 0, "b");
    EXPECT_EQ(client.commit(), KafkaError::None);

    EXPECT_THAT(read_committed("trades", 0), ElementsAre("b"));
}

}  // namespace
}  // namespace tarn::kafka
