#include "log/record_batch.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "log/testing/batches.hpp"

namespace tarn::log {
namespace {

using testing::a_batch;
using testing::with_header;

constexpr int32_t SequenceMax = std::numeric_limits<int32_t>::max();

// A batch with all fields set to numbers that cannot be taken for each other. Laid out by hand from
// Kafka's description, so that reader and writer cannot be wrong together.
const std::string ByHand(
    "\x00\x00\x00\x00\x00\x00\x01\x02"  // base offset
    "\x00\x00\x00\x31"                  // length: 49 bytes follow
    "\x00\x00\x00\x03"                  // leader epoch
    "\x02"                              // magic
    "\xA9\x21\x1E\x3D"                  // checksum
    "\x00\x5C"                          // attributes
    "\x00\x00\x00\x04"                  // last offset delta
    "\x00\x00\x00\x00\x00\x00\x05\x06"  // base timestamp
    "\x00\x00\x00\x00\x00\x00\x07\x08"  // max timestamp
    "\x00\x00\x00\x00\x00\x00\x09\x0A"  // producer id
    "\x00\x0B"                          // producer epoch
    "\x00\x00\x00\x0C"                  // base sequence
    "\x00\x00\x00\x02",                 // record count
    61);

TEST(RecordBatch, reads_each_field_where_kafka_has_it) {
    BatchHeader header = *BatchHeader::read(as_bytes(ByHand));

    EXPECT_EQ(header.base_offset, 0x102);
    EXPECT_EQ(header.length, 49);
    EXPECT_EQ(header.size(), 61);
    EXPECT_EQ(header.leader_epoch, 3);
    EXPECT_EQ(header.magic, 2);
    EXPECT_EQ(header.crc, 0xA9211E3D);
    EXPECT_EQ(header.attributes, 0x5C);
    EXPECT_EQ(header.last_offset_delta, 4);
    EXPECT_EQ(header.base_timestamp, 0x506);
    EXPECT_EQ(header.max_timestamp, 0x708);
    EXPECT_EQ(header.producer_id, 0x90A);
    EXPECT_EQ(header.producer_epoch, 11);
    EXPECT_EQ(header.base_sequence, 12);
    EXPECT_EQ(header.record_count, 2);
    EXPECT_EQ(header.last_offset(), 0x106);
    EXPECT_EQ(header.next_offset(), 0x107);
    EXPECT_TRUE(header.is_plausible());
}

TEST(RecordBatch, reads_the_attributes_from_their_bits) {
    BatchHeader header = *BatchHeader::read(as_bytes(ByHand));

    EXPECT_EQ(header.codec(), Codec::Zstd);
    EXPECT_EQ(header.timestamp_type(), TimestampType::LogAppendTime);
    EXPECT_TRUE(header.is_transactional());
    EXPECT_FALSE(header.is_control());
    EXPECT_TRUE(header.has_delete_horizon());

    BatchAttributes attributes{.codec = Codec::Zstd,
                               .timestamp_type = TimestampType::LogAppendTime,
                               .is_transactional = true,
                               .has_delete_horizon = true};
    EXPECT_EQ(attributes.bits(), header.attributes);
}

TEST(RecordBatch, writes_the_bytes_that_it_reads) {
    Bytes batch(BatchHeaderSize);
    write_header(batch, *BatchHeader::read(as_bytes(ByHand)));

    EXPECT_EQ(to_hex(batch), to_hex(as_bytes(ByHand)));
}

TEST(RecordBatch, reads_nothing_from_less_than_a_header) {
    EXPECT_FALSE(BatchHeader::read(as_bytes(ByHand).first(60)));
    EXPECT_FALSE(BatchHeader::read({}));
}

TEST(RecordBatch, keeps_its_checksum_when_the_broker_sets_offset_and_epoch) {
    Bytes batch = a_batch();

    set_base_offset(batch, 12345678901, 7);

    BatchHeader header = *BatchHeader::read(batch);
    EXPECT_EQ(header.base_offset, 12345678901);
    EXPECT_EQ(header.leader_epoch, 7);
    EXPECT_EQ(header.crc, crc_of(batch));
}

TEST(RecordBatch, gets_a_new_checksum_when_the_broker_sets_the_time) {
    Bytes batch = a_batch().compressed(Codec::Lz4).transactional(1, 0, 0);

    set_max_timestamp(batch, TimestampType::LogAppendTime, 99);
    BatchHeader set = *BatchHeader::read(batch);
    set_max_timestamp(batch, TimestampType::CreateTime, 98);
    BatchHeader set_back = *BatchHeader::read(batch);

    EXPECT_EQ(set.timestamp_type(), TimestampType::LogAppendTime);
    EXPECT_EQ(set.max_timestamp, 99);
    EXPECT_TRUE(set.is_transactional());
    EXPECT_EQ(set.codec(), Codec::Lz4);
    EXPECT_NE(set.crc, set_back.crc);
    EXPECT_EQ(set_back.timestamp_type(), TimestampType::CreateTime);
    EXPECT_EQ(set_back.crc, crc_of(batch));
}

TEST(RecordBatch, is_implausible_when_its_counts_contradict_each_other) {
    auto is_plausible = [](auto change) {
        return BatchHeader::read(with_header(a_batch().of_count(3), change))->is_plausible();
    };

    EXPECT_TRUE(is_plausible([](BatchHeader&) {}));
    EXPECT_TRUE(is_plausible([](BatchHeader& header) { header.record_count = 0; }));
    EXPECT_FALSE(is_plausible([](BatchHeader& header) { header.record_count = 4; }));
    EXPECT_FALSE(is_plausible([](BatchHeader& header) { header.record_count = -1; }));
    EXPECT_FALSE(is_plausible([](BatchHeader& header) { header.last_offset_delta = -1; }));
    EXPECT_FALSE(is_plausible([](BatchHeader& header) { header.length = 48; }));
    EXPECT_FALSE(is_plausible([](BatchHeader& header) { header.magic = 1; }));
    EXPECT_FALSE(is_plausible([](BatchHeader& header) { header.base_offset = -1; }));
    EXPECT_FALSE(is_plausible(
        [](BatchHeader& header) { header.base_offset = std::numeric_limits<Offset>::max() - 2; }));
}

TEST(RecordBatch, goes_on_with_sequence_0_after_the_largest) {
    EXPECT_EQ(advance_sequence(5, 3), 8);
    EXPECT_EQ(advance_sequence(SequenceMax, 1), 0);
    EXPECT_EQ(advance_sequence(SequenceMax - 1, 4), 2);
    EXPECT_EQ(advance_sequence(0, -1), SequenceMax);

    EXPECT_EQ(a_batch().of_count(4).by(1, 0, SequenceMax - 1).header().last_sequence(), 1);
    EXPECT_EQ(a_batch().of_count(4).header().last_sequence(), -1);
}

}  // namespace
}  // namespace tarn::log
