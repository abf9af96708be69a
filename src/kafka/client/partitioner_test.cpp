#include "kafka/client/partitioner.hpp"

#include <gtest/gtest.h>

namespace tarn::kafka::client {
namespace {

// The numbers are those of kafka-python's murmur2, which its own tests compare with the Java
// client's.
TEST(Partitioner, hashes_keys_as_the_java_client_does) {
    EXPECT_EQ(murmur2(as_bytes("")), 275646681u);
    EXPECT_EQ(murmur2(as_bytes("2")), 648968168u);
    EXPECT_EQ(murmur2(as_bytes("21")), 3321034988u);
    EXPECT_EQ(murmur2(as_bytes("foobar")), 3504634814u);
    EXPECT_EQ(murmur2(as_bytes("a-little-bit-long-string")), 3308985760u);
    EXPECT_EQ(murmur2(as_bytes("gr\xc3\xb6\xc3\x9f"
                               "e")),
              588164084u);
    EXPECT_EQ(murmur2(as_bytes("\xfa\xfb\xfc\xfd\xfe\xff")), 3817751383u);
}

TEST(Partitioner, drops_the_sign_of_a_hash_before_it_counts) {
    EXPECT_EQ(partition_of_key(as_bytes("2"), 3), 2);
    EXPECT_EQ(partition_of_key(as_bytes("21"), 3), 0);
    EXPECT_EQ(partition_of_key(as_bytes("BTCUSDT"), 1000), 258);
    EXPECT_EQ(partition_of_key(as_bytes("ETHUSDT"), 1000), 109);
}

}  // namespace
}  // namespace tarn::kafka::client
