// Produce: batches of producers into the log. They are checked where the connection lives, appended
// on the shards of their partitions, and acknowledged when the client wants it: not at all (acks
// 0), once appended (1), or once they last as the flush policy says (all).

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "kafka/broker/broker_metrics.hpp"
#include "kafka/broker/partition_visits.hpp"
#include "kafka/broker/produce_in_transaction.hpp"
#include "kafka/broker/requests.hpp"
#include "kafka/wire/headers.hpp"
#include "kafka/wire/messages/produce.hpp"
#include "log/batch_check.hpp"
#include "log/recompress.hpp"

namespace tarn::kafka {
namespace {

constexpr int VersionWithTopicIds = 13;

constexpr int16_t AcksNone = 0;
constexpr int16_t AcksLeader = 1;
constexpr int16_t AcksAll = -1;

// One partition of the request, and what came of it.
struct Piece {
    log::PartitionHandle handle;
    std::span<std::byte> batch;
    Bytes recompressed;  // what `batch` points to, where the topic wants another codec
    int32_t record_count = 0;
    std::optional<TransactionalBatch> transactional;
    bool has_to_ask = false;   // the coordinator, before it may be appended
    bool is_admitted = false;  // by the coordinator
    bool has_met_full_disk = false;
    log::Appended appended;
    ProduceResponse::PartitionProduceResponse response;

    void refuse(KafkaError error, std::string reason = {}) {
        handle.partition = nullptr;
        response.error_code = number_of(error);
        response.base_offset = -1;
        if (!reason.empty()) response.error_message = std::move(reason);
    }
};

struct Work {
    std::vector<Piece> pieces = {};  // in the order of the request
    ProduceResponse response = {};   // its topics, without their partitions

