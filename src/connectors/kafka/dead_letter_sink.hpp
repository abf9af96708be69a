// Writes what a job could not use of a table into the topic of its dead letters, in transactions:
// each letter is there once. All workers write to it; letters are few, so they take turns.
#pragma once

#include <mutex>

#include "base/clock.hpp"
#include "connectors/kafka/dead_letter.hpp"
#include "connectors/kafka/partition_counts.hpp"
#include "connectors/kafka/rejected_records.hpp"
#include "connectors/kafka/sink_transactions.hpp"
#include "engine/job/sink.hpp"

namespace tarn::connectors {

struct DeadLetterSettings {
    // Without one each record goes to that of its own topic.
    std::optional<std::string> topic = std::nullopt;
    std::string job;     // told in the letters
    std::string writer;  // part of transactional ids, the same when the job starts again
    // Whose rows that come too late are letters, too; none when they are only counted.
    std::optional<std::string> late_from = std::nullopt;
};

class DeadLetterSink final : public engine::Rejects {
public:
    DeadLetterSink(TopicAccessPtr topics, DeadLetterSettings settings, const Clock& clock)
        : topics_(std::move(topics)),
          settings_(std::move(settings)),
          transactions_(*topics_, "tarn-dlq-" + settings_.writer, std::nullopt),
          clock_(clock),
          partitions_(*topics_, kafka::client::Missing::Create) {}

    bool takes_from(int /*workers*/) override { return true; }
    void write(const engine::ChangeBatch& rejected) override;
    bool takes_refused() const override { return settings_.late_from.has_value(); }
    // As JSON, since an operator has no record.
    void write_refused(const sql::Batch& rows, const std::vector<sql::PlanColumn>& columns,
                       std::string_view operator_name, engine::Refusal reason) override;
    engine::OperatorState prepare(const engine::EpochFacts& epoch) override;
    void commit(int64_t epoch, const engine::OperatorState& prepared) override;
    bool rests_until_commit() const override { return true; }

private:
    using Batches = std::map<TopicPartition, log::BatchBuilder>;

    TopicPartition place_of(const TopicPartition& from);
    void add(const log::RecordView& record, const LetterFacts& facts, Batches& batches);
    void send(Batches::node_type batch);
    void send_all(Batches& batches);

    std::mutex mutex_;
    TopicAccessPtr topics_;
    DeadLetterSettings settings_;
    SinkTransactions transactions_;
    const Clock& clock_;
    PartitionCounts partitions_;
};

}  // namespace tarn::connectors
