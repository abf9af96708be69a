#include "log/control_record.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "log/testing/batches.hpp"

namespace tarn::log {
namespace {

using testing::a_batch;
using testing::with_byte;
using testing::with_header;

constexpr MarkerPlace Place{
    .producer_id = 9, .producer_epoch = 2, .base_offset = 40, .leader_epoch = 3, .timestamp = 1000};

ErrorCode refusal_of(BytesView batch) {
    try {
        read_marker(batch);
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::Internal;
}

TEST(ControlRecord, is_a_transactional_control_batch_of_one_record) {
    Bytes batch = marker_batch(Place, {.commits = true, .coordinator_epoch = 5});

    BatchHeader header = *BatchHeader::read(batch);
    EXPECT_TRUE(header.is_plausible());
    EXPECT_EQ(header.size(), std::ssize(batch));
    EXPECT_EQ(header.crc, crc_of(batch));
    EXPECT_TRUE(header.is_control());
    EXPECT_TRUE(header.is_transactional());
    EXPECT_EQ(header.record_count, 1);
    EXPECT_EQ(header.producer_id, 9);
    EXPECT_EQ(header.producer_epoch, 2);
    EXPECT_EQ(header.base_sequence, -1);
    EXPECT_EQ(header.base_offset, 40);
    EXPECT_EQ(header.leader_epoch, 3);
}

TEST(ControlRecord, has_the_key_and_value_that_clients_look_for) {
    Bytes batch = marker_batch(Place, {.commits = true, .coordinator_epoch = 0x01020304});

    RecordReader reader = RecordReader::open(batch);
    auto record = reader.next();

    ASSERT_TRUE(record);
    EXPECT_EQ(record->offset, 40);
    EXPECT_EQ(record->timestamp, 1000);
    EXPECT_EQ(to_hex(*record->key), "00000001");
    EXPECT_EQ(to_hex(*record->value), "000001020304");
    EXPECT_FALSE(reader.next());
}

TEST(ControlRecord, reads_back_as_the_marker_it_was) {
    for (EndMarker marker :
         {EndMarker{true, 0}, EndMarker{false, 7}, EndMarker{true, 0x7FFFFFFF}}) {
        EXPECT_EQ(read_marker(marker_batch(Place, marker)), marker);
    }
}

TEST(ControlRecord, passes_over_kinds_that_it_does_not_know) {
    Bytes batch = marker_batch(Place, {});
    constexpr size_t AtType = BatchHeaderSize + 8;

    EXPECT_EQ(read_marker(with_byte(batch, AtType, 2)), std::nullopt);
}

TEST(ControlRecord, is_corrupt_when_it_is_no_control_record) {
    Bytes marker = marker_batch(Place, {});
    constexpr size_t AtKeySize = BatchHeaderSize + 4;

    EXPECT_EQ(refusal_of(a_batch().bytes()), ErrorCode::Corrupt);
    EXPECT_EQ(refusal_of(BytesView(marker).first(60)), ErrorCode::Corrupt);
    EXPECT_EQ(refusal_of(BytesView(marker).first(marker.size() - 1)), ErrorCode::Corrupt);
    EXPECT_EQ(refusal_of(with_byte(marker, AtKeySize, 1)), ErrorCode::Corrupt);
    EXPECT_EQ(refusal_of(with_byte(marker, AtKeySize, 0x7F)), ErrorCode::Corrupt);
    EXPECT_EQ(refusal_of(with_header(marker, [](BatchHeader& header) { header.attributes |= 1; })),
              ErrorCode::Corrupt);
}

}  // namespace
}  // namespace tarn::log
