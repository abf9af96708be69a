// The transactions of a sink that writes each row once: what is written for an epoch becomes
// visible when the epoch is complete. They run under two transactional ids in turns, so that one
// may still be committed, after a crash, while what was open under the other one is aborted:
//   PREFIX-WRITER-0, PREFIX-WRITER-1
// The last id that an epoch was prepared under is never taken over before that epoch is committed.
#pragma once

#include <chrono>
#include <optional>
#include <set>

#include "connectors/kafka/topic_access.hpp"
#include "engine/state/operator_state.hpp"
#include "log/batch_builder.hpp"

namespace tarn::connectors {

class SinkTransactions {
public:
    // Without a timeout it is an hour, or what the cluster allows.
    SinkTransactions(TopicAccess& topics, std::string id_prefix,
                     std::optional<std::chrono::milliseconds> timeout);

    // Those of the next batch of a partition.
    log::BatchFields fields(const TopicPartition& partition);
    // Batches that were made with these fields.
    void append(std::vector<NewBatch> batches);

    // What stands in the transaction is to be committed.
    engine::OperatorState prepare();
    // Throws Conflict when the cluster has given the transaction up.
    void commit(int64_t epoch, const engine::OperatorState& prepared);

private:
    std::string id_of(int slot) const;
    int next_slot() const { return last_slot_ ? 1 - *last_slot_ : 0; }
    void hold_next();
    TransactionHolder taken_over(const std::string& id);
    void end(int64_t epoch, const TransactionHolder& holder);

    TopicAccess& topics_;
    std::string id_prefix_;
    std::optional<std::chrono::milliseconds> timeout_;
    std::optional<int> last_slot_;                 // that an epoch was prepared under
    std::optional<TransactionHolder> holder_;      // of the other one
    std::set<TopicPartition> partitions_;          // in the transaction that is open
    std::map<TopicPartition, int32_t> sequences_;  // of the next record
};

}  // namespace tarn::connectors
