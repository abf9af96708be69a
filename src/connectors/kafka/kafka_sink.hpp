// Writes rows to a topic as they come. When an epoch ends all of them last; rows that were written
// after the last epoch are written once more after a crash, unless the table asks for transactions.
#pragma once

#include "base/clock.hpp"
#include "connectors/kafka/row_records.hpp"
#include "connectors/kafka/sink_transactions.hpp"
#include "connectors/kafka/topic_access.hpp"
#include "engine/job/sink.hpp"

namespace tarn::connectors {

class KafkaSink final : public engine::Sink {
public:
    // `writer` is part of transactional ids, and the same when the job starts again.
    KafkaSink(const sql::stream::Sink& table, TopicAccessPtr topics, const std::string& writer,
              const Clock& clock, const sql::TimeZone& zone);

    void write(const engine::ChangeBatch& batch) override;
    engine::OperatorState prepare(const engine::EpochFacts& epoch) override;
    void commit(int64_t epoch, const engine::OperatorState& prepared) override;
    // A transaction is committed over the connection that rows are written by.
    bool rests_until_commit() const override { return transactions_.has_value(); }

private:
    enum class Partitioner { ByKey, Fixed };

    int32_t partition_for(const log::NewRecord& record) const;
    void look_for_partitions();
    void add(const log::NewRecord& record);
    void send(int32_t partition);
    void send_all();
    void send(std::vector<NewBatch> batches);

    std::string topic_;
    RowRecordEncoder encoder_;
    bool waits_until_kept_;
    Partitioner partitioner_;
    log::Codec codec_;
    TopicAccessPtr topics_;
    std::optional<SinkTransactions> transactions_;
    const Clock& clock_;

    int32_t partition_count_ = 0;
    std::optional<Ticks> counted_at_;
    std::map<int32_t, log::BatchBuilder> batches_;  // that are being filled, by partition
    // Where records without a key go, another one for each batch.
    int32_t next_without_key_ = 0;
};

}  // namespace tarn::connectors