    bool has_errors() const {
        return std::ranges::any_of(pieces, [](const Piece& piece) {
            return piece.response.error_code != number_of(KafkaError::None);
        });
    }
};

// Checks what was sent for one partition. The bytes belong to the frame, where offset and epoch are
// written over them.
void prepare(const Context& context, const log::Topic& topic, BytesView records, Piece& piece) {
    piece.batch = context.frame.subspan(
        static_cast<size_t>(reinterpret_cast<const std::byte*>(records.data()) -
                            context.frame.data()),
        records.size());
    const log::PartitionSettings& settings = topic.settings;
    auto checked = log::check_batch(piece.batch, settings, context.broker.now_ms());
    if (auto* refused = std::get_if<log::RefusedBatch>(&checked)) {
        for (int32_t index : refused->bad_records) {
            piece.response.record_errors.push_back({index, refused->reason});
        }
        return piece.refuse(kafka_error_of(refused->refusal), refused->reason);
    }
    const auto& batch = std::get<log::CheckedBatch>(checked);
    log::correct_max_timestamp(piece.batch, batch);
    piece.record_count = batch.header.record_count;
    if (batch.header.is_transactional()) {
        Producer producer{batch.header.producer_id, batch.header.producer_epoch};
        piece.transactional.emplace(producer, TopicPartition{topic.name, piece.response.index});
    }
    if (topic.stored_codec && *topic.stored_codec != batch.header.codec()) {
        piece.recompressed = log::recompress(piece.batch, *topic.stored_codec);
        piece.batch = piece.recompressed;
    }
}

void place(const Context& context, const ProduceRequest::TopicProduceData& topic_data,
           const log::TopicPtr& topic, const ProduceRequest::PartitionProduceData& data,
           Piece& piece) {
    piece.response.index = data.index;
    bool is_by_name = context.version < VersionWithTopicIds;
    if ((topic || is_by_name) &&
        !context.may(Operation::Write, on_topic(topic ? topic->name : topic_data.name))) {
        return piece.refuse(KafkaError::TopicAuthorizationFailed);
    }
    if (!topic) {
        return piece.refuse(is_by_name ? KafkaError::UnknownTopicOrPartition
                                       : KafkaError::UnknownTopicId);
    }
    if (topic->is_internal()) {
        return piece.refuse(KafkaError::InvalidTopicException,
                            "The topic " + topic_data.name + " belongs to the broker.");
    }
    if (!topic->has_partition(data.index)) {
        return piece.refuse(KafkaError::UnknownTopicOrPartition);
    }
    piece.handle = topic->partitions[static_cast<size_t>(data.index)];
    if (!piece.handle.partition) return piece.refuse(KafkaError::KafkaStorageError);
    if (data.records.is_null()) return piece.refuse(KafkaError::InvalidRecord, "no records");
    prepare(context, *topic, data.records.bytes(), piece);
}

// Whoever knew the numbers of someone else's producer could write into its transaction.
void check_transactions(const Context& context, const ProduceRequest& request, Work& work) {
    const auto& id = request.transactional_id;
    bool is_fine = id ? context.may(Operation::Write, on_transactional_id(*id))
                      : context.broker.authorizer == nullptr;
    if (is_fine) return;
    for (Piece& piece : work.pieces) {
        if (piece.transactional) piece.refuse(KafkaError::TransactionalIdAuthorizationFailed);
    }
}

Work prepare_all(const Context& context, const ProduceRequest& request) {
    Work work;
    auto topics = context.broker.log.topics().table();
    for (const auto& topic_data : request.topic_data) {
        log::TopicPtr topic = context.version >= VersionWithTopicIds
                                  ? topics->find(topic_data.topic_id)
                                  : topics->find(topic_data.name);
        auto& in_response = work.response.responses.emplace_back();
        in_response.name = topic_data.name;
        in_response.topic_id = topic_data.topic_id;
        in_response.partition_responses.resize(topic_data.partition_data.size());
        for (const auto& data : topic_data.partition_data) {
            Piece& piece = work.pieces.emplace_back();
            place(context, topic_data, topic, data, piece);
            if (piece.transactional && !request.transactional_id) {
                piece.refuse(KafkaError::TransactionalIdAuthorizationFailed,
                             "A transactional batch needs a transactional id.");
            }
        }
    }
    check_transactions(context, request, work);
    return work;
}

bool is_granted(Piece& piece) {
    using enum TransactionalBatch::Admission;
    auto admission = piece.transactional->look(piece.handle.partition->producers());
    piece.has_to_ask = admission == HasToAsk;
    if (admission == TooLate) {
        piece.refuse(KafkaError::InvalidTxnState, "The transaction has ended meanwhile.");
    }
    return admission == Granted;
}

// On the shard of the partition.
void append(log::Log& log, Piece& piece) {
    try {
        if (piece.transactional && !is_granted(piece)) return;
        auto outcome = piece.handle.partition->append(piece.batch);
        if (auto* refusal = std::get_if<log::Refusal>(&outcome)) {
            return piece.refuse(kafka_error_of(*refusal), std::string(name_of(*refusal)));
        }
        log.appended(piece.handle);
        piece.appended = std::get<log::Appended>(outcome);
        piece.response.base_offset = piece.appended.base_offset;
        piece.response.log_append_time_ms = piece.appended.log_append_time;
        piece.response.log_start_offset = piece.handle.partition->start_offset();
    } catch (const Error& error) {
        TARN_LOG_WARN("cannot append to a partition: {}", error.what());
        piece.has_met_full_disk = error.code() == ErrorCode::StorageFull;
        piece.refuse(KafkaError::KafkaStorageError, error.what());
    }
}

// Asks about the batches that may begin a transaction in their partition, and appends those that
// may. Nearly always they are of one producer.
awaitable<void> append_first_batches(Context context, Work& work, std::string transactional_id) {
    while (true) {
        std::vector<Piece*> asked;
        std::vector<TopicPartition> partitions;
        for (Piece& piece : work.pieces) {
            if (!piece.has_to_ask) continue;
            Producer producer = piece.transactional->producer();
            if (!asked.empty() && asked[0]->transactional->producer() != producer) continue;
            asked.push_back(&piece);
            partitions.push_back(piece.transactional->place());
        }
        if (asked.empty()) break;
        KafkaError error = co_await ask_coordinator(
            context, transactional_id, asked[0]->transactional->producer(), std::move(partitions));
        for (Piece* piece : asked) {
            piece->has_to_ask = false;
            piece->is_admitted = error == KafkaError::None;
            if (piece->is_admitted) continue;
            piece->refuse(error, fmt::format("The coordinator of {} says {}.", transactional_id,
                                             name_of(error)));
        }
    }
    log::Log& log = context.broker.log;
    co_await visit_partitions(context, work.pieces, [&log](Piece& piece) {
        if (piece.is_admitted) append(log, piece);
    });
}

awaitable<void> wait_until_kept(Context context, Work& work) {
    for (Piece& piece : work.pieces) {
        if (!piece.handle.partition) continue;
        try {
            co_await context.broker.log.wait_until_kept(piece.handle, piece.appended.next_offset);
        } catch (const Error& error) {
            piece.refuse(KafkaError::KafkaStorageError, error.what());
        }
    }
}

void count(BrokerMetrics& metrics, const Piece& piece) {
    auto error = KafkaError(piece.response.error_code);
    if (error == KafkaError::None) return metrics.messages_in.Increment(piece.record_count);
    metrics.batches_refused.Increment();
    metrics.refused_for(error).Increment();
    if (piece.has_met_full_disk) metrics.batches_on_full_disk.Increment();
}

Frame frame_of(const Context& context, Work& work) {
    auto next = work.pieces.begin();
    for (auto& topic : work.response.responses) {
        for (auto& partition : topic.partition_responses) partition = std::move((next++)->response);
    }
    return response_frame(work.response, context.version, context.correlation_id);
}

// The frame that came in may be gone by now; only what `work` owns is used.
awaitable<std::optional<Frame>> answer_when_kept(Context context, std::shared_ptr<Work> work) {
    co_await wait_until_kept(context, *work);
    co_return frame_of(context, *work);
}

}  // namespace

awaitable<Answer> answer_produce(Context context, ProduceRequest request) {
    Work work = prepare_all(context, request);
    if (request.acks != AcksNone && request.acks != AcksLeader && request.acks != AcksAll) {
        for (Piece& piece : work.pieces) piece.refuse(KafkaError::InvalidRequiredAcks);
    }
    log::Log& log = context.broker.log;
    co_await visit_partitions(context, work.pieces, [&log](Piece& piece) { append(log, piece); });
    if (std::ranges::any_of(work.pieces, &Piece::has_to_ask)) {
        co_await append_first_batches(context, work, *request.transactional_id);
    }

    for (const Piece& piece : work.pieces) {
        count(context.broker.metrics, piece);
    }
    if (request.acks == AcksNone) {
        // The client hears nothing; a closed connection is how it learns that something is wrong.
        Answer none;
        none.closes_connection = work.has_errors();
        co_return none;
    }
    Answer answer;
    bool waits =
        request.acks == AcksAll && std::ranges::any_of(work.pieces, [](const Piece& piece) {
            return piece.handle.partition != nullptr;
        });
    if (!waits) {
        answer.frame = frame_of(context, work);
        co_return answer;
    }
    context.client_id = {};
    context.frame = {};
    auto kept = std::make_shared<Work>(std::move(work));
    answer.later = [context, kept] { return answer_when_kept(context, kept); };
    co_return answer;
}

}  // namespace tarn::kafka
