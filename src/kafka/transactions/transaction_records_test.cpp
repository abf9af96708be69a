#include "kafka/transactions/transaction_records.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "kafka/wire/testing/hex.hpp"
#include "kafka/wire/testing/refusal.hpp"

namespace tarn::kafka {
namespace {

TransactionRecord a_record() {
    return {.producer = {7, 3},
            .previous_id = 5,
            .next_id = 9,
            .previous_epoch = 2,
            .timeout = std::chrono::milliseconds(60'000),
            .state = TransactionState::PrepareCommit,
            .partitions = {{"orders", 1}, {"trades", 0}, {"trades", 2}},
            .updated_at = 1001,
            .started_at = 1000,
            .client_version = 2};
}

TEST(TransactionRecord, is_read_as_it_was_written) {
    EXPECT_EQ(decode_transaction(encode(a_record())), a_record());
}

TEST(TransactionRecord, has_the_layout_of_kafka) {
    TransactionRecord record = {.producer = {7, 3},
                                .timeout = std::chrono::milliseconds(60'000),
                                .state = TransactionState::Ongoing,
                                .partitions = {{"t", 0}, {"t", 2}},
                                .updated_at = 1001,
                                .started_at = 1000,
                                .client_version = 2};

    EXPECT_EQ(encode(record), from_hex("0001 0000000000000007 0003 0000ea60 01"
                                       "02 02 74 03 00000000 00000002 00"
                                       "00000000000003e9 00000000000003e8"
                                       "01 02 02 0002"));
}

TEST(TransactionRecord, of_a_transaction_that_has_not_begun_has_no_partitions_at_all) {
    TransactionRecord record = {.producer = {7, 0}};

    EXPECT_EQ(encode(record), from_hex("0001 0000000000000007 0000 00000000 00 00"
                                       "ffffffffffffffff ffffffffffffffff 00"));
    EXPECT_EQ(decode_transaction(encode(record)), record);
}

TEST(TransactionRecord, of_version_0_is_read_too) {
    TransactionRecord record = {.producer = {7, 3},
                                .timeout = std::chrono::milliseconds(60'000),
                                .state = TransactionState::CompleteAbort,
                                .partitions = {{"t", 2}},
                                .updated_at = 1001,
                                .started_at = 1000};

    EXPECT_EQ(decode_transaction(from_hex("0000 0000000000000007 0003 0000ea60 05"
                                          "00000001 0001 74 00000001 00000002"
                                          "00000000000003e9 00000000000003e8")),
              record);
}

TEST(TransactionRecord, of_a_version_or_state_to_come_is_refused) {
    EXPECT_EQ(refusal_of([] { decode_transaction(from_hex("0002")); }),
              "corrupt: a transaction of version 2 in __transaction_state");
    EXPECT_EQ(
        refusal_of([] { decode_transaction(from_hex("0001 0000000000000007 0003 0000ea60 09")); }),
        "corrupt: a transaction in state 9 in __transaction_state");
}

TEST(TransactionRecord, is_kept_under_its_transactional_id) {
    EXPECT_EQ(encode_transaction_key("sink-1"), from_hex("0000 0006 73696e6b2d31"));
    EXPECT_EQ(decode_transaction_key(encode_transaction_key("sink-1")), "sink-1");
    EXPECT_EQ(decode_transaction_key(from_hex("0007 0000")), std::nullopt);
}

}  // namespace
}  // namespace tarn::kafka
