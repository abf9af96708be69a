#include "kafka/transactions/transaction.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace tarn::kafka {
namespace {

using enum TransactionState;

Transaction::Answer refused(KafkaError error) {
    return {.error = error, .producer = {}};
}

bool is_complete(TransactionState state) {
    return state == CompleteCommit || state == CompleteAbort;
}

}  // namespace

Transaction Transaction::fresh(ProducerId id) {
    TransactionRecord record;
    record.producer.id = id;
    return Transaction(std::move(record));
}

// --- a producer takes the id over

Transaction::Answer Transaction::init(const Init& request, Timestamp now) {
    if (request.expected && !may_be(*request.expected)) return refused(KafkaError::ProducerFenced);
    if (is_prepared()) return refused(KafkaError::ConcurrentTransactions);
    if (record_.state != Ongoing) return init_anew(request, now);

    bool is_by_holder = request.expected && *request.expected == record_.producer;
    if (request.expected && !is_by_holder) return refused(KafkaError::ProducerFenced);
    // The epoch of the abort is told to nobody else. The holder himself gets it when he asks again;
    // another producer gets the next one, since the fenced one may still learn of this.
    record_.previous_epoch = is_by_holder ? record_.producer.epoch : int16_t{-1};
    ++record_.producer.epoch;
    prepare(false, now);
    return refused(KafkaError::ConcurrentTransactions);
}

bool Transaction::may_be(Producer expected) const {
    if (record_.producer.epoch < 0 || expected.id == record_.producer.id) return true;
    // The answer that told of the new id has not reached the client.
    return expected.id == record_.previous_id && expected.epoch >= LastUsableEpoch;
}

Transaction::Answer Transaction::init_anew(const Init& request, Timestamp now) {
    Producer held = record_.producer;
    bool is_by_holder = !request.expected || held.epoch < 0 || *request.expected == held;
    if (!is_by_holder) {
        bool is_retry = request.expected->epoch == record_.previous_epoch;
        if (!is_retry) return refused(KafkaError::ProducerFenced);
        bool is_usable = held.epoch <= LastUsableEpoch;
        if (is_usable) return hold(request, held, record_.previous_epoch, now);
    }
    int16_t previous_epoch = request.expected ? request.expected->epoch : int16_t{-1};
    if (wants_id()) {
        if (request.spare_id == NoProducer) return refused(KafkaError::ConcurrentTransactions);
        record_.previous_id = held.id;
        return hold(request, {request.spare_id, 0}, previous_epoch, now);
    }
    auto next = static_cast<int16_t>(held.epoch + 1);
    return hold(request, {held.id, next}, previous_epoch, now);
}

Transaction::Answer Transaction::hold(const Init& request, Producer producer,
                                      int16_t previous_epoch, Timestamp now) {
    record_.producer = producer;
    record_.previous_epoch = previous_epoch;
    record_.timeout = request.timeout;
    record_.state = Empty;
    record_.partitions.clear();
    record_.started_at = log::NoTimestamp;
    record_.updated_at = now;
    return {.error = KafkaError::None, .producer = producer};
}

// --- partitions

KafkaError Transaction::check_producer(Producer producer) const {
    if (producer.id != record_.producer.id) return KafkaError::InvalidProducerIdMapping;
    bool is_holder = producer.epoch == record_.producer.epoch && producer.epoch <= LastUsableEpoch;
    if (!is_holder) return KafkaError::ProducerFenced;
    return is_prepared() ? KafkaError::ConcurrentTransactions : KafkaError::None;
}

KafkaError Transaction::add(Producer producer, const std::vector<TopicPartition>& partitions,
                            Timestamp now) {
    if (KafkaError error = check_producer(producer); error != KafkaError::None) return error;
    bool begins = record_.state != Ongoing;
    size_t before = record_.partitions.size();
    record_.partitions.insert(partitions.begin(), partitions.end());
    if (!begins && record_.partitions.size() == before) return KafkaError::None;
    if (begins) record_.started_at = now;
    record_.state = Ongoing;
    record_.updated_at = now;
    return KafkaError::None;
}

KafkaError Transaction::check(Producer producer,
                              const std::vector<TopicPartition>& partitions) const {
    if (KafkaError error = check_producer(producer); error != KafkaError::None) return error;
    auto is_in = [&](const TopicPartition& each) { return record_.partitions.contains(each); };
    bool are_in = record_.state == Ongoing && std::ranges::all_of(partitions, is_in);
    return are_in ? KafkaError::None : KafkaError::TransactionAbortable;
}

// --- the end

