// The generated codecs, by a few messages that have something of everything. That each of them has
// the bytes that Kafka gives it is for tests/interop/test_kafka_wire.py to show.
#include <gtest/gtest.h>

#include "kafka/wire/apis.hpp"
#include "kafka/wire/messages/every_message.hpp"
#include "kafka/wire/reader.hpp"
#include "kafka/wire/testing/hex.hpp"
#include "kafka/wire/testing/refusal.hpp"
#include "kafka/wire/writer.hpp"

namespace tarn::kafka {
namespace {

template <typename Message>
Bytes written(const Message& message, int version) {
    Writer out;
    message.write(out, version);
    return std::move(out).finish();
}

template <typename Message>
std::string hex_of(const Message& message, int version) {
    return to_hex(written(message, version));
}

template <typename Message>
std::string write_refusal(const Message& message, int version) {
    return refusal_of([&] { written(message, version); });
}

// The message lives as long as the bytes that its records borrow.
template <typename Message>
Message read(const Bytes& bytes, int version) {
    Reader in(bytes);
    Message message = Message::read(in, version);
    in.check_at_end();
    return message;
}

ProduceRequest produce() {
    static const Bytes batch = from_hex("cafe");
    ProduceRequest::PartitionProduceData partition{.index = 3, .records = Records(batch)};
    return {.transactional_id = "tx",
            .acks = -1,
            .timeout_ms = 1000,
            .topic_data = {{.name = "trades", .partition_data = {partition}}}};
}

FetchResponse fetched() {
    static const Bytes batch = from_hex("00112233");
    FetchResponse::PartitionData partition{.partition_index = 1, .high_watermark = 9};
    partition.current_leader = {.leader_id = 2, .leader_epoch = 4};
    partition.aborted_transactions = {{.producer_id = 6, .first_offset = 7}};
    partition.records = Records(batch);
    FetchResponse response{.session_id = 8};
    response.responses = {{.topic_id = Uuid({1, 2, 3}), .partitions = {partition, partition}}};
    response.node_endpoints = {{.node_id = 2, .host = "h", .port = 9092, .rack = std::nullopt}};
    return response;
}

ConsumerGroupHeartbeatResponse heartbeat() {
    ConsumerGroupHeartbeatResponse response{.member_id = "m", .heartbeat_interval_ms = 5000};
    response.assignment.emplace().topic_partitions = {{.partitions = {0, 1, 2}}};
    return response;
}

TEST(WireMessages, come_back_as_they_were_written) {
    Bytes bytes = written(produce(), 9);
    EXPECT_EQ(read<ProduceRequest>(bytes, 9), produce());
    bytes = written(fetched(), 18);
    EXPECT_EQ(read<FetchResponse>(bytes, 18), fetched());
    bytes = written(heartbeat(), 1);
    EXPECT_EQ(read<ConsumerGroupHeartbeatResponse>(bytes, 1), heartbeat());
}

TEST(WireMessages, come_back_empty_in_every_version) {
    auto check = []<typename Message>(const Api& api) {
        for (int version = api.min_version; version <= api.max_version; ++version) {
            Bytes bytes = written(Message(), version);
            EXPECT_EQ(read<Message>(bytes, version), Message()) << api.name << " " << version;
        }
    };
    for (const Api& api : apis()) {
        visit_request(api.key, [&]<typename T>() { check.operator()<T>(api); });
        visit_response(api.key, [&]<typename T>() { check.operator()<T>(api); });
    }
}

TEST(WireMessages, are_refused_at_whatever_byte_they_are_cut) {
    auto check = []<typename Message>(const Message& message, int version) {
        Bytes whole = written(message, version);
        for (size_t size = 0; size < whole.size(); ++size) {
            // A copy of its own, so that a sanitizer sees a read past the cut.
            Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
            std::string refused = refusal_of([&] { read<Message>(cut, version); });
            EXPECT_EQ(refused.substr(0, 15), "corrupt: kafka:") << version << " cut at " << size;
        }
    };
    check(produce(), 3);
    check(produce(), 9);
    check(fetched(), 18);
    check(heartbeat(), 0);
    check(ApiVersionsResponse{.api_keys = {{.api_key = 1}}, .finalized_features_epoch = 1}, 3);
}

TEST(WireMessages, borrow_their_records_from_the_frame) {
    Bytes bytes = written(produce(), 3);

    auto request = read<ProduceRequest>(bytes, 3);

    BytesView records = request.topic_data[0].partition_data[0].records.bytes();
    EXPECT_EQ(to_hex(records), "cafe");
    EXPECT_EQ(records.data(), bytes.data() + bytes.size() - 2);
}

TEST(WireMessages, have_the_layout_of_their_version) {
    HeartbeatRequest request{.group_id = "g", .generation_id = 1, .member_id = "m"};

    EXPECT_EQ(hex_of(request, 0),
              "0001"
              "67"
              "00000001"
              "0001"
              "6d");
    EXPECT_EQ(hex_of(request, 3),
              "0001"
              "67"
              "00000001"
              "0001"
              "6d"
              "ffff");
    EXPECT_EQ(hex_of(request, 4),
              "02"
              "67"
              "00000001"
              "02"
              "6d"
              "00"
              "00");
}

TEST(WireMessages, have_the_defaults_of_the_descriptions) {
    FetchRequest request = read<FetchRequest>(written(FetchRequest(), 4), 4);

    EXPECT_EQ(request.replica_id, -1);
    EXPECT_EQ(request.session_epoch, -1);
    EXPECT_EQ(request.max_bytes, 0x7fffffff);
    EXPECT_EQ(OffsetForLeaderEpochRequest().replica_id, -2);
    EXPECT_EQ(MetadataRequest().topics, std::vector<MetadataRequest::MetadataRequestTopic>());
    EXPECT_TRUE(MetadataRequest().allow_auto_topic_creation);
    EXPECT_EQ(JoinGroupRequest().group_instance_id, std::nullopt);
}

TEST(WireMessages, drop_what_an_older_version_may_do_without) {
    FetchRequest request{.session_id = 5, .rack_id = "r"};

    EXPECT_EQ(hex_of(request, 4), hex_of(FetchRequest(), 4));
}

TEST(WireMessages, refuse_to_lose_a_value_that_matters) {
    FetchRequest forgetting;
    forgetting.forgotten_topics_data = {{.topic = "t"}};
    FetchRequest following{.replica_state = {.replica_id = 1}};
    HeartbeatRequest fixed{.group_instance_id = "i"};

    EXPECT_EQ(write_refusal(forgetting, 6),
              "invalid_input: kafka: FetchRequest::forgotten_topics_data cannot be written in "
              "version 6");
    EXPECT_EQ(write_refusal(following, 14),
              "invalid_input: kafka: FetchRequest::replica_state cannot be written in version 14");
    EXPECT_EQ(write_refusal(fixed, 2),
              "invalid_input: kafka: HeartbeatRequest::group_instance_id cannot be written in "
              "version 2");
    EXPECT_EQ(write_refusal(fixed, 3), "accepted");
}

TEST(WireMessages, refuse_null_in_versions_that_have_none) {
    MetadataRequest all{.topics = std::nullopt};

    EXPECT_EQ(write_refusal(all, 0),
              "invalid_input: kafka: MetadataRequest::topics cannot be null in version 0");
    EXPECT_EQ(hex_of(all, 1), "ffffffff");
    EXPECT_EQ(refusal_of([] { read<MetadataRequest>(from_hex("ffffffff"), 0); }),
              "corrupt: kafka: null before byte 4, where a value must be");
    EXPECT_EQ(read<MetadataRequest>(from_hex("ffffffff"), 1), all);
}

TEST(WireMessages, refuse_a_version_that_does_not_exist) {
    EXPECT_EQ(write_refusal(ProduceRequest(), 2),
              "invalid_input: kafka: ProduceRequest has no version 2, only 3 to 13");
    EXPECT_EQ(refusal_of([] { read<FetchResponse>(Bytes(), 19); }),
              "invalid_input: kafka: FetchResponse has no version 19, only 4 to 18");
}

TEST(WireMessages, refuse_a_count_that_the_frame_cannot_hold) {
    // One topic, then 2^31 - 1 partitions.
    EXPECT_EQ(refusal_of([] {
                  read<DeleteRecordsRequest>(from_hex("00000001 0001 74 7fffffff 00000000"), 0);
              }),
              "corrupt: kafka: 2147483647 bytes or elements wanted at byte 11, 4 are left");
}

TEST(WireMessages, write_tagged_fields_in_order_and_leave_defaults_out) {
    FetchRequest::FetchPartition partition;
    Writer plain;
    partition.write(plain, 18);
    EXPECT_EQ(to_hex(std::move(plain).finish()).substr(64), "00");

    partition.replica_directory_id = Uuid({0xAB});
    partition.high_watermark = 5;
    Writer both;
    partition.write(both, 18);

    EXPECT_EQ(to_hex(std::move(both).finish()).substr(64),
              "02"
              "0010"
              "ab000000000000000000000000000000"
              "0108"
              "0000000000000005");
}

TEST(WireMessages, skip_tagged_fields_that_they_do_not_know) {
    // Tag 77 is unknown; tag 1 has come with version 15.
    Bytes bytes = written(FetchRequest(), 12);
    bytes.pop_back();
    for (std::byte byte : from_hex("03 00 02 0263 01 02 0102 4d 01 ff")) bytes.push_back(byte);

    auto request = read<FetchRequest>(bytes, 12);

    EXPECT_EQ(request, (FetchRequest{.cluster_id = "c"}));
}

TEST(WireMessages, refuse_a_tagged_field_of_another_size) {
    Bytes bytes = written(FetchRequest(), 12);
    bytes.pop_back();
    for (std::byte byte : from_hex("01 00 03 0263 00")) bytes.push_back(byte);

    EXPECT_EQ(refusal_of([&] { read<FetchRequest>(bytes, 12); }),
              "corrupt: kafka: 1 bytes too many at byte 33");
}

}  // namespace
}  // namespace tarn::kafka
