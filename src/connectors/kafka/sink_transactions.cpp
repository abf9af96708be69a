#include "connectors/kafka/sink_transactions.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "kafka/client/refusal.hpp"

namespace tarn::connectors {
namespace {

using kafka::KafkaError;
using kafka::client::RefusedError;

// As Flink has it, and the most that Kafka's brokers allow unless they are told otherwise.
constexpr std::chrono::hours WantedTimeout{1};
constexpr std::chrono::minutes AllowedTimeout{15};

constexpr int64_t NoSlot = -1;

// Whether somebody, or the time, has ended the transaction before.
bool was_ended_by_others(KafkaError error) {
    return error == KafkaError::InvalidProducerEpoch || error == KafkaError::ProducerFenced ||
           error == KafkaError::InvalidTxnState || error == KafkaError::InvalidProducerIdMapping;
}

}  // namespace

SinkTransactions::SinkTransactions(TopicAccess& topics, std::string id_prefix,
                                   std::optional<std::chrono::milliseconds> timeout)
    : topics_(topics), id_prefix_(std::move(id_prefix)), timeout_(timeout) {}

log::BatchFields SinkTransactions::fields(const TopicPartition& partition) {
    if (!holder_) hold_next();
    return {.producer_id = holder_->producer,
            .producer_epoch = holder_->epoch,
            .base_sequence = sequences_[partition],
            .is_transactional = true};
}

void SinkTransactions::append(std::vector<NewBatch> batches) {
    std::vector<TopicPartition> fresh;
    for (const NewBatch& batch : batches) {
        if (partitions_.insert(batch.which).second) fresh.push_back(batch.which);
        int32_t records = log::BatchHeader::read(batch.bytes)->record_count;
        int32_t& sequence = sequences_[batch.which];
        sequence = log::advance_sequence(sequence, records);
    }
    if (!fresh.empty()) topics_.add_to_transaction(*holder_, fresh);
    topics_.append(std::move(batches), &*holder_);
}

engine::OperatorState SinkTransactions::prepare() {
    bool has_rows = !partitions_.empty();
    std::string_view id = has_rows ? std::string_view(holder_->id) : std::string_view();
    int64_t producer = has_rows ? holder_->producer : log::NoProducer;
    int64_t epoch = has_rows ? holder_->epoch : -1;
    int64_t slot = has_rows ? next_slot() : last_slot_.value_or(NoSlot);
    engine::OperatorState prepared;
    prepared.put("transaction",
                 engine::state_rows({{"id", engine::bytes_column({&id, 1})},
                                     {"producer", engine::number_column({&producer, 1})},
                                     {"epoch", engine::number_column({&epoch, 1})},
                                     {"slot", engine::number_column({&slot, 1})}}));
    return prepared;
}

void SinkTransactions::commit(int64_t epoch, const engine::OperatorState& prepared) {
    for (const engine::StateRows& rows : prepared.all("transaction")) {
        TransactionHolder holder{std::string(engine::bytes_of(rows, 0).at(0)),
                                 engine::numbers_of(rows, 1).at(0),
                                 static_cast<int16_t>(engine::numbers_of(rows, 2).at(0))};
        int64_t slot = engine::numbers_of(rows, 3).at(0);
        if (slot != NoSlot) last_slot_ = static_cast<int>(slot);
        if (holder.producer == log::NoProducer) continue;
        end(epoch, holder);
        holder_.reset();
    }
    // What a crash has left open under the next id goes now: it holds up who reads.
    if (!holder_ && last_slot_) hold_next();
}

void SinkTransactions::end(int64_t epoch, const TransactionHolder& holder) {
    try {
        topics_.commit_transaction(holder);
    } catch (const RefusedError& refused) {
        if (!was_ended_by_others(refused.error())) throw;
        throw Error(ErrorCode::Conflict,
                    "the transaction '{}' of epoch {} was given up before it could be committed: "
                    "{}",
                    holder.id, epoch, refused.what())
            .with_hint(
                "its rows are lost; start the job without its epochs to write them anew, and raise "
                "'properties.transaction.timeout.ms' above the time that a job may be down");
    }
}

std::string SinkTransactions::id_of(int slot) const {
    return fmt::format("{}-{}", id_prefix_, slot);
}

void SinkTransactions::hold_next() {
    partitions_.clear();
    sequences_.clear();
    holder_ = taken_over(id_of(next_slot()));
    // A job that begins anew may follow one that is gone.
    if (!last_slot_) taken_over(id_of(1));
}

TransactionHolder SinkTransactions::taken_over(const std::string& id) {
    try {
        return topics_.hold_transactions(id, timeout_.value_or(WantedTimeout));
    } catch (const RefusedError& refused) {
        if (timeout_ || refused.error() != KafkaError::InvalidTransactionTimeout) throw;
    }
    timeout_ = AllowedTimeout;
    return topics_.hold_transactions(id, *timeout_);
}

}  // namespace tarn::connectors
