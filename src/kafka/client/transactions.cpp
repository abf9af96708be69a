#include "kafka/client/transactions.hpp"

#include <fmt/format.h>

#include "kafka/wire/messages/add_offsets_to_txn.hpp"
#include "kafka/wire/messages/add_partitions_to_txn.hpp"
#include "kafka/wire/messages/end_txn.hpp"
#include "kafka/wire/messages/init_producer_id.hpp"
#include "kafka/wire/messages/txn_offset_commit.hpp"

namespace tarn::kafka::client {
namespace {

std::string id_text(const std::string& id) {
    return fmt::format("transactional id '{}'", id);
}

}  // namespace

TransactionHolder hold_transactions(Client& client, const std::string& id,
                                    std::chrono::milliseconds timeout) {
    InitProducerIdRequest request;
    request.transactional_id = id;
    request.transaction_timeout_ms = static_cast<int32_t>(timeout.count());
    return client.retrying([&] {
        auto answer = client.call<InitProducerIdResponse>(request, TransactionCoordinatorOf{id});
        check(answer->error_code, id_text(id));
        return TransactionHolder{id, answer->producer_id, answer->producer_epoch};
    });
}

void add_to_transaction(Client& client, const TransactionHolder& holder,
                        const std::vector<TopicPartition>& partitions) {
    AddPartitionsToTxnRequest request;
    request.v3_and_below_transactional_id = holder.id;
    request.v3_and_below_producer_id = holder.producer;
    request.v3_and_below_producer_epoch = holder.epoch;
    for (const auto& [topic, partition] : partitions) {
        auto& topics = request.v3_and_below_topics;
        if (topics.empty() || topics.back().name != topic) topics.emplace_back().name = topic;
        topics.back().partitions.push_back(partition);
    }
    client.retrying([&] {
        auto answer =
            client.call<AddPartitionsToTxnResponse>(request, TransactionCoordinatorOf{holder.id});
        for (const auto& topic : answer->results_by_topic_v3_and_below) {
            for (const auto& partition : topic.results_by_partition) {
                check(partition.partition_error_code, id_text(holder.id));
            }
        }
    });
}

void commit_offsets_in_transaction(Client& client, const TransactionHolder& holder,
                                   const std::string& group, const CommittedOffsets& offsets) {
    AddOffsetsToTxnRequest added{.transactional_id = holder.id,
                                 .producer_id = holder.producer,
                                 .producer_epoch = holder.epoch,
                                 .group_id = group};
    client.retrying([&] {
        auto answer =
            client.call<AddOffsetsToTxnResponse>(added, TransactionCoordinatorOf{holder.id});
        check(answer->error_code, id_text(holder.id));
    });
    TxnOffsetCommitRequest request{.transactional_id = holder.id,
                                   .group_id = group,
                                   .producer_id = holder.producer,
                                   .producer_epoch = holder.epoch};
    for (const auto& [which, offset] : offsets) {
        const auto& [topic, partition] = which;
        auto& topics = request.topics;
        if (topics.empty() || topics.back().name != topic) topics.emplace_back().name = topic;
        topics.back().partitions.push_back(
            {.partition_index = partition, .committed_offset = offset, .committed_metadata = ""});
    }
    client.retrying([&] {
        auto answer = client.call<TxnOffsetCommitResponse>(request, CoordinatorOf{group});
        for (const auto& topic : answer->topics) {
            for (const auto& partition : topic.partitions) {
                check(partition.error_code, id_text(holder.id));
            }
        }
    });
}

void commit_transaction(Client& client, const TransactionHolder& holder) {
    EndTxnRequest request{.transactional_id = holder.id,
                          .producer_id = holder.producer,
                          .producer_epoch = holder.epoch,
                          .committed = true};
    client.retrying([&] {
        auto answer = client.call<EndTxnResponse>(request, TransactionCoordinatorOf{holder.id});
        check(answer->error_code, id_text(holder.id));
    });
}

}  // namespace tarn::kafka::client
