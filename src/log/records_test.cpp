#include "log/records.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "log/testing/batches.hpp"

namespace tarn::log {
namespace {

using testing::a_batch;
using testing::text_of;
using testing::with_byte;
using testing::with_header;

constexpr std::array Codecs = {Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd};

// A batch around records that are given byte by byte. They need not make sense.
Bytes batch_around(std::string_view records, int32_t count) {
    Bytes batch(BatchHeaderSize);
    auto bytes = as_bytes(records);
    batch.insert(batch.end(), bytes.begin(), bytes.end());
    write_header(batch, {.length = static_cast<int32_t>(std::ssize(batch) - BatchPrefixSize),
                         .last_offset_delta = std::max(count - 1, 0),
                         .base_timestamp = 1000,
                         .max_timestamp = 1000,
                         .record_count = count});
    return batch;
}

std::string failure(BytesView batch) {
    try {
        text_of(batch);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Corrupt);
        return error.what();
    }
    return "";
}

RecordsSummary summary_of(BytesView batch) {
    return std::get<RecordsSummary>(
        summarize(*BatchHeader::read(batch), batch.subspan(BatchHeaderSize)));
}

std::string malformed(std::string_view records, int32_t count = 1) {
    Bytes batch = batch_around(records, count);
    auto answer = summarize(*BatchHeader::read(batch), BytesView(batch).subspan(BatchHeaderSize));
    auto* bad = std::get_if<MalformedRecord>(&answer);
    std::string found =
        bad ? fmt::format("record {} at byte {}: {}", bad->index, bad->position, bad->what) : "";

    // The reader sees the same; it throws, and its message has the offset in front.
    std::string thrown = failure(batch);
    if (bad && bad->index < count) {
        EXPECT_EQ(thrown, "record batch at offset 0: " + found);
    } else {
        EXPECT_EQ(thrown.empty(), !bad);
    }
    return found;
}

using namespace std::string_literals;

TEST(Records, read_as_kafka_lays_them_out) {
    // Length, attributes, time and offset; key; value; one header, whose value is null.
    std::string record = "\x18\0\x14\0\x02k\x04vw\x02\x02h\x01"s;

    EXPECT_EQ(text_of(batch_around(record, 1)), "0 k=vw @1010 h=null\n");
}

TEST(Records, come_one_after_the_other_whatever_the_codec) {
    for (Codec codec : Codecs) {
        Bytes batch = a_batch()
                          .of({{"k", "v"},
                               {std::nullopt, "no key"},
                               {"no value", std::nullopt},
                               {"", "", 1},
                               {"h", "v", 5, {{"a", "1"}, {"b", std::nullopt}, {"", ""}}}})
                          .at(70)
                          .compressed(codec);

        EXPECT_EQ(text_of(batch),
                  "70 k=v @1000000\n"
                  "71 null=no key @1000001\n"
                  "72 no value=null @1000002\n"
                  "73 = @1\n"
                  "74 h=v @5 a=1 b=null =\n")
            << name_of(codec);
    }
}

TEST(Records, have_the_time_of_the_broker_where_it_sets_the_time) {
    Bytes batch = a_batch().of_count(2);
    set_max_timestamp(batch, TimestampType::LogAppendTime, 77);

    EXPECT_EQ(text_of(batch), "0 k0=v0 @77\n1 k1=v1 @77\n");
}

TEST(Records, can_be_gone_altogether_after_compaction) {
    for (Codec codec : Codecs) {
        Bytes batch = a_batch().of({}).compressed(codec).by(1, 0, 0);
        EXPECT_EQ(text_of(batch), "") << name_of(codec);
    }
}

TEST(Records, are_readable_after_the_reader_has_moved) {
    Bytes batch = a_batch().of_count(3).compressed(Codec::Zstd);
    RecordReader first = RecordReader::open(batch);
    first.next();

    RecordReader second = std::move(first);

    EXPECT_EQ(as_text(*second.next()->key), "k1");
}

TEST(Records, have_headers_that_can_be_read_more_than_once) {
    Bytes batch = a_batch().of({{"k", "v", 1, {{"a", "1"}, {"b", "2"}}}});
    RecordReader reader = RecordReader::open(batch);
    auto record = reader.next();

    for (int i = 0; i < 2; ++i) {
        std::string keys;
        for (const RecordHeader& header : record->headers) keys += header.key;
        EXPECT_EQ(keys, "ab");
    }
    EXPECT_EQ(record->headers.size(), 2);
}

TEST(Records, are_corrupt_where_a_number_or_a_length_is_wrong) {
    EXPECT_EQ(malformed(""), "record 0 at byte 0: it has no length");
    EXPECT_EQ(malformed("\x80"), "record 0 at byte 0: it has no length");
    EXPECT_EQ(malformed("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"),
              "record 0 at byte 0: it has no length");
    EXPECT_EQ(malformed("\x01"s), "record 0 at byte 0: it is longer than the batch");
    EXPECT_EQ(malformed("\x0e\0\0\0\x01\x01"s), "record 0 at byte 0: it is longer than the batch");
    EXPECT_EQ(malformed("\0"s), "record 0 at byte 0: it has no attributes");
    EXPECT_EQ(malformed("\x02\0"s), "record 0 at byte 0: it has no timestamp");
    EXPECT_EQ(malformed("\x04\0\0"s), "record 0 at byte 0: it has no offset");
    EXPECT_EQ(malformed("\x0c\0\0\0\x03\x01\0"s), "record 0 at byte 0: its key does not fit");
    EXPECT_EQ(malformed("\x0c\0\0\0\x06\x01\0"s), "record 0 at byte 0: its key does not fit");
    EXPECT_EQ(malformed("\x0c\0\0\0\x01\x10\0"s), "record 0 at byte 0: its value does not fit");
    EXPECT_EQ(malformed("\x0a\0\0\0\x01\x01"s), "record 0 at byte 0: it has no number of headers");
    EXPECT_EQ(malformed("\x0c\0\0\0\x01\x01\x01"s),
              "record 0 at byte 0: it has no number of headers");
    EXPECT_EQ(malformed("\x0c\0\0\0\x01\x01\x02"s), "record 0 at byte 0: its headers do not fit");
    EXPECT_EQ(malformed("\x10\0\0\0\x01\x01\x02\x01\x01"s),
              "record 0 at byte 0: its headers do not fit");
    EXPECT_EQ(malformed("\x0e\0\0\0\x01\x01\0\0"s),
              "record 0 at byte 0: it is shorter than its length says");
}

TEST(Records, are_corrupt_where_their_count_is_wrong) {
    std::string good = "\x0c\0\0\0\x01\x01\0"s;
    std::string second = "\x0c\0\0\x02\x01\x01\0"s;

    EXPECT_EQ(malformed(good), "");
    EXPECT_EQ(malformed(good + second, 2), "");
    EXPECT_EQ(malformed(good, 2), "record 1 at byte 7: it has no length");
    EXPECT_EQ(malformed(good + second, 1), "record 1 at byte 7: bytes behind the last record");
    EXPECT_EQ(failure(batch_around(good + second, 1)),
              "record batch at offset 0: 7 bytes behind its last record");
}

TEST(Records, come_in_the_order_of_their_offsets) {
    auto at_delta = [](char zigzag) { return "\x0c\0\0"s + zigzag + "\x01\x01\0"s; };
    std::string refusal = "its offset is not between its neighbours'";

    EXPECT_EQ(failure(batch_around(at_delta(2), 1)),
              "record batch at offset 0: record 0 at byte 0: " + refusal);
    EXPECT_EQ(failure(batch_around(at_delta(1), 1)),
              "record batch at offset 0: record 0 at byte 0: " + refusal);
    EXPECT_EQ(failure(batch_around(at_delta(2) + at_delta(0), 2)),
              "record batch at offset 0: record 1 at byte 7: " + refusal);
    EXPECT_EQ(failure(batch_around(at_delta(0) + at_delta(0), 2)),
              "record batch at offset 0: record 1 at byte 7: " + refusal);
}

TEST(Records, are_corrupt_when_the_bytes_are_no_batch) {
    Bytes batch = a_batch();

    EXPECT_EQ(failure({}), "0 bytes that are no record batch");
    EXPECT_EQ(failure(BytesView(batch).first(batch.size() - 1)),
              "69 bytes that are no record batch");
    EXPECT_EQ(failure(with_byte(batch, 16, 1)), "70 bytes that are no record batch");
    Bytes as_gzip = with_header(batch, [](BatchHeader& header) { header.attributes = 1; });
    EXPECT_EQ(failure(as_gzip), "gzip: incorrect header check");
    Bytes as_codec_5 = with_header(batch, [](BatchHeader& header) { header.attributes = 5; });
    EXPECT_EQ(failure(as_codec_5), "there is no codec 5");
}

TEST(RecordsSummary, finds_the_largest_time_and_the_first_record_that_has_it) {
    Bytes batch = a_batch().of({{"a", "", 50}, {"b", "", 70}, {"c", "", 70}, {"d", "", 20}});

    RecordsSummary summary = summary_of(batch);

    EXPECT_EQ(summary.max_timestamp, 70);
    EXPECT_EQ(summary.max_timestamp_delta, 1);
    EXPECT_EQ(summary.min_timestamp, 20);
}

TEST(RecordsSummary, counts_records_without_a_key) {
    Bytes batch = a_batch().of({{"a", "1"}, {std::nullopt, "2"}, {"", "3"}, {std::nullopt, "4"}});

    EXPECT_EQ(summary_of(batch).null_keys, 2);
    EXPECT_EQ(summary_of(a_batch().of_count(3).bytes()).null_keys, 0);
}

TEST(RecordsSummary, notices_offsets_that_are_not_dense) {
    std::string first = "\x0c\0\0\0\x01\x01\0"s;
    std::string second = "\x0c\0\0\x02\x01\x01\0"s;

    EXPECT_TRUE(summary_of(batch_around(first + second, 2)).is_dense);
    EXPECT_FALSE(summary_of(batch_around(second + first, 2)).is_dense);
    EXPECT_FALSE(summary_of(batch_around(first + first, 2)).is_dense);
}

TEST(RecordsSummary, bears_times_at_both_ends_of_64_bits) {
    Bytes batch = a_batch().of({{"a", "", INT64_MAX}, {"b", "", INT64_MIN}, {"c", "", 0}});

    RecordsSummary summary = summary_of(batch);

    EXPECT_EQ(summary.max_timestamp, INT64_MAX);
    EXPECT_EQ(summary.min_timestamp, INT64_MIN);
    EXPECT_EQ(text_of(batch), "0 a= @9223372036854775807\n1 b= @-9223372036854775808\n2 c= @0\n");
}

}  // namespace
}  // namespace tarn::log
