// Transactional clients of a broker in memory, for tests, and readers of what they write.
#pragma once

#include <fmt/format.h>

#include <map>
#include <set>
#include <thread>
#include <utility>

#include "kafka/broker/broker_fixture.hpp"
#include "kafka/wire/messages/add_offsets_to_txn.hpp"
#include "kafka/wire/messages/add_partitions_to_txn.hpp"
#include "kafka/wire/messages/api_versions.hpp"
#include "kafka/wire/messages/delete_topics.hpp"
#include "kafka/wire/messages/describe_transactions.hpp"
#include "kafka/wire/messages/end_txn.hpp"
#include "kafka/wire/messages/fetch.hpp"
#include "kafka/wire/messages/init_producer_id.hpp"
#include "kafka/wire/messages/list_offsets.hpp"
#include "kafka/wire/messages/list_transactions.hpp"
#include "kafka/wire/messages/offset_fetch.hpp"
#include "kafka/wire/messages/txn_offset_commit.hpp"
#include "log/testing/batches.hpp"

namespace tarn::kafka {

enum class Protocol { First, Second };

class TransactionsTest : public BrokerTest {
protected:
    static constexpr int Partitions = 4;
    static constexpr std::chrono::milliseconds TransactionTimeout{60'000};

    // One producer, doing what clients of its protocol do.
    struct Client {
        Client(TransactionsTest& test, std::string id, Producer producer)
            : test(test), id(std::move(id)), producer(producer) {}

        void add_partition(const std::string& topic, int partition) {
            for (KafkaError error : add_partitions({{topic, partition}})) {
                EXPECT_EQ(error, KafkaError::None);
            }
        }
        std::vector<KafkaError> add_partitions(const std::vector<TopicPartition>& partitions) {
            AddPartitionsToTxnRequest request;
            request.v3_and_below_transactional_id = *id;
            request.v3_and_below_producer_id = producer.id;
            request.v3_and_below_producer_epoch = producer.epoch;
            for (const TopicPartition& each : partitions) {
                request.v3_and_below_topics.push_back({each.topic, {each.partition}});
            }
            auto response = test.ask<AddPartitionsToTxnResponse>(request, 3);
            std::vector<KafkaError> errors;
            for (const auto& topic : response.results_by_topic_v3_and_below) {
                errors.push_back(KafkaError(topic.results_by_partition.at(0).partition_error_code));
            }
            return errors;
        }
        void produce(const std::string& topic, int partition, const std::string& value) {
            if (test.protocol == Protocol::First) add_partition(topic, partition);
            EXPECT_EQ(try_produce(topic, partition, value), KafkaError::None);
        }
        // Without telling the coordinator before.
        KafkaError try_produce(const std::string& topic, int partition, const std::string& value) {
            return try_produce_to(topic, partition, value,
                                  test.protocol == Protocol::First ? 10 : 12);
        }
        KafkaError try_produce_to(const std::string& topic, int partition, const std::string& value,
                                  int version) {
            int32_t& sequence = next_sequence[{topic, partition}];
            Bytes batch = log::testing::a_batch()
                              .of({{std::nullopt, value}})
                              .transactional(producer.id, producer.epoch, sequence);
            ProduceRequest request;
            request.transactional_id = id;
            request.acks = -1;
            auto& data = request.topic_data.emplace_back();
            data.name = topic;
            data.partition_data.push_back({partition, Records(batch)});
            auto response = test.ask<ProduceResponse>(request, version);
            auto error = KafkaError(response.responses.at(0).partition_responses.at(0).error_code);
            if (error == KafkaError::None) ++sequence;
            return error;
        }
        KafkaError commit_offset(const std::string& group, const std::string& topic, int partition,
                                 Offset offset) {
            if (test.protocol == Protocol::Second) {
                return send_offset(group, topic, partition, offset, 5);
            }
            AddOffsetsToTxnRequest request;
            request.transactional_id = *id;
            request.producer_id = producer.id;
            request.producer_epoch = producer.epoch;
            request.group_id = group;
            auto added = KafkaError(test.ask<AddOffsetsToTxnResponse>(request, 3).error_code);
            return added != KafkaError::None ? added
                                             : send_offset(group, topic, partition, offset, 3);
        }
        KafkaError send_offset(const std::string& group, const std::string& topic, int partition,
                               Offset offset, int version) {
            TxnOffsetCommitRequest request;
            request.transactional_id = *id;
            request.group_id = group;
            request.producer_id = producer.id;
            request.producer_epoch = producer.epoch;
            TxnOffsetCommitRequest::TxnOffsetCommitRequestPartition wanted;
            wanted.partition_index = partition;
            wanted.committed_offset = offset;
            request.topics.push_back({topic, {wanted}});
            auto response = test.ask<TxnOffsetCommitResponse>(request, version);
            return KafkaError(response.topics.at(0).partitions.at(0).error_code);
        }
        KafkaError commit() { return end_patiently(true); }
        KafkaError abort() { return end_patiently(false); }
        // Right after a start the coordinator may still be busy with what was decided before.
        KafkaError end_patiently(bool commits) {
            int version = test.protocol == Protocol::First ? 4 : 5;
            KafkaError error = end(commits, version);
            for (int i = 0; i < 500 && error == KafkaError::ConcurrentTransactions; ++i) {
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
                error = end(commits, version);
            }
            return error;
        }
        KafkaError end(bool commits, int version) {
            EndTxnRequest request;
            request.transactional_id = *id;
            request.producer_id = producer.id;
            request.producer_epoch = producer.epoch;
            request.committed = commits;
            auto response = test.ask<EndTxnResponse>(request, version);
            if (version >= 5 && response.error_code == 0) {
                producer = {response.producer_id, response.producer_epoch};
                next_sequence.clear();
            }
            return KafkaError(response.error_code);
        }

        TransactionsTest& test;
        std::optional<std::string> id;
        Producer producer;
        std::map<TopicPartition, int32_t> next_sequence = {};
    };

    void SetUp() override {
        create_topic("trades", Partitions);
        create_topic("orders");
    }

    std::pair<KafkaError, Producer> init(const std::string& id,
                                         std::chrono::milliseconds timeout = TransactionTimeout) {
        InitProducerIdRequest request;
        request.transactional_id = id;
        request.transaction_timeout_ms = static_cast<int32_t>(timeout.count());
        auto response = ask<InitProducerIdResponse>(request, 5);
        return {KafkaError(response.error_code), {response.producer_id, response.producer_epoch}};
    }
    Client start_client(const std::string& id) {
        auto [error, producer] = init(id);
        EXPECT_EQ(error, KafkaError::None);
        return Client(*this, id, producer);
    }

    // --- readers

    std::vector<std::string> read_uncommitted(const std::string& topic, int partition) {
        return read(topic, partition, 0);
    }
    std::vector<std::string> read_committed(const std::string& topic, int partition) {
        return read(topic, partition, 1);
    }
    // As consumers do: what the broker says was aborted is passed over up to its marker.
    std::vector<std::string> read(const std::string& topic, int partition, int8_t isolation) {
        FetchRequest request;
        request.isolation_level = isolation;
        request.topics.push_back(
            {topic, {}, {{.partition = partition, .partition_max_bytes = 1 << 20}}});
        auto response = ask<FetchResponse>(request, 11);
        const auto& data = response.responses.at(0).partitions.at(0);
        std::multimap<Offset, ProducerId> aborts;
        if (data.aborted_transactions) {
            for (const auto& each : *data.aborted_transactions) {
                aborts.emplace(each.first_offset, each.producer_id);
            }
        }
        std::vector<std::string> values;
        std::set<ProducerId> skipped;
        for (BytesView rest = data.records.bytes(); !rest.empty();) {
            auto header = log::BatchHeader::read(rest);
            BytesView batch = rest.first(static_cast<size_t>(header->size()));
            rest = rest.subspan(batch.size());
            while (!aborts.empty() && aborts.begin()->first <= header->base_offset) {
                skipped.insert(aborts.begin()->second);
                aborts.erase(aborts.begin());
            }
            if (header->is_control()) {
                skipped.erase(header->producer_id);
                continue;
            }
            if (skipped.contains(header->producer_id)) continue;
            auto reader = log::RecordReader::open(batch);
            while (auto record = reader.next()) values.emplace_back(as_text(*record->value));
        }
        return values;
    }
    // Where readers of committed data stand when they have read all.
    Offset stable_offset(const std::string& topic, int partition) {
        constexpr int64_t Latest = -1;
        ListOffsetsRequest request;
        request.replica_id = -1;
        request.isolation_level = 1;
        request.topics.push_back({topic, {{partition, -1, Latest}}});
        auto response = ask<ListOffsetsResponse>(request, 7);
        return response.topics.at(0).partitions.at(0).offset;
    }
    Offset committed_offset(const std::string& group, const std::string& topic, int partition) {
        return fetch_offset(group, topic, partition, false).committed_offset;
    }
    KafkaError stable_committed_error(const std::string& group, const std::string& topic,
                                      int partition) {
        return KafkaError(fetch_offset(group, topic, partition, true).error_code);
    }

    // --- administration

    void delete_topic(const std::string& name) {
        DeleteTopicsRequest request;
        request.topic_names = {name};
        EXPECT_EQ(ask<DeleteTopicsResponse>(request, 5).responses.at(0).error_code, 0);
    }
    struct Described {
        std::string state = {};
        Producer producer = {};
        std::vector<std::string> partitions = {};  // "trades-0"
    };
    Described described(const std::string& id) {
        DescribeTransactionsRequest request;
        request.transactional_ids = {id};
        auto response = ask<DescribeTransactionsResponse>(request, 0);
        const auto& state = response.transaction_states.at(0);
        Described found{.state = state.transaction_state,
                        .producer = {state.producer_id, state.producer_epoch}};
        for (const auto& topic : state.topics) {
            for (int32_t index : topic.partitions) {
                found.partitions.push_back(fmt::format("{}-{}", topic.topic, index));
            }
        }
        return found;
    }
    // What the coordinator does by itself takes a moment.
    void wait_until(const std::string& id, const std::string& state) {
        for (int i = 0; i < 500 && described(id).state != state; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        EXPECT_EQ(described(id).state, state);
    }
    std::vector<std::string> listed(const ListTransactionsRequest& request) {
        auto response = ask<ListTransactionsResponse>(request, 2);
        if (response.error_code != 0) {
            return {std::string(name_of(KafkaError(response.error_code)))};
        }
        std::vector<std::string> ids;
        for (const auto& state : response.transaction_states) ids.push_back(state.transactional_id);
        return ids;
    }
    static ApiVersionsRequest named_client() {
        ApiVersionsRequest request;
        request.client_software_name = "test";
        request.client_software_version = "1";
        return request;
    }

    // --- what a crash leaves behind: a record that the running coordinator has not written itself

    void leave_prepared(const std::string& id, TransactionState state) {
        TransactionRecord record = kept(id);
        record.state = state;
        if (protocol == Protocol::Second) record.previous_epoch = record.producer.epoch++;
        leave(id, record);
    }
    void leave_epoch(const std::string& id, int16_t epoch) {
        TransactionRecord record = kept(id);
        record.producer.epoch = epoch;
        leave(id, record);
    }
    // The coordinator has lost what it knew; after a restart nobody ends the open transaction.
    void leave_hanging(const std::string& id) { leave(id, std::nullopt); }

    Protocol protocol = Protocol::First;

private:
    OffsetFetchResponse::OffsetFetchResponsePartition fetch_offset(const std::string& group,
                                                                   const std::string& topic,
                                                                   int partition, bool stable) {
        OffsetFetchRequest request;
        request.group_id = group;
        request.topics->push_back({topic, {partition}});
        request.require_stable = stable;
        return ask<OffsetFetchResponse>(request, 7).topics.at(0).partitions.at(0);
    }

    TransactionRecord kept(const std::string& id) {
        return *runtime::run(running().transactions.describe(id));
    }
    void leave(const std::string& id, const std::optional<TransactionRecord>& record) {
        TestBroker& broker = running();
        StateTopic topic({broker.log, broker.blocking, clock}, "__transaction_state");
        StateRecord change{encode_transaction_key(id), std::nullopt};
        if (record) change.value = encode(*record);
        auto append = [&] { return topic.append(std::span(&change, 1)); };
        log::Offset end = runtime::run(broker.shards.on(runtime::ShardId(0), append));
        runtime::run(topic.wait_until_kept(end));
    }
};

}  // namespace tarn::kafka
