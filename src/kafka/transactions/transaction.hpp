// One transactional id: the producer that holds it and the transaction it may have open. A state
// machine and no more; the coordinator keeps its record after each change, writes the markers once
// the end is decided, and then says so by complete().
//
//   Empty -> Ongoing -> PrepareCommit -> CompleteCommit -> Ongoing ...
//                       PrepareAbort  -> CompleteAbort
//
// Clients speak one of two protocols. In the first an epoch lasts until another producer takes the
// id over, and so an EndTxn that comes late may hit the next transaction. In the second (KIP-890)
// each end raises the epoch, so that what comes late is recognised.
#pragma once

#include <vector>

#include "kafka/transactions/transaction_records.hpp"
#include "kafka/wire/error_codes.hpp"

namespace tarn::kafka {

enum class TransactionProtocol : int16_t { First = 0, Second = 2 };

class Transaction {
public:
    struct Init {
        std::chrono::milliseconds timeout{};
        // What the producer believes to be; one that only wants its epoch raised (KIP-360).
        std::optional<Producer> expected = {};
        // For when the epochs have run out, see wants_id().
        ProducerId spare_id = NoProducer;
    };
    struct Answer {
        KafkaError error = KafkaError::None;
        Producer producer = {};
    };

    // One that no producer holds yet; the first init() gives epoch 0 of this id.
    static Transaction fresh(ProducerId id);
    explicit Transaction(TransactionRecord record) : record_(std::move(record)) {}

    // A producer takes the id over, or goes on after an error. An open transaction is aborted
    // first: the answer is ConcurrentTransactions, to be asked again once that is done.
    Answer init(const Init& request, Timestamp now);
    // The producer is about to write to these partitions; a transaction begins with the first.
    KafkaError add(Producer producer, const std::vector<TopicPartition>& partitions, Timestamp now);
    // Whether it has these partitions in its open transaction: TransactionAbortable if not.
    KafkaError check(Producer producer, const std::vector<TopicPartition>& partitions) const;
    // The producer ends its transaction; asked again, it gets the same answer.
    Answer end(Producer producer, bool commits, TransactionProtocol protocol, ProducerId spare_id,
               Timestamp now);
    // The open transaction is over its time. Its producer is fenced by a higher epoch.
    void abort_overdue(Timestamp now);
    // The markers of a prepared end stand in all partitions.
    void complete(Timestamp now);

    bool is_open() const;
    bool is_prepared() const;
    // Whether it is open, and has been for longer than its producer wanted.
    bool is_overdue(std::chrono::milliseconds open_for) const;
    // Nothing is open.
    bool is_idle() const;
    // Whether init() or end() need a new producer id: the current one has no epochs left.
    bool wants_id() const { return record_.producer.epoch >= LastUsableEpoch; }

    const TransactionRecord& record() const { return record_; }

private:
    // One above it is for fencing whoever has this one.
    static constexpr int16_t LastUsableEpoch = 32766;

    Answer init_anew(const Init& request, Timestamp now);
    Answer hold(const Init& request, Producer producer, int16_t previous_epoch, Timestamp now);
    Answer end_first(Producer producer, bool commits, Timestamp now);
    Answer end_second(Producer producer, bool commits, ProducerId spare_id, Timestamp now);
    Answer prepare_second(bool commits, ProducerId spare_id, Timestamp now);
    void prepare(bool commits, Timestamp now);
    KafkaError check_producer(Producer producer) const;
    bool may_be(Producer expected) const;

    TransactionRecord record_;
};

}  // namespace tarn::kafka
