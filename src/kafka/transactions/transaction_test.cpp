#include "kafka/transactions/transaction.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace tarn::kafka {

// So that a failure reads as the protocol does.
void PrintTo(KafkaError error, std::ostream* out) {
    *out << name_of(error);
}
void PrintTo(const Producer& producer, std::ostream* out) {
    *out << fmt::format("producer {} epoch {}", producer.id, producer.epoch);
}
void PrintTo(TransactionState state, std::ostream* out) {
    *out << name_of(state);
}

namespace {

using enum TransactionState;
using enum TransactionProtocol;

const std::vector<TopicPartition> Trades0 = {{"trades", 0}};
const std::vector<TopicPartition> Trades1 = {{"trades", 1}};
constexpr bool Commit = true;
constexpr bool Abort = false;
constexpr ProducerId SpareId = 900;

class TransactionTest : public ::testing::Test {
protected:
    Transaction::Answer init(std::optional<Producer> expected = {}) {
        return transaction.init({.timeout = timeout, .expected = expected, .spare_id = SpareId},
                                now);
    }
    // A transaction with one partition, by whoever holds the id.
    Producer begin() {
        if (holder().epoch < 0) init();
        EXPECT_EQ(transaction.add(holder(), Trades0, now), KafkaError::None);
        return holder();
    }
    Transaction::Answer end(Producer producer, bool commits, TransactionProtocol protocol) {
        return transaction.end(producer, commits, protocol, SpareId, now);
    }
    Transaction::Answer end_and_complete(Producer producer, bool commits,
                                         TransactionProtocol protocol) {
        auto answer = end(producer, commits, protocol);
        EXPECT_EQ(answer.error, KafkaError::None);
        transaction.complete(now);
        return answer;
    }
    void let_epoch_be(int16_t epoch) {
        TransactionRecord record = transaction.record();
        record.producer.epoch = epoch;
        transaction = Transaction(record);
    }
    Producer holder() const { return transaction.record().producer; }
    TransactionState state() const { return transaction.record().state; }

