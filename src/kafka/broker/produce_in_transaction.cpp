#include "kafka/broker/produce_in_transaction.hpp"

#include "kafka/broker/transaction_coordinator.hpp"

namespace tarn::kafka {
namespace {

constexpr int VersionWithAbortable = 11;
constexpr int VersionOfSecondProtocol = 12;

KafkaError known_in(int version, KafkaError error) {
    switch (error) {
        case KafkaError::ProducerFenced:
            // Coordinators fence; logs have a word of their own for it.
            return KafkaError::InvalidProducerEpoch;
        case KafkaError::TransactionAbortable:
            return version >= VersionWithAbortable ? error : KafkaError::InvalidTxnState;
        case KafkaError::ConcurrentTransactions:
            return version >= VersionOfSecondProtocol ? error : KafkaError::NotEnoughReplicas;
        case KafkaError::CoordinatorNotAvailable:
            // Of a leader, clients take this one as a reason to send the batch again.
            return KafkaError::NotEnoughReplicas;
        default:
            return error;
    }
}

}  // namespace

TransactionalBatch::Admission TransactionalBatch::look(const log::ProducerStates& producers) {
    if (producers.has_open_transaction(producer_.id, producer_.epoch)) return Admission::Granted;
    auto last = producers.last_offset(producer_.id);
    if (has_asked_) return last == seen_ ? Admission::Granted : Admission::TooLate;
    has_asked_ = true;
    seen_ = last;
    return Admission::HasToAsk;
}

awaitable<KafkaError> ask_coordinator(Context context, std::string transactional_id,
                                      Producer producer, std::vector<TopicPartition> partitions) {
    TransactionCoordinator& transactions = context.broker.transactions;
    KafkaError error = KafkaError::None;
    if (context.version >= VersionOfSecondProtocol) {
        error =
            co_await transactions.add(std::move(transactional_id), producer, std::move(partitions));
    } else {
        error = co_await transactions.check(std::move(transactional_id), producer,
                                            std::move(partitions));
    }
    co_return known_in(context.version, error);
}

}  // namespace tarn::kafka
