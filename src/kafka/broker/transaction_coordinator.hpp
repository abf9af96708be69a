// Transactions as the broker runs them: state machines in memory (kafka/transactions), every change
// a record in __transaction_state. All of it lives on one shard, that of the group coordinator; the
// functions below may be called from any and bring the answer back to the caller's.
//
// A change is appended before it is applied, and whoever hears of a state hears of it once its
// record is kept. So the end of a transaction is decided by one record, Prepare*: markers are
// written only after it is kept, and after a crash they are written (again) because of it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/steady_time.hpp"
#include "kafka/broker/group_coordinator.hpp"
#include "kafka/broker/producer_ids.hpp"
#include "kafka/broker/state_topic.hpp"
#include "kafka/transactions/transaction.hpp"
#include "runtime/task_group.hpp"

namespace tarn::kafka {

template <typename T>
class Reply;

class TransactionCoordinator {
public:
    struct Parts {
        log::Log& log;
        const runtime::Shards& shards;
        runtime::BlockingPool& blocking;
        const Clock& clock;
        GroupCoordinator& groups;
        ProducerIds& producer_ids;
    };
    struct Settings {
        std::chrono::milliseconds timeout_max{std::chrono::hours(1)};
        // How long a transactional id without any transaction is remembered.
        std::chrono::milliseconds retention{std::chrono::days(7)};
        int transactional_ids_max = 100'000;
    };
    using Partitions = std::vector<TopicPartition>;

    TransactionCoordinator(Parts parts, Settings settings);
    ~TransactionCoordinator();

    // Reads what was kept. Blocks; before start(), after the group coordinator has read its part.
    void load();
    // Goes on with transactions whose end was decided before, and aborts those over their time.
    void start();
    // Answers everyone who waits, and ends.
    awaitable<void> stop();

    // These answer CoordinatorNotAvailable where the disk fails, and nothing has changed then.

    // `request.spare_id` is for this coordinator to fill.
    awaitable<Transaction::Answer> init(std::string id, Transaction::Init request);
    awaitable<KafkaError> add(std::string id, Producer producer, Partitions partitions);
    // TransactionAbortable when they are not all in the transaction that the producer has open.
    awaitable<KafkaError> check(std::string id, Producer producer, Partitions partitions);
    // The same on the coordinators' shard, without waiting.
    KafkaError check_here(const std::string& id, Producer producer, const Partitions& partitions);
    // Returns when the markers stand in all partitions, so that what a client reads after its
    // commit has it; or earlier, when they cannot be written yet.
    awaitable<Transaction::Answer> end(std::string id, Producer producer, bool commits,
                                       TransactionProtocol protocol);

    // Ends, by a marker, what `producer` has open in one partition. Called on the partition's
    // shard; answers up to where the partition has to be kept. Not only for transactions that are
    // known here: administrators end those that nobody knows any more.
    log::Offset append_marker(Producer producer, log::EndMarker marker, const TopicPartition& place,
                              const log::PartitionHandle& handle);

    using Listed = std::pair<std::string, TransactionRecord>;
    // Nothing when there is no such id.
    awaitable<std::optional<TransactionRecord>> describe(std::string id);
    awaitable<std::vector<Listed>> list();

private:
    struct Entry {
        Entry(Transaction transaction, WallTime opened_at, WallTime changed_at)
            : transaction(std::move(transaction)), opened_at(opened_at), changed_at(changed_at) {}

        Transaction transaction;
        // The times in the record are by the wall clock, for people; these decide.
        WallTime opened_at;
        WallTime changed_at;
        log::Offset kept_from = 0;  // its last record is kept once the topic is, up to here
        // Who waits for the markers of the end that is decided.
        std::vector<std::shared_ptr<Reply<bool>>> waiting = {};
    };

    // What is left to do of an end that is decided.
    struct Markers {
        TransactionRecord record;
        std::set<TopicPartition> to_append;
        std::vector<std::pair<log::PartitionHandle, log::Offset>> appended = {};
    };

    template <typename Answered>
    awaitable<Answered> at_home(awaitable<Answered> work, Answered otherwise);
    awaitable<Transaction::Answer> init_here(std::string id, Transaction::Init request);
    awaitable<KafkaError> add_here(std::string id, Producer producer, Partitions partitions);
    awaitable<KafkaError> check_when_kept(std::string id, Producer producer, Partitions partitions);
    awaitable<Transaction::Answer> end_here(std::string id, Producer producer, bool commits,
                                            TransactionProtocol protocol);
    awaitable<ProducerId> spare_id_for(std::string id);
    awaitable<void> wait_for_markers(std::string id);

    awaitable<void> finish(std::string id);
    awaitable<void> write(Markers& markers);
    awaitable<void> watch_time();
    void abort_overdue();
    void forget_idle();

    Entry* find(const std::string& id);
    Entry& remember(const std::string& id, Transaction transaction);
    template <typename Step>
    auto change(const std::string& id, Entry& entry, Step step);
    void release_waiting(Entry& entry);
    log::Timestamp now_ms() const;

    Parts parts_;
    Settings settings_;
    SteadyTime time_;
    Executor home_;
    StateTopic topic_;
    std::map<std::string, std::unique_ptr<Entry>> entries_;
    runtime::TaskGroup tasks_;
    bool is_stopping_ = false;
};

}  // namespace tarn::kafka