Transaction::Answer Transaction::end(Producer producer, bool commits, TransactionProtocol protocol,
                                     ProducerId spare_id, Timestamp now) {
    if (protocol == TransactionProtocol::First) return end_first(producer, commits, now);
    return end_second(producer, commits, spare_id, now);
}

Transaction::Answer Transaction::end_first(Producer producer, bool commits, Timestamp now) {
    if (producer.id != record_.producer.id) return refused(KafkaError::InvalidProducerIdMapping);
    if (producer.epoch != record_.producer.epoch) return refused(KafkaError::ProducerFenced);
    TransactionState prepared = commits ? PrepareCommit : PrepareAbort;
    TransactionState complete = commits ? CompleteCommit : CompleteAbort;
    if (record_.state == prepared) return refused(KafkaError::ConcurrentTransactions);
    // The client has not heard our answer.
    if (record_.state == complete) return {.error = KafkaError::None, .producer = producer};
    if (record_.state != Ongoing) return refused(KafkaError::InvalidTxnState);
    record_.client_version = static_cast<int16_t>(TransactionProtocol::First);
    prepare(commits, now);
    return {.error = KafkaError::None, .producer = producer};
}

Transaction::Answer Transaction::end_second(Producer producer, bool commits, ProducerId spare_id,
                                            Timestamp now) {
    const Producer held = record_.producer;
    // Two ways in which a client that has not heard our answer is behind.
    bool missed_id = producer.id == record_.previous_id && producer.epoch == LastUsableEpoch &&
                     held.epoch == 0 && is_complete(record_.state);
    bool missed_epoch =
        producer.id == held.id && int{producer.epoch} + 1 == held.epoch &&
        (is_prepared() || (is_complete(record_.state) && held.epoch <= LastUsableEpoch));
    if (producer.id != held.id && !missed_id) return refused(KafkaError::InvalidProducerIdMapping);

    if (missed_id || missed_epoch) {
        TransactionState prepared = commits ? PrepareCommit : PrepareAbort;
        TransactionState complete = commits ? CompleteCommit : CompleteAbort;
        if (record_.state == prepared) return refused(KafkaError::ConcurrentTransactions);
        if (record_.state != complete) return refused(KafkaError::InvalidTxnState);
        return {.error = KafkaError::None, .producer = held};
    }
    if (producer.epoch != held.epoch || is_prepared()) return refused(KafkaError::ProducerFenced);
    // One may abort without having written anything, which only raises the epoch.
    if (record_.state != Ongoing && commits) return refused(KafkaError::InvalidTxnState);
    return prepare_second(commits, spare_id, now);
}

Transaction::Answer Transaction::prepare_second(bool commits, ProducerId spare_id, Timestamp now) {
    if (wants_id()) {
        if (spare_id == NoProducer) return refused(KafkaError::ConcurrentTransactions);
        record_.next_id = spare_id;
    }
    record_.client_version = static_cast<int16_t>(TransactionProtocol::Second);
    record_.previous_epoch = record_.producer.epoch;
    ++record_.producer.epoch;
    if (record_.state != Ongoing) record_.started_at = now;
    prepare(commits, now);
    if (record_.next_id != NoProducer) {
        return {.error = KafkaError::None, .producer = {record_.next_id, 0}};
    }
    return {.error = KafkaError::None, .producer = record_.producer};
}

void Transaction::prepare(bool commits, Timestamp now) {
    record_.state = commits ? PrepareCommit : PrepareAbort;
    record_.updated_at = now;
}

void Transaction::abort_overdue(Timestamp now) {
    TARN_ASSERT(record_.state == Ongoing);
    record_.previous_epoch = -1;
    ++record_.producer.epoch;
    prepare(false, now);
}

void Transaction::complete(Timestamp now) {
    TARN_ASSERT(is_prepared());
    record_.state = record_.state == PrepareCommit ? CompleteCommit : CompleteAbort;
    record_.partitions.clear();
    record_.updated_at = now;
    if (record_.next_id == NoProducer) return;
    record_.previous_id = record_.producer.id;
    record_.producer = {record_.next_id, 0};
    record_.next_id = NoProducer;
}

bool Transaction::is_open() const {
    return record_.state == Ongoing;
}

bool Transaction::is_prepared() const {
    return record_.state == PrepareCommit || record_.state == PrepareAbort;
}

bool Transaction::is_overdue(std::chrono::milliseconds open_for) const {
    return is_open() && open_for > record_.timeout;
}

bool Transaction::is_idle() const {
    return !is_open() && !is_prepared();
}

}  // namespace tarn::kafka
