// WriteTxnMarkers: the ends of transactions, as brokers ask each other for them in a cluster. Here
// administrators ask: it is how `kafka-transactions --abort` ends a transaction that hangs, because
// its partition has it open and no coordinator knows it any more.

#include <map>

#include "base/error.hpp"
#include "base/log.hpp"
#include "kafka/broker/partition_visits.hpp"
#include "kafka/broker/requests.hpp"
#include "kafka/broker/transaction_coordinator.hpp"
#include "kafka/wire/messages/write_txn_markers.hpp"

namespace tarn::kafka {
namespace {

// One marker for one partition, and what came of it.
struct Piece {
    Producer producer;
    log::EndMarker marker;
    log::MarkerEpoch rule = log::MarkerEpoch::MayBeSame;
    TopicPartition place;
    log::PartitionHandle handle = {};
    KafkaError error = KafkaError::None;
    log::Offset kept_from = 0;

    void refuse(KafkaError reason) {
        handle.partition = nullptr;
        error = reason;
    }
};

bool may_write_markers(const Context& context) {
    return context.may(Operation::Alter, on_cluster()) ||
           context.may(Operation::ClusterAction, on_cluster());
}

log::MarkerEpoch rule_of(int8_t transaction_version) {
    bool is_second = transaction_version >= static_cast<int8_t>(TransactionProtocol::Second);
    return is_second ? log::MarkerEpoch::IsHigher : log::MarkerEpoch::MayBeSame;
}

void find_partition(const Context& context, Piece& piece) {
    log::TopicPtr topic = context.find_topic(piece.place.topic);
    if (!topic || !topic->has_partition(piece.place.partition)) {
        return piece.refuse(KafkaError::UnknownTopicOrPartition);
    }
    piece.handle = topic->partitions[static_cast<size_t>(piece.place.partition)];
    if (!piece.handle.partition) return piece.refuse(KafkaError::KafkaStorageError);
    bool names_nobody = piece.producer.id < 0 || piece.producer.epoch < 0;
    if (names_nobody) piece.refuse(KafkaError::InvalidRequest);
}

std::vector<Piece> pieces_of(const Context& context, const WriteTxnMarkersRequest& request) {
    bool is_allowed = may_write_markers(context);
    std::vector<Piece> pieces;
    for (const auto& wanted : request.markers) {
        for (const auto& topic : wanted.topics) {
            for (int32_t index : topic.partition_indexes) {
                Piece& piece = pieces.emplace_back(
                    Piece{.producer = {wanted.producer_id, wanted.producer_epoch},
                          .marker = {wanted.transaction_result, wanted.coordinator_epoch},
                          .rule = rule_of(wanted.transaction_version),
                          .place = {topic.name, index}});
                if (is_allowed) {
                    find_partition(context, piece);
                } else {
                    piece.refuse(KafkaError::ClusterAuthorizationFailed);
                }
            }
        }
    }
    return pieces;
}

// On the shard of the partition.
void append(TransactionCoordinator& transactions, Piece& piece) {
    try {
        auto refusal = piece.handle.partition->producers().check_marker(
            piece.producer.id, piece.producer.epoch, piece.marker.coordinator_epoch, piece.rule);
        if (refusal) return piece.refuse(kafka_error_of(*refusal));
        piece.kept_from =
            transactions.append_marker(piece.producer, piece.marker, piece.place, piece.handle);
    } catch (const Error& error) {
        TARN_LOG_WARN("cannot write a marker: {}", error.what());
        piece.refuse(KafkaError::KafkaStorageError);
    }
}

awaitable<void> wait_until_kept(Context context, std::vector<Piece>& pieces) {
    for (Piece& piece : pieces) {
        if (!piece.handle.partition) continue;
        try {
            co_await context.broker.log.wait_until_kept(piece.handle, piece.kept_from);
        } catch (const Error& error) {
            TARN_LOG_WARN("cannot keep a marker: {}", error.what());
            piece.refuse(KafkaError::KafkaStorageError);
        }
    }
}

// Each producer once, with each partition once, whatever the request looked like.
WriteTxnMarkersResponse response_of(const std::vector<Piece>& pieces) {
    std::map<ProducerId, std::map<TopicPartition, KafkaError>> errors;
    for (const Piece& piece : pieces) errors[piece.producer.id][piece.place] = piece.error;
    WriteTxnMarkersResponse response;
    for (const auto& [producer, by_place] : errors) {
        auto& marker = response.markers.emplace_back();
        marker.producer_id = producer;
        for (const auto& [place, error] : by_place) {
            bool is_new = marker.topics.empty() || marker.topics.back().name != place.topic;
            if (is_new) marker.topics.push_back({place.topic, {}});
            marker.topics.back().partitions.push_back({place.partition, number_of(error)});
        }
    }
    return response;
}

}  // namespace

awaitable<WriteTxnMarkersResponse> answer_write_txn_markers(Context context,
                                                            WriteTxnMarkersRequest request) {
    std::vector<Piece> pieces = pieces_of(context, request);
    TransactionCoordinator& transactions = context.broker.transactions;
    co_await visit_partitions(context, pieces,
                              [&transactions](Piece& piece) { append(transactions, piece); });
    co_await wait_until_kept(context, pieces);
    co_return response_of(pieces);
}

}  // namespace tarn::kafka
