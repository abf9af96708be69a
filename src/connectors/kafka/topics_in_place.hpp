// The topics of the Tarn that the job runs in: the log itself, without a socket in between. What
// belongs to a shard is asked there while the job's thread waits; bytes are read on that thread.
#pragma once

#include "connectors/kafka/topic_access.hpp"
#include "kafka/broker/broker.hpp"

namespace tarn::connectors {

class TopicsInPlace final : public TopicAccess {
public:
    // How far behind the end records are kept for a job; one that is slower loses them to retention
    // as any other reader does.
    static constexpr int64_t KeptBytesMax = int64_t{4} << 30;

    // The broker outlives this.
    TopicsInPlace(kafka::Broker& broker, log::Isolation isolation)
        : broker_(broker), isolation_(isolation) {}

    std::string location() const override { return "this Tarn"; }
    std::map<std::string, int32_t> topics() override;
    int32_t partition_count(const std::string& topic, kafka::client::Missing missing) override;
    PartitionOffsets offsets_at(const std::vector<TopicPartition>& partitions,
                                log::Timestamp time) override;
    PartitionOffsets committed(const std::string& group) override;
    void commit(const std::string& group, const PartitionOffsets& offsets) override;
    std::vector<ReadBatches> read(const std::vector<ReadFrom>& wanted) override;
    void keep(const PartitionOffsets& from) override;
    void append(std::vector<NewBatch> batches, const TransactionHolder* holder) override;
    void flush() override;
    TransactionHolder hold_transactions(const std::string& id,
                                        std::chrono::milliseconds timeout) override;
    void add_to_transaction(const TransactionHolder& holder,
                            const std::vector<TopicPartition>& partitions) override;
    void commit_transaction(const TransactionHolder& holder) override;

private:
    struct Appended {
        log::PartitionHandle handle;
        log::Offset next;
    };

    log::TopicPtr topic_of(const TopicPartition& which) const;
    template <typename Items, typename Visit>
    void visit(Items& items, Visit visit) const;
    void append(const log::Topic& topic, NewBatch& batch);

    kafka::Broker& broker_;
    log::Isolation isolation_;
    std::map<TopicPartition, std::shared_ptr<log::Pin>> pins_;
    std::map<TopicPartition, Appended> unflushed_;
};

}  // namespace tarn::connectors
