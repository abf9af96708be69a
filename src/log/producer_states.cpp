#include "log/producer_states.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace tarn::log {
namespace {

// How many steps forward in the circle lead from one sequence to the other.
int64_t steps_between(int32_t from, int32_t to) {
    return (int64_t{to} - from) & (SequenceCircle - 1);
}

}  // namespace

int32_t ProducerStates::KeptBatch::last_sequence() const {
    return advance_sequence(first_sequence, last_offset - base_offset);
}

SequenceCheck ProducerStates::check(const BatchHeader& batch) const {
    if (!batch.has_producer()) return InSequence{};
    TARN_ASSERT(batch.base_sequence >= 0);

    auto found = producers_.find(batch.producer_id);
    if (found == producers_.end()) return InSequence{};
    const Producer& producer = found->second;

    if (batch.producer_epoch < producer.epoch) return Refusal::InvalidProducerEpoch;
    if (batch.producer_epoch > producer.epoch) {
        if (batch.base_sequence != 0) return Refusal::OutOfOrderSequence;
    } else if (producer.next_sequence) {
        for (const KeptBatch& kept : producer.batches()) {
            if (kept.first_sequence == batch.base_sequence &&
                kept.last_sequence() == batch.last_sequence()) {
                return StoredBefore{kept.base_offset, kept.last_offset, kept.max_timestamp};
            }
        }
        // Of what lies behind, only the sequences that came in one after the other are known to be
        // stored. A client takes DuplicateSequence for success, so it must not hear it of others.
        int64_t behind = steps_between(batch.base_sequence, *producer.next_sequence);
        int64_t length = int64_t{batch.last_offset_delta} + 1;
        if (behind > 0 && behind <= producer.sequences_in_row && length <= behind) {
            return Refusal::DuplicateSequence;
        }
        if (behind != 0) return Refusal::OutOfOrderSequence;
    }
    if (producer.transaction_start && !batch.is_transactional()) {
        return Refusal::InvalidTransactionState;
    }
    return InSequence{};
}

std::optional<Refusal> ProducerStates::check_marker(ProducerId id, int16_t epoch,
                                                    int32_t coordinator_epoch,
                                                    MarkerEpoch rule) const {
    auto found = producers_.find(id);
    if (found == producers_.end()) return std::nullopt;
    const Producer& producer = found->second;
    if (epoch < producer.epoch) return Refusal::InvalidProducerEpoch;
    // With nothing open it is one that has been written before and is asked for again.
    bool may_be_same = rule == MarkerEpoch::MayBeSame || !producer.transaction_start;
    if (epoch == producer.epoch && !may_be_same) return Refusal::InvalidProducerEpoch;
    if (coordinator_epoch < producer.coordinator_epoch) return Refusal::CoordinatorFenced;
    return std::nullopt;
}

void ProducerStates::note(const BatchHeader& batch, Timestamp now) {
    if (!batch.has_producer()) return;
    Producer& producer = remembered(batch.producer_id);
    if (batch.producer_epoch != producer.epoch) producer.start_epoch(batch.producer_epoch);
    if (batch.base_sequence >= 0) producer.keep(batch);
    producer.last_timestamp = batch.max_timestamp;
    producer.last_seen = now;
    producer.last_offset = batch.last_offset();
    if (batch.is_transactional() && !producer.transaction_start) {
        open_transaction(batch.producer_id, producer, batch.base_offset);
    }
}

std::optional<CompletedTransaction> ProducerStates::note_marker(const BatchHeader& batch,
                                                                EndMarker marker, Timestamp now) {
    if (!batch.has_producer()) return std::nullopt;
    bool is_new = !producers_.contains(batch.producer_id);
    Producer& producer = remembered(batch.producer_id);
    if (is_new) {
        // The batches before the marker are gone, and with them their sequences.
        producer.epoch = batch.producer_epoch;
    } else if (batch.producer_epoch > producer.epoch) {
        // The coordinator has raised the epoch to end the transaction, so as to fence whoever had
        // it open (or, since KIP-890, at each end). The producer goes on with sequence 0.
        producer.start_epoch(batch.producer_epoch);
        producer.next_sequence = 0;
    }
    producer.coordinator_epoch = marker.coordinator_epoch;
    producer.last_timestamp = batch.max_timestamp;
    producer.last_seen = now;
    producer.last_offset = batch.last_offset();

    if (!producer.transaction_start) return std::nullopt;
    CompletedTransaction completed{.producer_id = batch.producer_id,
                                   .first_offset = *producer.transaction_start,
                                   .last_offset = batch.last_offset(),
                                   .aborted = !marker.commits};
    close_transaction(batch.producer_id, producer);
    return completed;
}

