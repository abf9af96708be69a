#include "kafka/wire/error_codes.hpp"

#include <gtest/gtest.h>

namespace tarn::kafka {
namespace {

// All of them are held against Kafka's own by tests/interop/test_kafka_wire.py.
TEST(KafkaErrors, have_the_names_that_clients_print) {
    EXPECT_EQ(name_of(KafkaError::None), "NONE");
    EXPECT_EQ(name_of(KafkaError::UnknownServerError), "UNKNOWN_SERVER_ERROR");
    EXPECT_EQ(name_of(KafkaError::UnknownTopicOrPartition), "UNKNOWN_TOPIC_OR_PARTITION");
    EXPECT_EQ(name_of(KafkaError::ShareSessionLimitReached), "SHARE_SESSION_LIMIT_REACHED");
    EXPECT_EQ(name_of(static_cast<KafkaError>(134)), "UNKNOWN_SERVER_ERROR");
    EXPECT_EQ(name_of(static_cast<KafkaError>(-2)), "UNKNOWN_SERVER_ERROR");
}

TEST(KafkaErrors, say_whether_clients_try_again) {
    EXPECT_TRUE(is_retriable(KafkaError::NotCoordinator));
    EXPECT_FALSE(is_retriable(KafkaError::None));
    EXPECT_FALSE(is_retriable(KafkaError::InvalidRequest));
}

}  // namespace
}  // namespace tarn::kafka
