// Transactions as a producer of Kafka's first protocol for them has them (KIP-98). Who knows the
// holder of a transactional id can end its transaction, also from another connection and after a
// restart.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "kafka/client/groups.hpp"

namespace tarn::kafka::client {

// A producer that holds a transactional id, until the next one takes it over.
struct TransactionHolder {
    std::string id;
    log::ProducerId producer = log::NoProducer;
    int16_t epoch = -1;

    bool operator==(const TransactionHolder&) const = default;
};

// Takes the id over. What was open under it is aborted, and whoever held it writes no more.
TransactionHolder hold_transactions(Client& client, const std::string& id,
                                    std::chrono::milliseconds timeout);

// The holder is about to write to these partitions; the first ones begin a transaction.
void add_to_transaction(Client& client, const TransactionHolder& holder,
                        const std::vector<TopicPartition>& partitions);

// What a group has read becomes known together with what was written: a record that is passed on
// in the transaction is passed on once.
void commit_offsets_in_transaction(Client& client, const TransactionHolder& holder,
                                   const std::string& group, const CommittedOffsets& offsets);

// Changes nothing when it was committed before.
void commit_transaction(Client& client, const TransactionHolder& holder);

}  // namespace tarn::kafka::client