bool ProducerStates::has_open_transaction(ProducerId id, int16_t epoch) const {
    auto found = producers_.find(id);
    return found != producers_.end() && found->second.transaction_start &&
           found->second.epoch == epoch;
}

std::optional<Offset> ProducerStates::last_offset(ProducerId id) const {
    auto found = producers_.find(id);
    if (found == producers_.end()) return std::nullopt;
    return found->second.last_offset;
}

std::optional<Offset> ProducerStates::first_open_transaction() const {
    if (open_transactions_.empty()) return std::nullopt;
    return open_transactions_.begin()->first;
}

void ProducerStates::expire(Timestamp before) {
    std::erase_if(producers_, [before](const auto& entry) {
        return entry.second.last_seen < before && !entry.second.transaction_start;
    });
}

void ProducerStates::trim(Offset start) {
    std::erase_if(producers_, [start](const auto& entry) {
        return entry.second.last_offset < start && !entry.second.transaction_start;
    });
    // What is left of an open transaction begins where the log does.
    while (!open_transactions_.empty() && open_transactions_.begin()->first < start) {
        ProducerId id = open_transactions_.begin()->second;
        Producer& producer = producers_.at(id);
        close_transaction(id, producer);
        open_transaction(id, producer, start);
    }
}

std::vector<ActiveProducer> ProducerStates::active_producers() const {
    std::vector<ActiveProducer> active;
    active.reserve(producers_.size());
    for (const auto& [id, producer] : producers_) {
        bool has_written = producer.next_sequence && producer.kept_count > 0;
        active.push_back({
            .producer_id = id,
            .epoch = producer.epoch,
            .last_sequence = has_written ? producer.batches().back().last_sequence() : -1,
            .last_timestamp = producer.last_timestamp,
            .coordinator_epoch = producer.coordinator_epoch,
            .transaction_start = producer.transaction_start,
        });
    }
    std::ranges::sort(active, {}, &ActiveProducer::producer_id);
    return active;
}

void ProducerStates::Producer::start_epoch(int16_t new_epoch) {
    epoch = new_epoch;
    next_sequence.reset();
    sequences_in_row = 0;
    kept_count = 0;
}

void ProducerStates::Producer::keep(const BatchHeader& batch) {
    // The log is right, even where sequences are missing in it: compaction may have taken batches,
    // and the first batch of a producer starts where it likes.
    if (next_sequence != batch.base_sequence) sequences_in_row = 0;
    next_sequence = advance_sequence(batch.base_sequence, int64_t{batch.last_offset_delta} + 1);
    // Half of the circle lies behind, the other half ahead.
    sequences_in_row = std::min(sequences_in_row + batch.last_offset_delta + 1, SequenceCircle / 2);

    if (kept_count == BatchesKept) {
        std::shift_left(kept.begin(), kept.end(), 1);
        --kept_count;
    }
    kept[kept_count++] = {.first_sequence = batch.base_sequence,
                          .base_offset = batch.base_offset,
                          .last_offset = batch.last_offset(),
                          .max_timestamp = batch.max_timestamp};
}

ProducerStates::Producer& ProducerStates::remembered(ProducerId id) {
    if (auto found = producers_.find(id); found != producers_.end()) return found->second;
    if (producers_.size() >= producers_max_) make_room();
    return producers_[id];
}

void ProducerStates::open_transaction(ProducerId id, Producer& producer, Offset start) {
    producer.transaction_start = start;
    open_transactions_.emplace(start, id);
}

void ProducerStates::close_transaction(ProducerId id, Producer& producer) {
    open_transactions_.erase({*producer.transaction_start, id});
    producer.transaction_start.reset();
}

// Forgets a tenth at once, so that the search is paid for by many appends.
void ProducerStates::make_room() {
    std::vector<std::pair<Offset, ProducerId>> idle;
    for (const auto& [id, producer] : producers_) {
        if (!producer.transaction_start) idle.emplace_back(producer.last_offset, id);
    }
    auto enough = std::min<size_t>(producers_max_ / 10 + 1, idle.size());
    auto end = idle.begin() + static_cast<std::ptrdiff_t>(enough);
    std::nth_element(idle.begin(), end, idle.end());
    for (auto each = idle.begin(); each != end; ++each) producers_.erase(each->second);
}

}  // namespace tarn::log
