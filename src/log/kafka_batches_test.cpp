// Batches as Kafka's own Java classes wrote them (kafka-clients 4.3.1), so that reader and builder
// are held to Kafka and not to each other.
#include <gtest/gtest.h>

#include "log/batch_check.hpp"
#include "log/testing/batches.hpp"

namespace tarn::log {
namespace {

using testing::a_batch;

// clang-format off
constexpr std::string_view Plain =
    "0000000000000000000000c3ffffffff02765d404b00100000000300000000000f424000000000000f42"
    "4500000000000000090002000000280000000410000000026b02760018000a02010c6e6f206b6579002a"
    "001304106e6f2076616c7565010402680278026e01c80100020600ba0161616161616161616161616161"
    "616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
    "616161616161616161616161616161616161616161616161616161616161616161616161616100";
constexpr std::string_view AsGzip =
    "00000000000000000000007cffffffff0282f3881d00110000000300000000000f424000000000000f42"
    "450000000000000009000200000028000000041f8b08000000000000ff1360606060ca662a639060e062"
    "62e4c9cb57c84ead64d06210661100b2cb12734a5319599832982a98f2184f303230b131ec624ca42560"
    "00000af96a5a92000000";
constexpr std::string_view AsSnappy =
    "000000000000000000000087ffffffff020970cd9100120000000300000000000f424000000000000f42"
    "4500000000000000090002000000280000000482534e41505059000000000100000001000000429201d8"
    "10000000026b02760018000a02010c6e6f206b6579002a001304106e6f2076616c756501040268027802"
    "6e01c80100020600ba01616161fe02006602000000";
constexpr std::string_view AsLz4 =
    "000000000000000000000080ffffffff0222b295da00130000000300000000000f424000000000000f42"
    "4500000000000000090002000000280000000404224d1860408240000000ff2610000000026b02760018"
    "000a02010c6e6f206b6579002a001304106e6f2076616c7565010402680278026e01c80100020600ba01"
    "6101004550616161610000000000";
constexpr std::string_view AsZstd =
    "00000000000000000000007bffffffff02b580ffeb00140000000300000000000f424000000000000f42"
    "4500000000000000090002000000280000000428b52ffd0058f40100640310000000026b02760018000a"
    "02010c6e6f206b6579002a001304106e6f2076616c7565010402680278026e01c80100020600ba016100"
    "010095138002010000";
constexpr std::string_view Commit =
    "0000000000000028000000420000000302393d34b500300000000000000000000003e800000000000003"
    "e800000000000000090002ffffffff000000012000000008000000010c00000000000500";
// clang-format on

testing::ABatch same_batch() {
    return a_batch()
        .of({{"k", "v", 1000000},
             {std::nullopt, "no key", 1000005},
             {"no value", std::nullopt, 999990, {{"h", "x"}, {"n", std::nullopt}}},
             {"", std::string(93, 'a'), 1000001}})
        .at(0, -1)
        .transactional(9, 2, 40);
}

TEST(KafkaBatches, read_the_same_whatever_the_codec) {
    std::string expected =
        "0 k=v @1000000\n"
        "1 null=no key @1000005\n"
        "2 no value=null @999990 h=x n=null\n"
        "3 =" +
        std::string(93, 'a') + " @1000001\n";

    for (std::string_view hex : {Plain, AsGzip, AsSnappy, AsLz4, AsZstd}) {
        EXPECT_EQ(testing::text_of(*from_hex(hex)), expected);
    }
}

TEST(KafkaBatches, pass_the_check) {
    for (std::string_view hex : {Plain, AsGzip, AsSnappy, AsLz4, AsZstd}) {
        Bytes batch = *from_hex(hex);
        auto checked = check_batch(batch, PartitionSettings{}, 0, CheckDepth::Strict);

        ASSERT_TRUE(std::holds_alternative<CheckedBatch>(checked));
        auto& good = std::get<CheckedBatch>(checked);
        EXPECT_EQ(good.max_timestamp, 1000005);
        EXPECT_EQ(good.max_timestamp, good.header.max_timestamp);
        EXPECT_EQ(good.max_timestamp_delta, 1);
        EXPECT_EQ(good.header.base_sequence, 40);
    }
}

TEST(KafkaBatches, are_built_by_us_byte_for_byte) {
    EXPECT_EQ(to_hex(same_batch().bytes()), Plain);
}

TEST(KafkaBatches, hold_the_marker_that_we_write_byte_for_byte) {
    MarkerPlace place{.producer_id = 9,
                      .producer_epoch = 2,
                      .base_offset = 40,
                      .leader_epoch = 3,
                      .timestamp = 1000};

    EXPECT_EQ(to_hex(marker_batch(place, {.commits = true, .coordinator_epoch = 5})), Commit);
    EXPECT_EQ(read_marker(*from_hex(Commit)), (EndMarker{true, 5}));
}

}  // namespace
}  // namespace tarn::log