    Transaction transaction = Transaction::fresh(7);
    std::chrono::milliseconds timeout{60'000};
    Timestamp now = 1'000'000;
};

TEST_F(TransactionTest, gives_the_first_producer_epoch_0) {
    auto answer = init();

    EXPECT_EQ(answer.error, KafkaError::None);
    EXPECT_EQ(answer.producer, (Producer{7, 0}));
}

TEST_F(TransactionTest, raises_the_epoch_for_each_producer_that_takes_the_id_over) {
    Producer first = init().producer;

    EXPECT_EQ(init().producer, (Producer{7, 1}));
    EXPECT_EQ(transaction.add(first, Trades0, now), KafkaError::ProducerFenced);
}

TEST_F(TransactionTest, raises_the_epoch_for_its_holder_after_an_error) {
    Producer holder = init().producer;

    EXPECT_EQ(init(holder).producer, (Producer{7, 1}));
}

TEST_F(TransactionTest, gives_the_same_epoch_to_a_holder_that_asks_twice) {
    Producer holder = init().producer;
    Producer raised = init(holder).producer;

    EXPECT_EQ(init(holder).producer, raised);
}

TEST_F(TransactionTest, fences_a_producer_that_asks_for_a_higher_epoch_after_losing_the_id) {
    Producer first = init().producer;
    init();

    EXPECT_EQ(init(first).error, KafkaError::ProducerFenced);
    EXPECT_EQ(init(Producer{8, 1}).error, KafkaError::ProducerFenced);
}

TEST_F(TransactionTest, aborts_what_is_open_before_another_producer_takes_over) {
    Producer first = begin();

    EXPECT_EQ(init().error, KafkaError::ConcurrentTransactions);
    EXPECT_EQ(state(), PrepareAbort);
    EXPECT_EQ(holder(), (Producer{7, 1})) << "the marker has to fence the first producer";
    EXPECT_EQ(init().error, KafkaError::ConcurrentTransactions);

    transaction.complete(now);
    EXPECT_EQ(init().producer, (Producer{7, 2}));
    EXPECT_EQ(end(first, Commit, First).error, KafkaError::ProducerFenced);
}

TEST_F(TransactionTest, raises_the_epoch_once_when_its_holder_gives_an_open_transaction_up) {
    Producer first = begin();

    EXPECT_EQ(init(first).error, KafkaError::ConcurrentTransactions);
    transaction.complete(now);

    EXPECT_EQ(init(first).producer, (Producer{7, 1}));
}

TEST_F(TransactionTest, does_not_let_a_fenced_producer_abort_what_another_has_open) {
    Producer first = init().producer;
    init();
    begin();

    EXPECT_EQ(init(first).error, KafkaError::ProducerFenced);
    EXPECT_EQ(state(), Ongoing);
}

TEST_F(TransactionTest, goes_on_with_a_new_id_when_the_epochs_have_run_out) {
    init();
    let_epoch_be(32766);

    EXPECT_EQ(init().producer, (Producer{SpareId, 0}));
}

TEST_F(TransactionTest, gives_the_same_new_id_to_a_holder_that_asks_twice) {
    init();
    let_epoch_be(32766);
    Producer last = holder();
    Producer renewed = init(last).producer;

    EXPECT_EQ(renewed, (Producer{SpareId, 0}));
    EXPECT_EQ(init(last).producer, renewed);
}

TEST_F(TransactionTest, takes_a_new_id_after_fencing_the_last_epoch) {
    begin();
    let_epoch_be(32766);
    Producer last = holder();
    init(last);
    transaction.complete(now);

    EXPECT_EQ(holder().epoch, 32767);
    EXPECT_EQ(init(last).producer, (Producer{SpareId, 0}));
}

TEST_F(TransactionTest, never_lets_anyone_write_in_the_epoch_that_only_fences) {
    begin();
    let_epoch_be(32766);
    Producer last = holder();
    transaction.abort_overdue(now);
    transaction.complete(now);

    EXPECT_EQ(transaction.add(holder(), Trades0, now), KafkaError::ProducerFenced);
    EXPECT_EQ(end(last, Abort, Second).error, KafkaError::ProducerFenced);
}

TEST_F(TransactionTest, begins_with_the_first_partition) {
    begin();
    now += 10;
    transaction.add(holder(), Trades1, now);

    EXPECT_EQ(state(), Ongoing);
    EXPECT_EQ(transaction.record().partitions.size(), 2u);
    EXPECT_EQ(transaction.record().started_at, now - 10);
}

TEST_F(TransactionTest, stays_as_it_is_when_a_partition_is_added_twice) {
    begin();
    TransactionRecord before = transaction.record();
    now += 10;

    EXPECT_EQ(transaction.add(holder(), Trades0, now), KafkaError::None);
    EXPECT_EQ(transaction.record(), before) << "a record would be written for nothing";
}

TEST_F(TransactionTest, takes_no_partitions_while_it_ends) {
    Producer producer = begin();
    end(producer, Commit, First);

    EXPECT_EQ(transaction.add(producer, Trades1, now), KafkaError::ConcurrentTransactions);
}

TEST_F(TransactionTest, takes_no_partitions_of_another_producer_id) {
    begin();

    EXPECT_EQ(transaction.add({8, 0}, Trades1, now), KafkaError::InvalidProducerIdMapping);
}

TEST_F(TransactionTest, knows_which_partitions_are_in_it) {
    Producer producer = begin();

    EXPECT_EQ(transaction.check(producer, Trades0), KafkaError::None);
    EXPECT_EQ(transaction.check(producer, Trades1), KafkaError::TransactionAbortable);
    end_and_complete(producer, Commit, First);
    EXPECT_EQ(transaction.check(producer, Trades0), KafkaError::TransactionAbortable);
}

// --- the first protocol

TEST_F(TransactionTest, commits_in_two_steps) {
    Producer producer = begin();

    EXPECT_EQ(end(producer, Commit, First).error, KafkaError::None);
    EXPECT_EQ(state(), PrepareCommit);
    EXPECT_EQ(transaction.record().partitions.size(), 1u) << "markers have to go there";

    transaction.complete(now);
    EXPECT_EQ(state(), CompleteCommit);
    EXPECT_EQ(transaction.record().partitions.size(), 0u);
    EXPECT_EQ(holder(), producer);
}

TEST_F(TransactionTest, answers_an_end_that_is_sent_twice_as_the_first_time) {
    Producer producer = begin();
    end(producer, Abort, First);
    EXPECT_EQ(end(producer, Abort, First).error, KafkaError::ConcurrentTransactions);
    transaction.complete(now);

    EXPECT_EQ(end(producer, Abort, First).error, KafkaError::None);
    EXPECT_EQ(state(), CompleteAbort);
}

TEST_F(TransactionTest, does_not_change_its_end) {
    Producer producer = begin();
    end(producer, Commit, First);
    EXPECT_EQ(end(producer, Abort, First).error, KafkaError::InvalidTxnState);
    transaction.complete(now);

    EXPECT_EQ(end(producer, Abort, First).error, KafkaError::InvalidTxnState);
    EXPECT_EQ(state(), CompleteCommit);
}

TEST_F(TransactionTest, cannot_end_before_it_has_begun) {
    Producer producer = init().producer;

    EXPECT_EQ(end(producer, Commit, First).error, KafkaError::InvalidTxnState);
    EXPECT_EQ(end(producer, Commit, Second).error, KafkaError::InvalidTxnState);
}

TEST_F(TransactionTest, is_ended_by_its_producer_only) {
    begin();

    EXPECT_EQ(end({8, 0}, Commit, First).error, KafkaError::InvalidProducerIdMapping);
    EXPECT_EQ(end({7, 5}, Commit, First).error, KafkaError::ProducerFenced);
    EXPECT_EQ(end({8, 0}, Commit, Second).error, KafkaError::InvalidProducerIdMapping);
    EXPECT_EQ(end({7, 5}, Commit, Second).error, KafkaError::ProducerFenced);
}

// --- the second protocol (KIP-890)

TEST_F(TransactionTest, raises_the_epoch_with_each_end_of_the_second_protocol) {
    Producer producer = begin();

    auto answer = end(producer, Commit, Second);

    EXPECT_EQ(answer.producer, (Producer{7, 1}));
    EXPECT_EQ(holder(), (Producer{7, 1})) << "the marker carries the epoch that fences";
}

TEST_F(TransactionTest, gives_the_epoch_again_to_a_client_that_missed_the_answer) {
    Producer producer = begin();
    Producer next = end_and_complete(producer, Commit, Second).producer;

    auto again = end(producer, Commit, Second);

    EXPECT_EQ(again.error, KafkaError::None);
    EXPECT_EQ(again.producer, next);
    EXPECT_EQ(end(producer, Abort, Second).error, KafkaError::InvalidTxnState);
}

TEST_F(TransactionTest, keeps_a_late_end_away_from_the_next_transaction) {
    Producer producer = begin();
    end_and_complete(producer, Commit, Second);
    begin();

    EXPECT_EQ(end(producer, Commit, Second).error, KafkaError::ProducerFenced);
    EXPECT_EQ(state(), Ongoing);
}

TEST_F(TransactionTest, may_be_aborted_before_it_has_begun_which_raises_the_epoch) {
    Producer producer = init().producer;

    EXPECT_EQ(end_and_complete(producer, Abort, Second).producer, (Producer{7, 1}));
    EXPECT_EQ(end_and_complete({7, 1}, Abort, Second).producer, (Producer{7, 2}));
}

TEST_F(TransactionTest, ends_its_last_epoch_with_a_new_id) {
    begin();
    let_epoch_be(32766);
    Producer last = holder();

    auto answer = end(last, Commit, Second);

    EXPECT_EQ(answer.producer, (Producer{SpareId, 0}));
    EXPECT_EQ(holder(), (Producer{7, 32767})) << "the markers are those of the old id";
    transaction.complete(now);
    EXPECT_EQ(holder(), (Producer{SpareId, 0}));
    EXPECT_EQ(end(last, Commit, Second).producer, (Producer{SpareId, 0}));
}

TEST_F(TransactionTest, asks_for_a_new_id_when_it_needs_one_and_has_none) {
    begin();
    let_epoch_be(32766);
    ASSERT_TRUE(transaction.wants_id());

    auto answer = transaction.end(holder(), Commit, Second, NoProducer, now);

    EXPECT_EQ(answer.error, KafkaError::ConcurrentTransactions);
    EXPECT_EQ(state(), Ongoing);
}

// --- time

TEST_F(TransactionTest, is_overdue_after_the_time_that_its_producer_gave_it) {
    begin();

    EXPECT_FALSE(transaction.is_overdue(std::chrono::milliseconds(60'000)));
    EXPECT_TRUE(transaction.is_overdue(std::chrono::milliseconds(60'001)));
}

TEST_F(TransactionTest, fences_the_producer_of_an_overdue_transaction) {
    Producer producer = begin();

    transaction.abort_overdue(now);

    EXPECT_EQ(state(), PrepareAbort);
    EXPECT_EQ(holder(), (Producer{7, 1}));
    EXPECT_EQ(transaction.add(producer, Trades1, now), KafkaError::ProducerFenced);
    transaction.complete(now);
    EXPECT_EQ(end(producer, Commit, First).error, KafkaError::ProducerFenced);
    EXPECT_EQ(end(producer, Commit, Second).error, KafkaError::InvalidTxnState);
    EXPECT_EQ(init(producer).error, KafkaError::ProducerFenced);
}

TEST_F(TransactionTest, is_idle_only_with_nothing_open) {
    Producer producer = begin();
    EXPECT_FALSE(transaction.is_idle());
    end(producer, Commit, First);
    EXPECT_FALSE(transaction.is_idle());
    transaction.complete(now);

    EXPECT_TRUE(transaction.is_idle());
}

}  // namespace
}  // namespace tarn::kafka
