#include "log/batch_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "log/compression.hpp"
#include "log/testing/batches.hpp"

namespace tarn::log {
namespace {

using std::chrono::milliseconds;
using testing::a_batch;
using testing::ABatch;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::with_byte;
using testing::with_header;

constexpr Timestamp Now = testing::FirstTime;
constexpr auto Strict = CheckDepth::Strict;

std::variant<CheckedBatch, RefusedBatch> check(BytesView bytes, const PartitionSettings& settings,
                                               CheckDepth depth = CheckDepth::Relaxed) {
    return check_batch(bytes, settings, Now, depth);
}

CheckedBatch accepted(BytesView bytes, const PartitionSettings& settings = {},
                      CheckDepth depth = CheckDepth::Relaxed) {
    auto answer = check(bytes, settings, depth);
    if (auto* refused = std::get_if<RefusedBatch>(&answer)) {
        ADD_FAILURE() << name_of(refused->refusal) << ": " << refused->reason;
        return {};
    }
    return std::get<CheckedBatch>(answer);
}

RefusedBatch refused(BytesView bytes, const PartitionSettings& settings = {},
                     CheckDepth depth = CheckDepth::Relaxed) {
    auto answer = check(bytes, settings, depth);
    if (auto* refusal = std::get_if<RefusedBatch>(&answer)) return *refusal;
    ADD_FAILURE() << "was accepted";
    return {};
}

std::string refusal(BytesView bytes, const PartitionSettings& settings = {},
                    CheckDepth depth = CheckDepth::Relaxed) {
    RefusedBatch found = refused(bytes, settings, depth);
    return fmt::format("{}: {}", name_of(found.refusal), found.reason);
}

template <typename Change>
std::string refusal_with(Change change, ABatch batch = a_batch()) {
    return refusal(with_header(batch, change));
}

PartitionSettings compacted() {
    PartitionSettings settings;
    settings.compacts = true;
    return settings;
}

TEST(BatchCheck, accepts_what_producers_send) {
    for (Codec codec : {Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd}) {
        for (CheckDepth depth : {CheckDepth::Relaxed, CheckDepth::Strict}) {
            Bytes batch = a_batch().of_count(10).compressed(codec).transactional(9, 0, 0);
            CheckedBatch checked = accepted(batch, {}, depth);

            EXPECT_EQ(checked.header.record_count, 10);
            EXPECT_EQ(checked.max_timestamp, testing::FirstTime + 9);
        }
    }
}

TEST(BatchCheck, refuses_a_batch_over_the_limit_of_the_topic) {
    Bytes batch = a_batch();
    PartitionSettings settings;
    settings.batch_bytes_max = std::ssize(batch);
    accepted(batch, settings);

    settings.batch_bytes_max -= 1;
    EXPECT_EQ(refusal(batch, settings), "batch_too_large: 70 bytes, but max.message.bytes is 69");
}

TEST(BatchCheck, refuses_bytes_that_are_not_exactly_one_batch) {
    Bytes batch = a_batch();
    Bytes two = batch;
    two.insert(two.end(), batch.begin(), batch.end());
    Bytes one_more = batch;
    one_more.push_back(std::byte{0});

    EXPECT_EQ(refusal({}), "corrupt_message: 0 bytes are less than a header");
    EXPECT_EQ(refusal(BytesView(batch).first(60)),
              "corrupt_message: 60 bytes are less than a header");
    EXPECT_EQ(refusal(BytesView(batch).first(68)), "corrupt_message: a batch of 70 bytes in 68");
    EXPECT_EQ(refusal(with_byte(batch, 11, 48)), "corrupt_message: a batch of 60 bytes in 70");
    EXPECT_EQ(refusal(with_byte(batch, 8, 0x80)),
              "corrupt_message: a batch of -2147483578 bytes in 70");
    EXPECT_EQ(refusal(one_more),
              "invalid_record: 1 bytes behind the batch; send one batch per partition");
    EXPECT_EQ(refusal(two),
              "invalid_record: 70 bytes behind the batch; send one batch per partition");
}

TEST(BatchCheck, refuses_message_sets_of_old_clients) {
    // Offset, size, checksum, magic 0, attributes, no key, no value.
    std::string message(26, '\0');
    message[11] = 14;
    for (int at = 18; at < 26; ++at) message[static_cast<size_t>(at)] = '\xFF';

    EXPECT_THAT(refusal(as_bytes(message)), HasSubstr("unsupported_format: message format 0;"));
    message[16] = 1;
    EXPECT_THAT(refusal(as_bytes(message)), HasSubstr("unsupported_format: message format 1;"));
    EXPECT_EQ(refusal(with_byte(a_batch(), 16, 3)), "corrupt_message: message format 3");
    EXPECT_EQ(refusal(with_byte(a_batch(), 16, 255)), "corrupt_message: message format -1");
}

TEST(BatchCheck, refuses_a_wrong_checksum_wherever_the_damage_is) {
    Bytes batch = a_batch().compressed(Codec::Zstd);
    constexpr size_t AtCrc = 17;
    for (size_t at = AtCrc; at < batch.size(); ++at) {
        Bytes damaged = batch;
        damaged[at] ^= std::byte{0x10};
        ASSERT_EQ(refusal(damaged), "corrupt_message: the checksum is wrong") << at;
    }
}

TEST(BatchCheck, accepts_a_checksum_that_happens_to_be_0) {
    // Searched for: one in four billion batches is like this, and not padding.
    constexpr Timestamp BaseTime = 4125081672;
    Bytes zero =
        with_header(a_batch(), [](BatchHeader& header) { header.base_timestamp = BaseTime; });
    ASSERT_EQ(BatchHeader::read(zero)->crc, 0u);

    EXPECT_EQ(accepted(zero).max_timestamp, BaseTime);
}

TEST(BatchCheck, refuses_counts_that_contradict_each_other) {
    EXPECT_EQ(refusal_with([](BatchHeader& header) { header.base_offset = 3; }),
              "invalid_record: base offset 3 instead of 0");
    EXPECT_EQ(refusal_with([](BatchHeader& header) { header.record_count = 0; }),
              "invalid_record: 0 records");
    EXPECT_EQ(refusal_with([](BatchHeader& header) { header.record_count = -1; }),
              "invalid_record: -1 records");
    EXPECT_EQ(refusal_with([](BatchHeader& header) { header.last_offset_delta = 1; }),
              "invalid_record: last offset delta 1 for 1 records");
}

TEST(BatchCheck, refuses_what_only_the_broker_writes) {
    EXPECT_EQ(refusal_with([](BatchHeader& header) { header.attributes |= 0x20; }),
              "invalid_record: control batches are written by the broker alone");
    EXPECT_EQ(refusal_with([](BatchHeader& header) { header.attributes |= 0x40; }),
              "invalid_record: a delete horizon is set by the broker alone");
}

TEST(BatchCheck, refuses_codecs_that_nobody_has_defined) {
    for (uint16_t codec : {5, 6, 7}) {
        EXPECT_EQ(refusal_with([codec](BatchHeader& header) { header.attributes = codec; }),
                  fmt::format("unsupported_compression: codec {}", codec));
    }
}

TEST(BatchCheck, wants_sequence_and_epoch_with_a_producer_id) {
    accepted(a_batch().by(9, 0, 0).bytes());
    EXPECT_EQ(refusal(a_batch().by(9, 0, -1).bytes()),
              "invalid_record: sequence -1 and epoch 0 of producer 9");
    EXPECT_EQ(refusal(a_batch().by(9, -1, 0).bytes()),
              "invalid_record: sequence 0 and epoch -1 of producer 9");
    EXPECT_EQ(refusal(a_batch().by(-2, 0, 0).bytes()), "invalid_record: producer id -2");
    EXPECT_EQ(refusal(a_batch().transactional(-1, -1, -1).bytes()),
              "invalid_record: a transactional batch without a producer id");
}

TEST(BatchCheck, refuses_the_time_type_of_the_broker_unless_the_topic_has_it) {
    Bytes batch = a_batch().with_log_append_time();
    EXPECT_EQ(refusal(batch), "invalid_timestamp: the log append time is set by the broker alone");

    PartitionSettings settings;
    settings.timestamp_type = TimestampType::LogAppendTime;
    accepted(batch, settings);
}

TEST(BatchCheck, refuses_times_too_far_from_its_own) {
    PartitionSettings settings;
    settings.timestamp_before_max = milliseconds(100);
    settings.timestamp_after_max = milliseconds(10);
    auto with_times = [](Timestamp first, Timestamp second) {
        return a_batch().of({{"a", "", first}, {"b", "", second}, {"c", "", Now}}).bytes();
    };

    accepted(with_times(Now - 100, Now + 10), settings);
    EXPECT_EQ(refusal(with_times(Now, Now + 11), settings),
              "invalid_timestamp: time 1000011 is further from the broker's 1000000 than "
              "message.timestamp.after.max.ms allows");
    EXPECT_EQ(refusal(with_times(Now, Now - 101), settings),
              "invalid_timestamp: time 999899 is further from the broker's 1000000 than "
              "message.timestamp.before.max.ms allows");
    EXPECT_THAT(refused(with_times(Now - 101, Now + 11), settings).bad_records, ElementsAre(0, 1));
    refused(with_times(std::numeric_limits<Timestamp>::min(), Now), settings);
    refused(with_times(std::numeric_limits<Timestamp>::max(), Now), settings);
}

TEST(BatchCheck, accepts_records_without_a_time_where_times_are_limited) {
    PartitionSettings settings;
    settings.timestamp_before_max = milliseconds(100);

    accepted(a_batch().of({{"a", "", NoTimestamp}}).bytes(), settings);
    Bytes one_too_old = a_batch().of({{"a", "", NoTimestamp}, {"b", "", 5}, {"c", "", Now}});
    EXPECT_THAT(refused(one_too_old, settings).bad_records, ElementsAre(1));
}

TEST(BatchCheck, does_not_limit_times_that_it_will_write_over) {
    PartitionSettings settings;
    settings.timestamp_before_max = milliseconds(1);
    settings.timestamp_after_max = milliseconds(1);
    settings.timestamp_type = TimestampType::LogAppendTime;

    accepted(a_batch().timed(5).bytes(), settings);
}

TEST(BatchCheck, limits_the_times_of_a_compressed_batch_by_its_header) {
    PartitionSettings settings;
    settings.timestamp_after_max = milliseconds(10);

    EXPECT_THAT(refusal(a_batch().timed(Now + 11).compressed(Codec::Lz4).bytes(), settings),
                HasSubstr("invalid_timestamp: time 1000011"));
}

TEST(BatchCheck, finds_the_true_largest_time_whatever_the_header_says) {
    for (Timestamp claimed : {Timestamp{-1}, Timestamp{0}, Timestamp{999}}) {
        for (Codec codec : {Codec::None, Codec::Zstd}) {
            Bytes batch = with_header(
                a_batch().of({{"a", "", 50}, {"b", "", 70}, {"c", "", 60}}).compressed(codec),
                [claimed](BatchHeader& header) { header.max_timestamp = claimed; });

            CheckedBatch checked =
                accepted(batch, {}, claimed == 999 ? Strict : CheckDepth::Relaxed);

            EXPECT_EQ(checked.max_timestamp, 70);
            EXPECT_EQ(checked.max_timestamp_delta, 1);
        }
    }
}

TEST(BatchCheck, takes_a_plausible_time_of_a_compressed_batch_on_trust) {
    Bytes batch = a_batch().compressed(Codec::Zstd);
    Bytes garbage = with_header(with_byte(batch, BatchHeaderSize, 0), [](BatchHeader&) {});

    EXPECT_EQ(accepted(garbage).max_timestamp_delta, std::nullopt);
    EXPECT_THAT(refusal(garbage, {}, Strict), HasSubstr("invalid_record: zstd: "));
}

TEST(BatchCheck, corrects_the_largest_time_in_the_header) {
    Bytes batch = with_header(a_batch().timed(70),
                              [](BatchHeader& header) { header.max_timestamp = NoTimestamp; });

    correct_max_timestamp(batch, accepted(batch));

    BatchHeader header = *BatchHeader::read(batch);
    EXPECT_EQ(header.max_timestamp, 70);
    EXPECT_EQ(header.crc, crc_of(batch));
}

TEST(BatchCheck, leaves_a_header_alone_whose_largest_time_is_right) {
    Bytes batch = a_batch();
    Bytes before = batch;

    correct_max_timestamp(batch, accepted(batch));

    EXPECT_EQ(batch, before);
}

TEST(BatchCheck, names_the_records_without_a_key_in_a_compacted_topic) {
    for (Codec codec : {Codec::None, Codec::Lz4}) {
        Bytes batch = a_batch()
                          .of({{"a", "1"}, {std::nullopt, "2"}, {"", "3"}, {std::nullopt, "4"}})
                          .compressed(codec);
        accepted(batch);

        RefusedBatch found = refused(batch, compacted());

        EXPECT_EQ(found.refusal, Refusal::InvalidRecord);
        EXPECT_EQ(found.reason, "a record without a key in a compacted topic");
        EXPECT_THAT(found.bad_records, ElementsAre(1, 3));
    }
}

TEST(BatchCheck, does_not_list_bad_records_without_end) {
    std::vector<testing::TestRecord> records(RefusedBatch::BadRecordsMax + 50);

    EXPECT_THAT(refused(a_batch().of(records).bytes(), compacted()).bad_records,
                SizeIs(RefusedBatch::BadRecordsMax));
}

TEST(BatchCheck, says_which_record_is_malformed) {
    Bytes batch = a_batch().of_count(3);
    constexpr size_t AtSecondRecord = BatchHeaderSize + 11;
    Bytes bad = with_header(with_byte(batch, AtSecondRecord, 1), [](BatchHeader&) {});

    RefusedBatch found = refused(bad);

    EXPECT_EQ(found.reason, "record 1 at byte 11: it is longer than the batch");
    EXPECT_THAT(found.bad_records, ElementsAre(1));
}

TEST(BatchCheck, refuses_offsets_that_are_not_dense) {
    constexpr size_t AtOffsetDelta = BatchHeaderSize + 3;
    Bytes batch = with_header(with_byte(a_batch(), AtOffsetDelta, 2), [](BatchHeader&) {});

    EXPECT_EQ(refusal(batch), "invalid_record: offset deltas other than 0, 1, 2 and so on");
}

TEST(BatchCheck, refuses_a_bomb) {
    Bytes zeros(100 << 20);
    Bytes batch(BatchHeaderSize);
    compress(Codec::Zstd, zeros, batch);
    write_header(batch, {.length = static_cast<int32_t>(std::ssize(batch) - BatchPrefixSize),
                         .attributes = static_cast<uint16_t>(Codec::Zstd),
                         .record_count = 1});

    EXPECT_EQ(refusal(batch, {}, Strict),
              "batch_too_large: there are more than 67108864 bytes in a compressed batch");
}

}  // namespace
}  // namespace tarn::log
