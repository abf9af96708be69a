// The topics of any Kafka cluster, reached as its clients reach it.
#pragma once

#include <optional>

#include "connectors/kafka/topic_access.hpp"
#include "kafka/client/client.hpp"
#include "kafka/wire/messages/fetch.hpp"

namespace tarn::connectors {

class TopicsByClient final : public TopicAccess {
public:
    TopicsByClient(kafka::client::ClientSettings settings, log::Isolation isolation);

    std::string location() const override;
    std::map<std::string, int32_t> topics() override;
    int32_t partition_count(const std::string& topic, kafka::client::Missing missing) override;
    PartitionOffsets offsets_at(const std::vector<TopicPartition>& partitions,
                                log::Timestamp time) override;
    PartitionOffsets committed(const std::string& group) override;
    void commit(const std::string& group, const PartitionOffsets& offsets) override;
    // Asks each broker once, and none right after it had nothing.
    std::vector<ReadBatches> read(const std::vector<ReadFrom>& wanted) override;
    void append(std::vector<NewBatch> batches, const TransactionHolder* holder) override;
    // What append() has sent lasts already: all replicas in sync have it.
    void flush() override {}
    TransactionHolder hold_transactions(const std::string& id,
                                        std::chrono::milliseconds timeout) override;
    void add_to_transaction(const TransactionHolder& holder,
                            const std::vector<TopicPartition>& partitions) override;
    void commit_transaction(const TransactionHolder& holder) override;

private:
    int32_t leader_of(const TopicPartition& which);
    const kafka::client::TopicInfo& topic(const std::string& name);
    // Runs it again after failures that pass, with the leaders asked anew.
    template <typename Attempt>
    auto with_leaders(Attempt attempt);
    void fetch(int32_t node, const std::vector<ReadFrom>& wanted, const std::vector<size_t>& places,
               std::vector<ReadBatches>& answers);
    void produce(int32_t node, const std::vector<NewBatch*>& batches,
                 const TransactionHolder* holder);

    kafka::client::Client client_;
    log::Isolation isolation_;
    std::map<std::string, kafka::client::TopicInfo> topics_;
    std::optional<Ticks> nothing_at_;  // when the last read() was empty
};

}  // namespace tarn::connectors
