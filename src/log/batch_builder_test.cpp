#include "log/batch_builder.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "log/testing/batches.hpp"

namespace tarn::log {
namespace {

using testing::a_batch;
using testing::text_of;

Bytes without(BytesView batch, std::initializer_list<Offset> dropped) {
    RecordReader reader = RecordReader::open(batch);
    BatchBuilder builder(BatchFields::of(reader.header()));
    while (auto record = reader.next()) {
        if (std::ranges::find(dropped, record->offset) == dropped.end()) builder.keep(*record);
    }
    return std::move(builder).finish();
}

TEST(BatchBuilder, makes_a_batch_that_a_broker_takes) {
    Bytes batch = a_batch().of_count(3).at(0, -1).by(9, 2, 40);

    BatchHeader header = *BatchHeader::read(batch);
    EXPECT_TRUE(header.is_plausible());
    EXPECT_EQ(header.size(), std::ssize(batch));
    EXPECT_EQ(header.crc, crc_of(batch));
    EXPECT_EQ(header.leader_epoch, -1);
    EXPECT_EQ(header.record_count, 3);
    EXPECT_EQ(header.last_offset_delta, 2);
    EXPECT_EQ(header.base_timestamp, testing::FirstTime);
    EXPECT_EQ(header.max_timestamp, testing::FirstTime + 2);
    EXPECT_EQ(header.producer_id, 9);
    EXPECT_EQ(header.producer_epoch, 2);
    EXPECT_EQ(header.base_sequence, 40);
    EXPECT_FALSE(header.is_transactional());
    EXPECT_TRUE(a_batch().transactional(9, 2, 40).header().is_transactional());
}

TEST(BatchBuilder, lays_a_record_out_as_kafka_does) {
    Bytes batch = a_batch().of({{"k", "vw", 5, {{"h", std::nullopt}}}});

    // Length, attributes, time and offset; key; value; one header, whose value is null.
    EXPECT_EQ(to_hex(BytesView(batch).subspan(BatchHeaderSize)), "18000000026b04767702026801");
}

TEST(BatchBuilder, writes_lengths_of_every_size) {
    for (size_t size : {0, 63, 64, 8191, 8192, 1 << 20, (1 << 20) + 1}) {
        std::string value(size, 'x');
        Bytes batch = a_batch().of({{value, value, 1, {{value, value}}}, {"k", "v", 2}});

        RecordReader reader = RecordReader::open(batch);
        auto record = reader.next();
        EXPECT_TRUE(as_text(*record->key) == value) << size;
        EXPECT_TRUE(as_text(*record->value) == value) << size;
        EXPECT_TRUE((*record->headers.begin()).key == value) << size;
        EXPECT_EQ(as_text(*reader.next()->key), "k");
        EXPECT_FALSE(reader.next());
    }
}

TEST(BatchBuilder, knows_the_largest_time_though_it_is_not_the_last) {
    EXPECT_EQ(a_batch().of({{"a", "", 5}, {"b", "", 9}, {"c", "", 7}}).header().max_timestamp, 9);
    EXPECT_EQ(a_batch().of({{"a", "", -5}, {"b", "", -9}}).header().max_timestamp, -5);
}

TEST(BatchBuilder, says_how_large_a_batch_has_become) {
    BatchBuilder builder(BatchFields{});
    EXPECT_EQ(builder.size(), BatchHeaderSize);

    builder.add({.timestamp = 1, .key = as_bytes("k"), .value = as_bytes("v"), .headers = {}});

    EXPECT_EQ(builder.record_count(), 1);
    EXPECT_EQ(builder.size(), BatchHeaderSize + 10 - 1);
    int64_t size = builder.size();
    EXPECT_EQ(std::ssize(std::move(builder).finish()), size);
}

TEST(BatchBuilder, keeps_offsets_and_sequences_when_compaction_drops_records) {
    for (Codec codec : {Codec::None, Codec::Lz4}) {
        Bytes batch = a_batch().of_count(5).at(100, 3).compressed(codec).transactional(9, 1, 70);

        Bytes compacted = without(batch, {100, 102, 104});

        BatchHeader header = *BatchHeader::read(compacted);
        EXPECT_EQ(header.base_offset, 100);
        EXPECT_EQ(header.last_offset_delta, 4);
        EXPECT_EQ(header.record_count, 2);
        EXPECT_EQ(header.base_sequence, 70);
        EXPECT_EQ(header.last_sequence(), 74);
        EXPECT_EQ(header.leader_epoch, 3);
        EXPECT_EQ(header.codec(), codec);
        EXPECT_TRUE(header.is_transactional());
        EXPECT_EQ(header.max_timestamp, testing::FirstTime + 3);
        EXPECT_EQ(header.crc, crc_of(compacted));
        EXPECT_EQ(text_of(compacted), "101 k1=v1 @1000001\n103 k3=v3 @1000003\n");
    }
}

TEST(BatchBuilder, leaves_a_header_when_compaction_drops_every_record) {
    Bytes batch = a_batch().of_count(3).at(100).compressed(Codec::Zstd).by(9, 1, 70);

    Bytes compacted = without(batch, {100, 101, 102});

    BatchHeader header = *BatchHeader::read(compacted);
    EXPECT_EQ(std::ssize(compacted), BatchHeaderSize);
    EXPECT_TRUE(header.is_plausible());
    EXPECT_EQ(header.codec(), Codec::None);
    EXPECT_EQ(header.last_offset(), 102);
    EXPECT_EQ(header.last_sequence(), 72);
    EXPECT_EQ(text_of(compacted), "");
}

TEST(BatchBuilder, builds_the_same_batch_from_the_records_of_one) {
    Bytes batch = a_batch()
                      .of({{"k", "v", 5, {{"h", "x"}, {"", std::nullopt}}}, {std::nullopt, "v", 3}})
                      .at(100)
                      .compressed(Codec::Snappy);

    EXPECT_EQ(to_hex(without(batch, {})), to_hex(batch));
}

TEST(BatchBuilder, keeps_the_time_of_the_broker) {
    Bytes batch = a_batch().of_count(2);
    set_max_timestamp(batch, TimestampType::LogAppendTime, 77);

    EXPECT_EQ(text_of(without(batch, {0})), "1 k1=v1 @77\n");
}

TEST(BatchBuilder, can_set_a_delete_horizon) {
    Bytes batch = a_batch().of_count(2);
    RecordReader reader = RecordReader::open(batch);
    BatchFields fields = BatchFields::of(reader.header());
    fields.base_timestamp = 5'000'000;
    fields.has_delete_horizon = true;
    BatchBuilder builder(fields);
    while (auto record = reader.next()) builder.keep(*record);

    Bytes marked = std::move(builder).finish();

    BatchHeader header = *BatchHeader::read(marked);
    EXPECT_TRUE(header.has_delete_horizon());
    EXPECT_EQ(header.base_timestamp, 5'000'000);
    EXPECT_EQ(text_of(marked), text_of(batch));
}

}  // namespace
}  // namespace tarn::log
