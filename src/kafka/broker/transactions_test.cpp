// Transactions from the requests of a client to what another reads, over restarts.
#include <gmock/gmock.h>

#include "kafka/broker/transactions_fixture.hpp"

namespace tarn::kafka {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Both protocols: what Java clients and librdkafka do until 2024, and what they do since (KIP-890).
class BothProtocols : public TransactionsTest, public ::testing::WithParamInterface<Protocol> {
protected:
    BothProtocols() { protocol = GetParam(); }
};

INSTANTIATE_TEST_SUITE_P(Transactions, BothProtocols,
                         ::testing::Values(Protocol::First, Protocol::Second),
                         [](const auto& info) {
                             return info.param == Protocol::First ? "first" : "second";
                         });

TEST_P(BothProtocols, show_what_is_committed_to_readers_of_committed_data_only_then) {
    Client client = start_client("sink");
    client.produce("trades", 0, "a");

    EXPECT_THAT(read_committed("trades", 0), IsEmpty());
    EXPECT_THAT(read_uncommitted("trades", 0), ElementsAre("a"));

    EXPECT_EQ(client.commit(), KafkaError::None);
    EXPECT_THAT(read_committed("trades", 0), ElementsAre("a"));
}

TEST_P(BothProtocols, never_show_what_is_aborted_to_readers_of_committed_data) {
    Client client = start_client("sink");
    client.produce("trades", 0, "a");
    EXPECT_EQ(client.abort(), KafkaError::None);
    client.produce("trades", 0, "b");
    EXPECT_EQ(client.commit(), KafkaError::None);

    EXPECT_THAT(read_committed("trades", 0), ElementsAre("b"));
    EXPECT_THAT(read_uncommitted("trades", 0), ElementsAre("a", "b"));
}

TEST_P(BothProtocols, end_in_all_partitions_at_once) {
    Client client = start_client("sink");
    for (int i = 0; i < Partitions; ++i) client.produce("trades", i, "a");
    client.commit();

    for (int i = 0; i < Partitions; ++i) {
        EXPECT_THAT(read_committed("trades", i), ElementsAre("a")) << "partition " << i;
    }
}

TEST_P(BothProtocols, go_on_after_a_restart_in_mid_transaction) {
    Client client = start_client("sink");
    client.produce("trades", 0, "a");
    lose_power_and_restart();
    client.produce("trades", 0, "b");
    EXPECT_EQ(client.commit(), KafkaError::None);

    EXPECT_THAT(read_committed("trades", 0), ElementsAre("a", "b"));
}

TEST_P(BothProtocols, are_committed_by_a_client_that_knows_its_ids_from_a_checkpoint) {
    Client before = start_client("sink");
    before.produce("trades", 0, "a");
    lose_power_and_restart();

    Client resumed(*this, "sink", before.producer);
    EXPECT_EQ(resumed.commit(), KafkaError::None);
    EXPECT_THAT(read_committed("trades", 0), ElementsAre("a"));
}

TEST_P(BothProtocols, answer_an_end_that_is_sent_again_after_a_restart) {
    Client client = start_client("sink");
    client.produce("trades", 0, "a");
    Producer sent_by = client.producer;
    client.commit();
    lose_power_and_restart();

    Client again(*this, "sink", sent_by);
    EXPECT_EQ(again.commit(), KafkaError::None);
    EXPECT_EQ(again.producer, client.producer);
}

TEST_P(BothProtocols, are_finished_at_the_start_once_their_end_is_decided) {
    Client client = start_client("sink");
    client.produce("trades", 0, "a");
    client.produce("trades", 1, "b");
    leave_prepared("sink", TransactionState::PrepareCommit);
    lose_power_and_restart();

    wait_until("sink", "CompleteCommit");
    EXPECT_THAT(read_committed("trades", 0), ElementsAre("a"));
    EXPECT_THAT(read_committed("trades", 1), ElementsAre("b"));
}

TEST_P(BothProtocols, are_aborted_when_another_producer_takes_the_id_over) {
    Client zombie = start_client("sink");
    zombie.produce("trades", 0, "a");
    Client client = start_client("sink");
    client.produce("trades", 0, "b");
    client.commit();

    EXPECT_THAT(read_committed("trades", 0), ElementsAre("b"));
    EXPECT_EQ(zombie.try_produce("trades", 0, "c"), KafkaError::InvalidProducerEpoch);
    EXPECT_EQ(zombie.try_produce("trades", 1, "c"), KafkaError::InvalidProducerEpoch);
    EXPECT_EQ(zombie.commit(), KafkaError::ProducerFenced);
}

TEST_P(BothProtocols, are_aborted_when_they_take_too_long) {
    Client client = start_client("sink");
    client.produce("trades", 0, "a");
    clock.advance(TransactionTimeout + std::chrono::milliseconds(1));

    wait_until("sink", "CompleteAbort");
    EXPECT_THAT(read_committed("trades", 0), IsEmpty());
    EXPECT_EQ(stable_offset("trades", 0), 2) << "a record and its marker";
    EXPECT_EQ(client.try_produce("trades", 0, "b"), KafkaError::InvalidProducerEpoch);
    EXPECT_NE(client.commit(), KafkaError::None);
}

TEST_P(BothProtocols, are_aborted_at_the_start_when_their_time_has_passed_meanwhile) {
    Client client = start_client("sink");
    client.produce("trades", 0, "a");
    stop();
    clock.advance(TransactionTimeout + std::chrono::milliseconds(1));
    running();

    wait_until("sink", "CompleteAbort");
    EXPECT_EQ(stable_offset("trades", 0), 2);
}

TEST_P(BothProtocols, take_a_batch_that_is_sent_twice_once) {
    Client client = start_client("sink");
    client.produce("trades", 0, "a");
    client.next_sequence[{"trades", 0}] = 0;
    client.produce("trades", 0, "a");
    client.commit();

    EXPECT_THAT(read_committed("trades", 0), ElementsAre("a"));
}

TEST_P(BothProtocols, leave_a_topic_that_is_deleted_meanwhile_alone) {
    Client client = start_client("sink");
    client.produce("trades", 0, "a");
    client.produce("orders", 0, "b");
    delete_topic("trades");

    EXPECT_EQ(client.commit(), KafkaError::None);
    EXPECT_THAT(read_committed("orders", 0), ElementsAre("b"));
}

TEST_P(BothProtocols, wait_for_a_disk_that_is_full_and_end_as_decided) {
    Client client = start_client("sink");
    client.produce("trades", 0, "a");
    // The first append is the decision; among the next ones is the marker.
    for (int nth = 2; nth <= 4; ++nth) {
        disk.inject({.call = storage::Call::Append, .nth = nth, .code = ErrorCode::StorageFull});
    }

    EXPECT_EQ(client.commit(), KafkaError::None);
    EXPECT_EQ(described("sink").state, "PrepareCommit");
    wait_until("sink", "CompleteCommit");
    EXPECT_THAT(read_committed("trades", 0), ElementsAre("a"));
}

TEST_P(BothProtocols, stay_open_when_their_end_cannot_be_kept) {
    Client client = start_client("sink");
    client.produce("trades", 0, "a");
    disk.inject({.call = storage::Call::Append, .code = ErrorCode::StorageFull});

    EXPECT_EQ(client.commit(), KafkaError::CoordinatorNotAvailable);
    EXPECT_EQ(described("sink").state, "Ongoing");
    EXPECT_EQ(client.commit(), KafkaError::None);
    EXPECT_THAT(read_committed("trades", 0), ElementsAre("a"));
}

// --- offsets

TEST_P(BothProtocols, commit_offsets_together_with_records) {
    Client client = start_client("etl");
    client.produce("orders", 0, "a");
    EXPECT_EQ(client.commit_offset("readers", "trades", 0, 5), KafkaError::None);
    EXPECT_EQ(committed_offset("readers", "trades", 0), -1);

    client.commit();
    EXPECT_EQ(committed_offset("readers", "trades", 0), 5);
    lose_power_and_restart();
    EXPECT_EQ(committed_offset("readers", "trades", 0), 5);
}

TEST_P(BothProtocols, take_offsets_back_when_they_are_aborted) {
    Client client = start_client("etl");
    client.commit_offset("readers", "trades", 0, 5);
    client.abort();

    EXPECT_EQ(committed_offset("readers", "trades", 0), -1);
    lose_power_and_restart();
    EXPECT_EQ(committed_offset("readers", "trades", 0), -1);
}

TEST_P(BothProtocols, keep_offsets_unstable_until_they_end_and_no_longer) {
    Client client = start_client("etl");
    client.commit_offset("readers", "trades", 0, 5);
    EXPECT_EQ(stable_committed_error("readers", "trades", 0), KafkaError::UnstableOffsetCommit);

    clock.advance(TransactionTimeout + std::chrono::milliseconds(1));
    wait_until("etl", "CompleteAbort");
    EXPECT_EQ(stable_committed_error("readers", "trades", 0), KafkaError::None);
}

TEST_P(BothProtocols, refuse_offsets_of_a_producer_that_lost_its_id) {
    Client zombie = start_client("etl");
    zombie.commit_offset("readers", "trades", 0, 5);
    Client client = start_client("etl");

    // In the first protocol the coordinator of transactions says so, in the second that of groups.
    EXPECT_EQ(zombie.commit_offset("readers", "trades", 0, 6),
              protocol == Protocol::First ? KafkaError::ProducerFenced
                                          : KafkaError::InvalidProducerEpoch);
    client.commit_offset("readers", "trades", 0, 7);
    client.commit();
    EXPECT_EQ(committed_offset("readers", "trades", 0), 7);
}

// --- the first protocol

TEST_F(TransactionsTest, of_the_first_protocol_take_no_batch_for_a_partition_not_added) {
    Client client = start_client("sink");
    client.add_partition("trades", 0);

    EXPECT_EQ(client.try_produce_to("trades", 1, "a", 10), KafkaError::InvalidTxnState);
    EXPECT_EQ(client.try_produce_to("trades", 1, "a", 11), KafkaError::TransactionAbortable);
    EXPECT_EQ(client.try_produce_to("trades", 0, "a", 10), KafkaError::None);
}

TEST_F(TransactionsTest, of_the_first_protocol_take_no_batch_that_comes_after_their_end) {
    Client client = start_client("sink");
    client.produce("trades", 0, "a");
    client.commit();

    EXPECT_EQ(client.try_produce_to("trades", 0, "late", 10), KafkaError::InvalidTxnState);
    EXPECT_EQ(stable_offset("trades", 0), 2);
}

TEST_F(TransactionsTest, of_the_first_protocol_take_no_offsets_that_were_not_announced) {
    Client client = start_client("etl");
    client.produce("trades", 0, "a");

    EXPECT_EQ(client.send_offset("readers", "trades", 0, 5, 3), KafkaError::InvalidTxnState);
    EXPECT_EQ(client.send_offset("readers", "trades", 0, 5, 4), KafkaError::TransactionAbortable);
}

TEST_F(TransactionsTest, add_all_partitions_of_a_request_or_none) {
    Client client = start_client("sink");

    auto errors = client.add_partitions({{"trades", 0}, {"trades", 99}});

    EXPECT_THAT(errors, ElementsAre(KafkaError::OperationNotAttempted,
                                    KafkaError::UnknownTopicOrPartition));
    EXPECT_EQ(client.try_produce_to("trades", 0, "a", 10), KafkaError::InvalidTxnState);
}

TEST_F(TransactionsTest, name_a_fenced_producer_as_the_version_knows_it) {
    Client zombie = start_client("sink");
    zombie.produce("trades", 0, "a");
    start_client("sink");

    EXPECT_EQ(zombie.end(true, 1), KafkaError::InvalidProducerEpoch);
    EXPECT_EQ(zombie.end(true, 2), KafkaError::ProducerFenced);
}

// --- the second protocol

TEST_F(TransactionsTest, of_the_second_protocol_are_safe_from_an_end_that_comes_late) {
    protocol = Protocol::Second;
    Client client = start_client("sink");
    client.produce("trades", 0, "a");
    Client late(*this, "sink", client.producer);
    client.commit();
    client.produce("trades", 0, "b");

    EXPECT_EQ(late.commit(), KafkaError::ProducerFenced);
    EXPECT_EQ(late.abort(), KafkaError::ProducerFenced);
    EXPECT_THAT(read_committed("trades", 0), ElementsAre("a"));
    EXPECT_EQ(client.commit(), KafkaError::None);
    EXPECT_THAT(read_committed("trades", 0), ElementsAre("a", "b"));
}

TEST_F(TransactionsTest, of_the_second_protocol_take_no_batch_of_one_that_has_ended) {
    protocol = Protocol::Second;
    Client client = start_client("sink");
    client.produce("trades", 0, "a");
    Client late(*this, "sink", client.producer);
    late.next_sequence[{"trades", 0}] = 1;
    client.commit();

    EXPECT_EQ(late.try_produce("trades", 0, "b"), KafkaError::InvalidProducerEpoch);
    EXPECT_EQ(late.try_produce("trades", 1, "b"), KafkaError::InvalidProducerEpoch);
}

TEST_F(TransactionsTest, go_on_under_a_new_producer_id_when_the_epochs_have_run_out) {
    protocol = Protocol::Second;
    Client client = start_client("sink");
    leave_epoch("sink", 32766);
    restart();
    client.producer.epoch = 32766;
    client.produce("trades", 0, "a");
    Producer last = client.producer;

    EXPECT_EQ(client.commit(), KafkaError::None);
    EXPECT_NE(client.producer.id, last.id);
    EXPECT_EQ(client.producer.epoch, 0);
    client.produce("trades", 0, "b");
    EXPECT_EQ(client.commit(), KafkaError::None);
    EXPECT_THAT(read_committed("trades", 0), ElementsAre("a", "b"));
}

// --- either

TEST_F(TransactionsTest, are_refused_a_timeout_above_the_largest) {
    EXPECT_EQ(init("sink", std::chrono::hours(1)).first, KafkaError::None);
    EXPECT_EQ(init("sink", std::chrono::hours(1) + std::chrono::milliseconds(1)).first,
              KafkaError::InvalidTransactionTimeout);
    EXPECT_EQ(init("sink", std::chrono::milliseconds(0)).first,
              KafkaError::InvalidTransactionTimeout);
}

TEST_F(TransactionsTest, need_their_id_with_each_batch) {
    Client client = start_client("sink");
    client.produce("trades", 0, "a");
    client.id.reset();

    EXPECT_EQ(client.try_produce_to("trades", 0, "b", 10),
              KafkaError::TransactionalIdAuthorizationFailed);
}

TEST_F(TransactionsTest, are_unknown_to_the_coordinator_without_an_init) {
    Client stranger(*this, "nobody", {1234, 0});

    EXPECT_EQ(stranger.end(true, 4), KafkaError::InvalidProducerIdMapping);
    EXPECT_EQ(stranger.try_produce_to("trades", 0, "a", 12), KafkaError::InvalidProducerIdMapping);
    EXPECT_EQ(stranger.send_offset("readers", "trades", 0, 5, 5),
              KafkaError::InvalidProducerIdMapping);
}

TEST_F(TransactionsTest, are_forgotten_after_a_week_without_one) {
    Client client = start_client("sink");
    client.produce("trades", 0, "a");
    client.commit();
    wait_until("sink", "CompleteCommit");
    clock.advance(std::chrono::days(7) + std::chrono::minutes(2));

    wait_until("sink", "");
    lose_power_and_restart();
    EXPECT_EQ(described("sink").state, "");
}

TEST_F(TransactionsTest, are_described_with_their_partitions) {
    Client client = start_client("sink");
    client.produce("trades", 1, "a");
    client.produce("orders", 0, "a");

    Described open = described("sink");
    EXPECT_EQ(open.state, "Ongoing");
    EXPECT_EQ(open.producer, client.producer);
    EXPECT_THAT(open.partitions, ElementsAre("orders-0", "trades-1"));
    client.commit();
    EXPECT_THAT(described("sink").partitions, IsEmpty());
}

TEST_F(TransactionsTest, are_listed_by_state_producer_duration_and_pattern) {
    Client open = start_client("sink-open");
    open.produce("trades", 0, "a");
    start_client("sink-new");
    clock.advance(std::chrono::seconds(5));

    EXPECT_THAT(listed({}), ElementsAre("sink-new", "sink-open"));
    EXPECT_THAT(listed({.state_filters = {"Ongoing", "Nonsense"}}), ElementsAre("sink-open"));
    EXPECT_THAT(listed({.producer_id_filters = {open.producer.id}}), ElementsAre("sink-open"));
    // What never began counts as old, as it does for Kafka.
    EXPECT_THAT(listed({.duration_filter = 4000}), ElementsAre("sink-new", "sink-open"));
    EXPECT_THAT(listed({.duration_filter = 6000}), ElementsAre("sink-new"));
    EXPECT_THAT(listed({.transactional_id_pattern = "sink-n.*"}), ElementsAre("sink-new"));
    EXPECT_THAT(listed({.transactional_id_pattern = "sink"}), IsEmpty());
    EXPECT_THAT(listed({.transactional_id_pattern = "("}),
                ElementsAre("INVALID_REGULAR_EXPRESSION"));
}

TEST_F(TransactionsTest, are_offered_in_the_second_protocol_as_a_feature) {
    auto offered = [](const auto& response) {
        auto found = std::ranges::find(response.finalized_features, "transaction.version",
                                       [](auto& each) { return each.name; });
        return found == response.finalized_features.end() ? 0 : found->max_version_level;
    };
    auto newest = ask<ApiVersionsResponse>(named_client(), 4);
    EXPECT_EQ(offered(newest), 2);
    EXPECT_EQ(newest.supported_features.size(), newest.finalized_features.size());

    auto older = ask<ApiVersionsResponse>(named_client(), 3);
    EXPECT_EQ(offered(older), 2);
    EXPECT_EQ(older.supported_features.size(), 0u) << "its clients refuse a lower bound of 0";
}

}  // namespace
}  // namespace tarn::kafka
