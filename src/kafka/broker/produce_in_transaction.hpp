// Transactional batches on their way into the log. One may be appended where its producer has a
// transaction open already, which its own partition knows. For the first batch of a transaction in
// a partition the coordinator is asked: under the second protocol that adds the partition to the
// transaction, under the first the client has to have done so.
//
// So the coordinator is asked once for each partition of a transaction, and no batch can begin a
// transaction that nobody would end.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kafka/broker/request.hpp"
#include "kafka/transactions/transaction_records.hpp"
#include "log/producer_states.hpp"

namespace tarn::kafka {

class TransactionalBatch {
public:
    enum class Admission {
        Granted,
        HasToAsk,
        TooLate,  // the transaction has ended since the coordinator was asked
    };

    TransactionalBatch(Producer producer, TopicPartition place)
        : producer_(producer), place_(std::move(place)) {}

    // On the partition's shard, right before appending. After HasToAsk the coordinator is asked,
    // and then this once more: a marker that was written meanwhile shows.
    Admission look(const log::ProducerStates& producers);

    Producer producer() const { return producer_; }
    const TopicPartition& place() const { return place_; }

private:
    Producer producer_;
    TopicPartition place_;
    bool has_asked_ = false;
    std::optional<Offset> seen_ =
        {};  // the producer's last offset before the coordinator was asked
};

// Whether the producer may begin to write to these partitions. As the client's version knows it.
awaitable<KafkaError> ask_coordinator(Context context, std::string transactional_id,
                                      Producer producer, std::vector<TopicPartition> partitions);

}  // namespace tarn::kafka
