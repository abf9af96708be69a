// Offsets that a group commits inside a transaction: they count once the transaction commits.

#include "base/error.hpp"
#include "base/log.hpp"
#include "kafka/broker/requests.hpp"
#include "kafka/broker/transaction_coordinator.hpp"
#include "kafka/wire/messages/txn_offset_commit.hpp"

namespace tarn::kafka {
namespace {

constexpr int VersionWithAbortable = 4;
constexpr int VersionOfSecondProtocol = 5;  // adds the offsets to the transaction by itself

KafkaError known_in(int version, KafkaError error) {
    switch (error) {
        case KafkaError::ProducerFenced:
            // As where batches are refused: only coordinators of transactions say it in its own
            // name.
            return KafkaError::InvalidProducerEpoch;
        case KafkaError::TransactionAbortable:
            return version >= VersionWithAbortable ? error : KafkaError::InvalidTxnState;
        case KafkaError::ConcurrentTransactions:
            // The one that every client takes as a reason to ask again.
            return version >= VersionOfSecondProtocol ? error
                                                      : KafkaError::CoordinatorLoadInProgress;
        default:
            return error;
    }
}

KafkaError check(const Context& context, const std::string& topic,
                 const TxnOffsetCommitRequest::TxnOffsetCommitRequestPartition& partition) {
    if (!context.may(Operation::Read, on_topic(topic))) return KafkaError::TopicAuthorizationFailed;
    log::TopicPtr found = context.find_topic(topic);
    if (!found || !found->has_partition(partition.partition_index)) {
        return KafkaError::UnknownTopicOrPartition;
    }
    auto metadata_size = std::ssize(partition.committed_metadata.value_or(""));
    bool is_too_long = metadata_size > context.broker.settings.offset_metadata_bytes_max;
    return is_too_long ? KafkaError::OffsetMetadataTooLarge : KafkaError::None;
}

awaitable<KafkaError> commit(Context context, TxnOffsetCommitRequest request,
                             std::vector<OffsetToCommit> offsets) {
    if (request.group_id.empty()) co_return KafkaError::InvalidGroupId;
    if (!context.may(Operation::Write, on_transactional_id(request.transactional_id))) {
        co_return KafkaError::TransactionalIdAuthorizationFailed;
    }
    if (!context.may(Operation::Read, on_group(request.group_id))) {
        co_return KafkaError::GroupAuthorizationFailed;
    }
    GroupCoordinator& groups = context.broker.groups;
    TransactionCoordinator& transactions = context.broker.transactions;
    const Producer producer{request.producer_id, request.producer_epoch};
    const TransactionCoordinator::Partitions place = {groups.offsets_partition()};
    KafkaError error = KafkaError::None;
    if (context.version >= VersionOfSecondProtocol) {
        co_await groups.create_topic_if_missing();
        error = co_await transactions.add(request.transactional_id, producer, place);
    } else {
        error = co_await transactions.check(request.transactional_id, producer, place);
    }
    if (error != KafkaError::None) co_return error;
    std::function<KafkaError()> is_open = [&transactions, id = request.transactional_id, producer,
                                           place] {
        return transactions.check_here(id, producer, place);
    };
    Speaker speaker{request.member_id, request.group_instance_id, request.generation_id};
    InTransaction transaction{producer.id, producer.epoch};
    error =
        co_await groups.commit_in_transaction(std::move(request.group_id), std::move(speaker),
                                              transaction, std::move(offsets), std::move(is_open));
    co_return error;
}

}  // namespace

awaitable<TxnOffsetCommitResponse> answer_txn_offset_commit(Context context,
                                                            TxnOffsetCommitRequest request) {
    TxnOffsetCommitResponse response;
    std::vector<OffsetToCommit> offsets;
    for (const auto& topic : request.topics) {
        auto& in_response = response.topics.emplace_back();
        in_response.name = topic.name;
        for (const auto& partition : topic.partitions) {
            KafkaError error = check(context, topic.name, partition);
            in_response.partitions.push_back({partition.partition_index, number_of(error)});
            if (error != KafkaError::None) continue;
            offsets.push_back({.partition = {topic.name, partition.partition_index},
                               .offset = {.offset = partition.committed_offset,
                                          .leader_epoch = partition.committed_leader_epoch,
                                          .metadata = partition.committed_metadata.value_or(""),
                                          .committed_at = context.broker.groups.now_ms()}});
        }
    }
    KafkaError error = KafkaError::None;
    try {
        error = co_await commit(context, std::move(request), std::move(offsets));
    } catch (const Error& failure) {
        TARN_LOG_WARN("cannot commit offsets in a transaction: {}", failure.what());
        error = KafkaError::CoordinatorNotAvailable;
    }
    for (auto& topic : response.topics) {
        for (auto& partition : topic.partitions) {
            if (partition.error_code != number_of(KafkaError::None)) continue;
            partition.error_code = number_of(known_in(context.version, error));
        }
    }
    co_return response;
}

}  // namespace tarn::kafka
