#include "kafka/client/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kafka/client/consumer.hpp"
#include "kafka/client/producer.hpp"
#include "kafka/client/testing/scripted_broker.hpp"
#include "kafka/client/testing/stranger.hpp"
#include "kafka/client/topics.hpp"
#include "kafka/wire/messages/fetch.hpp"
#include "kafka/wire/messages/produce.hpp"
#include "log/batch_builder.hpp"

namespace tarn::kafka::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

MetadataResponse with_topic(KafkaError error = KafkaError::None, int partitions = 1) {
    MetadataResponse answer = ScriptedBroker::metadata();
    auto& topic = answer.topics.emplace_back();
    topic.name = "trades";
    topic.error_code = code_of(error);
    for (int32_t id = 0; id < partitions; ++id) {
        topic.partitions.push_back({.partition_index = id, .leader_id = 1});
    }
    return answer;
}

TEST(Client, speaks_the_highest_version_that_both_sides_have) {
    ScriptedBroker broker;
    broker.on<MetadataResponse, MetadataRequest>(0, 7, [](const auto&) { return with_topic(); });
    Client client = broker.client();

    EXPECT_EQ(find_topic(client, "trades").partitions.size(), 1u);

    EXPECT_THAT(broker.seen, ElementsAre("ApiVersions 3", "Metadata 7"));
}

TEST(Client, understands_a_broker_too_old_for_its_first_question) {
    ScriptedBroker broker;
    broker.api_versions_max = 0;
    broker.on<MetadataResponse, MetadataRequest>(0, 4, [](const auto&) { return with_topic(); });
    Client client = broker.client();

    EXPECT_EQ(find_topic(client, "trades").name, "trades");
}

TEST(Client, refuses_a_broker_whose_versions_are_all_unknown) {
    ScriptedBroker broker;
    broker.on<MetadataResponse, MetadataRequest>(90, 99, [](const auto&) { return with_topic(); });
    Client client = broker.client();

    EXPECT_THROW(client.cluster(), Error);
}

TEST(Client, says_at_once_that_nobody_answers) {
    ScriptedBroker broker;
    broker.is_down = true;
    Client client = broker.client();

    try {
        client.retrying([&] { return client.cluster().id; });
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Unavailable);
        EXPECT_STREQ(error.what(), "no Kafka broker answers at scripted:1: it is down");
        EXPECT_NE(error.hint().find("tarn up"), std::string::npos);
    }
}

std::string failure_at(const std::string& words) {
    ClientSettings settings;
    settings.bootstrap = {{"scripted", 1}};
    settings.connect = [&](const Address&, Ticks) { return std::make_unique<Stranger>(words); };
    Client client(settings);
    try {
        client.retrying([&] { return client.cluster().id; });
    } catch (const Error& error) {
        return error.full_text();
    }
    return "answered";
}

TEST(Client, says_at_once_that_a_port_speaks_tls) {
    EXPECT_THAT(failure_at("\x15\x03\x03\x01"),
                HasSubstr("the Kafka broker at scripted:1: it speaks TLS; write "
                          "security.protocol=SSL or SASL_SSL"));
    EXPECT_THAT(failure_at(""), HasSubstr("if this port is encrypted, write security.protocol="));
    EXPECT_THAT(failure_at("HTTP/1.1 400"), HasSubstr("does not speak Kafka's protocol"));
}

TEST(Client, says_at_once_that_a_broker_may_want_to_know_who_it_is) {
    ScriptedBroker broker;
    broker.on<MetadataResponse, MetadataRequest>(0, 12, [](const auto&) { return with_topic(); });
    broker.closes_on_strangers = true;
    Client client = broker.client();

    try {
        client.retrying([&] { return client.cluster().id; });
        FAIL();
    } catch (const Error& error) {
        EXPECT_STREQ(error.what(),
                     "the Kafka broker at scripted:1: the broker closed the connection");
        EXPECT_THAT(error.hint(), HasSubstr("security.protocol=SASL_PLAINTEXT"));
    }
    EXPECT_THAT(broker.seen, ElementsAre("ApiVersions 3"));
}

TEST(Client, asks_again_while_the_failure_may_pass) {
    ScriptedBroker broker;
    int asked = 0;
    broker.on<MetadataResponse, MetadataRequest>(0, 12, [&](const auto&) {
        return with_topic(++asked < 3 ? KafkaError::LeaderNotAvailable : KafkaError::None);
    });
    Client client = broker.client();

    EXPECT_EQ(find_topic(client, "trades").name, "trades");
    EXPECT_EQ(asked, 3);
}

TEST(Client, names_the_nearest_topic_for_one_that_is_not_there) {
    ScriptedBroker broker;
    broker.on<MetadataResponse, MetadataRequest>(0, 12, [&](const MetadataRequest& request) {
        return with_topic(request.topics ? KafkaError::UnknownTopicOrPartition : KafkaError::None);
    });
    Client client = broker.client();

    try {
        find_topic(client, "trade");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::NotFound);
        EXPECT_EQ(error.full_text().find("there is no topic 'trade'"), 0u) << error.full_text();
        EXPECT_EQ(error.hint(), "did you mean 'trades'?");
    }
}

