#include "kafka/wire/consumer_protocol.hpp"

#include <gtest/gtest.h>

#include "kafka/wire/testing/hex.hpp"
#include "kafka/wire/testing/refusal.hpp"

namespace tarn::kafka {
namespace {

TEST(ConsumerProtocol, stands_behind_its_version) {
    ConsumerProtocolAssignment assignment;
    assignment.assigned_partitions = {{.topic = "t", .partitions = {0, 2}}};

    Bytes bytes = bytes_of(assignment, 0);

    EXPECT_EQ(to_hex(bytes),
              "0000"
              "00000001"
              "0001"
              "74"
              "00000002"
              "00000000"
              "00000002"
              "ffffffff");
    EXPECT_EQ(read_assignment(bytes), assignment);
}

TEST(ConsumerProtocol, drops_what_an_older_version_lacks) {
    ConsumerProtocolSubscription subscription{.topics = {"t"}, .generation_id = 5};

    EXPECT_EQ(read_subscription(bytes_of(subscription, 3)), subscription);
    EXPECT_EQ(read_subscription(bytes_of(subscription, 1)).generation_id, -1);
}

TEST(ConsumerProtocol, reads_a_newer_version_as_the_newest_it_knows) {
    Bytes bytes = bytes_of(ConsumerProtocolSubscription{.topics = {"t"}, .rack_id = "r"}, 3);
    bytes[1] = std::byte{9};
    bytes.push_back(std::byte{1});

    EXPECT_EQ(read_subscription(bytes).rack_id, "r");
}

TEST(ConsumerProtocol, refuses_what_is_no_version) {
    EXPECT_EQ(refusal_of([] { read_assignment(from_hex("ffff")); }),
              "corrupt: kafka: version -1 of a consumer's data");
    EXPECT_EQ(refusal_of([] { read_assignment(Bytes()); }),
              "corrupt: kafka: 2 bytes or elements wanted at byte 0, 0 are left");
}

}  // namespace
}  // namespace tarn::kafka
