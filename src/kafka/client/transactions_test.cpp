#include "kafka/client/transactions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kafka/client/testing/scripted_broker.hpp"
#include "kafka/wire/messages/add_partitions_to_txn.hpp"
#include "kafka/wire/messages/end_txn.hpp"
#include "kafka/wire/messages/find_coordinator.hpp"
#include "kafka/wire/messages/init_producer_id.hpp"

namespace tarn::kafka::client {
namespace {

using testing::ElementsAre;

// A broker of today that coordinates transactions.
class TransactionsTest : public testing::Test {
protected:
    TransactionsTest() {
        broker.on<MetadataResponse, MetadataRequest>(
            0, 13, [](const auto&) { return ScriptedBroker::metadata(); });
        broker.on<FindCoordinatorResponse, FindCoordinatorRequest>(
            0, 6, [](const FindCoordinatorRequest& request) {
                constexpr int8_t OfTransactions = 1;
                EXPECT_EQ(request.key_type, OfTransactions);
                FindCoordinatorResponse answer;
                answer.node_id = 1;
                return answer;
            });
    }

    ScriptedBroker broker;
};

TEST_F(TransactionsTest, speaks_the_first_protocol_to_who_has_both) {
    broker.on<InitProducerIdResponse, InitProducerIdRequest>(
        0, 6, [](const InitProducerIdRequest& request) {
            EXPECT_EQ(request.transactional_id, "id");
            EXPECT_EQ(request.transaction_timeout_ms, 60'000);
            InitProducerIdResponse answer;
            answer.producer_id = 7;
            answer.producer_epoch = 3;
            return answer;
        });
    broker.on<AddPartitionsToTxnResponse, AddPartitionsToTxnRequest>(
        0, 5, [](const AddPartitionsToTxnRequest& request) {
            EXPECT_EQ(request.v3_and_below_producer_epoch, 3);
            EXPECT_EQ(request.v3_and_below_topics.size(), 2u);
            return AddPartitionsToTxnResponse();
        });
    broker.on<EndTxnResponse, EndTxnRequest>(0, 5, [](const EndTxnRequest& request) {
        EXPECT_TRUE(request.committed);
        return EndTxnResponse();
    });
    Client client = broker.client();

    TransactionHolder holder = hold_transactions(client, "id", std::chrono::minutes(1));
    EXPECT_EQ(holder, (TransactionHolder{"id", 7, 3}));
    add_to_transaction(client, holder, {{"a", 0}, {"a", 1}, {"b", 0}});
    commit_transaction(client, holder);

    EXPECT_THAT(broker.seen, ElementsAre("ApiVersions 3", "FindCoordinator 3", "Metadata 13",
                                         "InitProducerId 4", "AddPartitionsToTxn 3", "EndTxn 4"));
}

TEST_F(TransactionsTest, asks_again_while_the_one_before_is_being_ended) {
    int asked = 0;
    broker.on<EndTxnResponse, EndTxnRequest>(0, 4, [&](const EndTxnRequest&) {
        EndTxnResponse answer;
        answer.error_code =
            code_of(++asked < 3 ? KafkaError::ConcurrentTransactions : KafkaError::None);
        return answer;
    });
    Client client = broker.client();

    commit_transaction(client, {"id", 7, 3});

    EXPECT_EQ(asked, 3);
}

}  // namespace
}  // namespace tarn::kafka::client