TEST(Producer, puts_records_of_one_key_into_one_partition_and_others_into_another_batch) {
    ScriptedBroker broker;
    std::map<int32_t, int32_t> records;  // by partition
    broker.on<MetadataResponse, MetadataRequest>(
        0, 12, [](const auto&) { return with_topic(KafkaError::None, 3); });
    broker.on<ProduceResponse, ProduceRequest>(3, 13, [&](const ProduceRequest& request) {
        const auto& data = request.topic_data.at(0).partition_data.at(0);
        records[data.index] += log::BatchHeader::read(data.records.bytes())->record_count;
        ProduceResponse answer;
        answer.responses.push_back(
            {.name = "trades", .partition_responses = {{.index = data.index}}});
        return answer;
    });
    Client client = broker.client();
    Producer producer(client, find_topic(client, "trades"), {.codec = log::Codec::Lz4});

    for (int i = 0; i < 4; ++i) producer.send({.key = as_bytes("21"), .value = as_bytes("v")});
    producer.send({.key = as_bytes("2"), .value = as_bytes("v")});
    producer.send({.value = as_bytes("v")}, 1);
    EXPECT_EQ(producer.records_stored(), 0);
    producer.flush();

    EXPECT_EQ(records, (std::map<int32_t, int32_t>{{0, 4}, {1, 1}, {2, 1}}));
    EXPECT_EQ(producer.records_stored(), 6);
    EXPECT_THROW(producer.send({.value = as_bytes("v")}, 3), Error);
}

// What a Fetch answers in the tests below: one batch after another.
Bytes batch_of(log::Offset base, std::vector<std::string> values, log::BatchFields fields = {}) {
    fields.base_offset = base;
    log::BatchBuilder builder(fields);
    for (const std::string& value : values) builder.add({.timestamp = 1, .value = as_bytes(value)});
    return std::move(builder).finish();
}

class ConsumerTest : public testing::Test {
protected:
    ConsumerTest() {
        broker_.on<MetadataResponse, MetadataRequest>(0, 12,
                                                      [](const auto&) { return with_topic(); });
        broker_.on<FetchResponse, FetchRequest>(4, 18, [this](const FetchRequest&) {
            FetchResponse answer;
            FetchResponse::PartitionData data;
            data.high_watermark = 100;
            data.last_stable_offset = 100;
            data.records = Records(BytesView(batches_));
            data.aborted_transactions = aborted_;
            answer.responses.push_back({.topic = "trades", .partitions = {data}});
            return answer;
        });
        topic_ = find_topic(client_, "trades");
    }

    void add(const Bytes& batch) { batches_.insert(batches_.end(), batch.begin(), batch.end()); }

    std::vector<std::string> poll(Consumer& consumer, size_t max = 100) {
        std::vector<std::string> values;
        consumer.poll(std::chrono::milliseconds(1), [&](const ReceivedRecord& received) {
            values.emplace_back(as_text(*received.record.value));
            return values.size() < max;
        });
        return values;
    }

    ScriptedBroker broker_;
    Client client_ = broker_.client();
    TopicInfo topic_;
    Bytes batches_;
    std::vector<FetchResponse::AbortedTransaction> aborted_;
};

TEST_F(ConsumerTest, begins_in_the_middle_of_a_batch_and_leaves_half_a_batch_alone) {
    add(batch_of(0, {"a", "b", "c"}));
    Bytes cut = batch_of(3, {"d"});
    cut.resize(cut.size() - 1);
    add(cut);
    Consumer consumer(client_);
    consumer.add(topic_, {{0, 1}});

    EXPECT_THAT(poll(consumer), ElementsAre("b", "c"));
    EXPECT_EQ(consumer.positions().at({"trades", 0}), 3);
}

TEST_F(ConsumerTest, goes_on_behind_the_record_that_ended_the_round) {
    add(batch_of(0, {"a", "b", "c"}));
    Consumer consumer(client_);
    consumer.add(topic_, {{0, 0}});

    EXPECT_THAT(poll(consumer, 2), ElementsAre("a", "b"));
    EXPECT_THAT(poll(consumer), ElementsAre("c"));
}

TEST_F(ConsumerTest, leaves_out_transactions_that_were_given_up_where_only_committed_ones_count) {
    log::BatchFields of_7{
        .producer_id = 7, .producer_epoch = 0, .base_sequence = 0, .is_transactional = true};
    add(batch_of(0, {"plain"}));
    add(batch_of(1, {"given up"}, of_7));
    aborted_ = {{.producer_id = 7, .first_offset = 1}};

    Consumer all(client_);
    all.add(topic_, {{0, 0}});
    EXPECT_THAT(poll(all), ElementsAre("plain", "given up"));

    Consumer committed(client_, Isolation::Committed);
    committed.add(topic_, {{0, 0}});
    EXPECT_THAT(poll(committed), ElementsAre("plain"));
    EXPECT_EQ(committed.positions().at({"trades", 0}), 2);
}

TEST_F(ConsumerTest, refuses_a_batch_whose_checksum_is_wrong) {
    Bytes spoiled = batch_of(0, {"a"});
    spoiled.back() ^= std::byte{1};
    add(spoiled);
    Consumer consumer(client_);
    consumer.add(topic_, {{0, 0}});

    EXPECT_THROW(poll(consumer), Error);
}

}  // namespace
}  // namespace tarn::kafka::client
