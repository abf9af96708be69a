#include "kafka/broker/transaction_coordinator.hpp"

#include <boost/asio/post.hpp>

#include "base/error.hpp"
#include "base/log.hpp"
#include "kafka/broker/reply.hpp"
#include "log/records.hpp"

namespace tarn::kafka {
namespace {

// Timeouts are measured in seconds; looking this often is exact enough.
constexpr std::chrono::milliseconds LookEvery{200};
constexpr std::chrono::seconds ForgetIdleEvery{60};
// When markers cannot be written, because the disk is full say.
constexpr std::chrono::milliseconds TryAgainAfter{500};

// Everything lives on the first shard.
constexpr runtime::ShardId Home(0);

Transaction::Answer refused(KafkaError error) {
    return {.error = error, .producer = {}};
}

constexpr Transaction::Answer NotAvailable = {.error = KafkaError::CoordinatorNotAvailable,
                                              .producer = {}};

}  // namespace

TransactionCoordinator::TransactionCoordinator(Parts parts, Settings settings)
    : parts_(parts),
      settings_(settings),
      time_(parts.clock),
      home_(parts.shards.executor_of(Home)),
      topic_({parts.log, parts.blocking, parts.clock}, "__transaction_state"),
      tasks_(home_) {}

TransactionCoordinator::~TransactionCoordinator() = default;

// Carries out one step of the machine. Its record is appended first, so that a failure leaves all
// as it was; the caller waits for `kept_from` before he tells anyone.
template <typename Step>
auto TransactionCoordinator::change(const std::string& id, Entry& entry, Step step) {
    Transaction next = entry.transaction;
    auto answer = step(next);
    if (next.record() == entry.transaction.record()) return answer;
    bool begins = next.is_open() && !entry.transaction.is_open();
    bool begins_to_end = next.is_prepared() && !entry.transaction.is_prepared();
    StateRecord record{encode_transaction_key(id), encode(next.record())};
    entry.kept_from = topic_.append(std::span(&record, 1));
    entry.transaction = std::move(next);
    entry.changed_at = time_.now();
    if (begins) entry.opened_at = entry.changed_at;
    if (begins_to_end) tasks_.spawn("transaction end", finish(id));
    return answer;
}

void TransactionCoordinator::load() {
    auto load_batch = [this](BytesView batch, const log::BatchHeader& header) {
        if (header.is_control()) return;
        log::RecordReader reader = log::RecordReader::open(batch);
        while (auto record = reader.next()) {
            auto id = record->key ? decode_transaction_key(*record->key) : std::nullopt;
            if (!id) continue;
            if (record->value) {
                remember(*id, Transaction(decode_transaction(*record->value)));
            } else {
                entries_.erase(*id);
            }
        }
    };
    topic_.read_all(load_batch);
}

void TransactionCoordinator::start() {
    asio::post(home_, [this] {
        for (const auto& [id, entry] : entries_) {
            if (entry->transaction.is_prepared()) tasks_.spawn("transaction end", finish(id));
        }
        tasks_.spawn("transactions", watch_time());
    });
}

awaitable<void> TransactionCoordinator::stop() {
    auto stop_here = [](TransactionCoordinator& self) -> awaitable<void> {
        self.is_stopping_ = true;
        for (auto& [id, entry] : self.entries_) self.release_waiting(*entry);
        self.tasks_.cancel();
        co_await self.tasks_.join();
    };
    co_await asio::co_spawn(home_, stop_here(*this), use_awaitable);
}

// --- what producers ask

template <typename Answered>
awaitable<Answered> TransactionCoordinator::at_home(awaitable<Answered> work, Answered otherwise) {
    try {
        Answered answer = co_await asio::co_spawn(home_, std::move(work), use_awaitable);
        co_return answer;
    } catch (const Error& error) {
        TARN_LOG_WARN("a transaction cannot go on: {}", error.what());
    }
    co_return otherwise;
}

awaitable<Transaction::Answer> TransactionCoordinator::init(std::string id,
                                                            Transaction::Init request) {
    co_return co_await at_home(init_here(std::move(id), request), NotAvailable);
}

awaitable<Transaction::Answer> TransactionCoordinator::init_here(std::string id,
                                                                 Transaction::Init request) {
    if (id.empty()) co_return refused(KafkaError::InvalidRequest);
    if (request.timeout.count() <= 0 || request.timeout > settings_.timeout_max) {
        co_return refused(KafkaError::InvalidTransactionTimeout);
    }
    co_await topic_.create_if_missing();
    while (true) {
        request.spare_id = co_await spare_id_for(id);
        if (is_stopping_) co_return refused(KafkaError::CoordinatorNotAvailable);
        Entry* entry = find(id);
        if (!entry) {
            if (request.spare_id == NoProducer) continue;
            if (std::ssize(entries_) >= settings_.transactional_ids_max) {
                co_return refused(KafkaError::CoordinatorNotAvailable);
            }
            entry = &remember(id, Transaction::fresh(request.spare_id));
        }
        auto answer = change(id, *entry, [&](Transaction& transaction) {
            return transaction.init(request, now_ms());
        });
        co_await topic_.wait_until_kept(entry->kept_from);
        if (answer.error != KafkaError::ConcurrentTransactions) co_return answer;
        // Asked again here, as soon as there is another answer, and not by the client.
        co_await wait_for_markers(id);
        Entry* after = find(id);
        if (!after || after->transaction.is_prepared()) co_return answer;
    }
}

awaitable<KafkaError> TransactionCoordinator::add(std::string id, Producer producer,
                                                  Partitions partitions) {
    co_return co_await at_home(add_here(std::move(id), producer, std::move(partitions)),
                               NotAvailable.error);
}

awaitable<KafkaError> TransactionCoordinator::add_here(std::string id, Producer producer,
                                                       Partitions partitions) {
    if (id.empty()) co_return KafkaError::InvalidRequest;
    if (is_stopping_) co_return KafkaError::CoordinatorNotAvailable;
    Entry* entry = find(id);
    if (!entry) co_return KafkaError::InvalidProducerIdMapping;
    KafkaError error = change(id, *entry, [&](Transaction& transaction) {
        return transaction.add(producer, partitions, now_ms());
    });
    if (error == KafkaError::None) co_await topic_.wait_until_kept(entry->kept_from);
    co_return error;
}

awaitable<KafkaError> TransactionCoordinator::check(std::string id, Producer producer,
                                                    Partitions partitions) {
    co_return co_await at_home(check_when_kept(std::move(id), producer, std::move(partitions)),
                               NotAvailable.error);
}

awaitable<KafkaError> TransactionCoordinator::check_when_kept(std::string id, Producer producer,
                                                              Partitions partitions) {
    KafkaError error = check_here(id, producer, partitions);
    Entry* entry = find(id);
    if (error == KafkaError::None) co_await topic_.wait_until_kept(entry->kept_from);
    co_return error;
}

KafkaError TransactionCoordinator::check_here(const std::string& id, Producer producer,
                                              const Partitions& partitions) {
    if (is_stopping_) return KafkaError::CoordinatorNotAvailable;
    Entry* entry = find(id);
    return entry ? entry->transaction.check(producer, partitions)
                 : KafkaError::InvalidProducerIdMapping;
}

awaitable<Transaction::Answer> TransactionCoordinator::end(std::string id, Producer producer,
                                                           bool commits,
                                                           TransactionProtocol protocol) {
    co_return co_await at_home(end_here(std::move(id), producer, commits, protocol), NotAvailable);
}

awaitable<Transaction::Answer> TransactionCoordinator::end_here(std::string id, Producer producer,
                                                                bool commits,
                                                                TransactionProtocol protocol) {
    if (id.empty()) co_return refused(KafkaError::InvalidRequest);
    if (!find(id)) co_return refused(KafkaError::InvalidProducerIdMapping);
    ProducerId spare_id = co_await spare_id_for(id);
    Entry* entry = find(id);
    if (!entry) co_return refused(KafkaError::InvalidProducerIdMapping);
    if (is_stopping_) co_return refused(KafkaError::CoordinatorNotAvailable);
    auto answer = change(id, *entry, [&](Transaction& transaction) {
        return transaction.end(producer, commits, protocol, spare_id, now_ms());
    });
    if (answer.error != KafkaError::None) co_return answer;
    co_await topic_.wait_until_kept(entry->kept_from);
    co_await wait_for_markers(id);
    co_return answer;
}

// One that is most likely not needed costs nothing; to take one waits now and then for the disk.
awaitable<ProducerId> TransactionCoordinator::spare_id_for(std::string id) {
    Entry* entry = find(id);
    if (entry && !entry->transaction.wants_id()) co_return NoProducer;
    ProducerIds& ids = parts_.producer_ids;
    co_return co_await parts_.blocking.run([&ids] { return ids.next(); });
}

awaitable<void> TransactionCoordinator::wait_for_markers(std::string id) {
    Entry* entry = find(id);
    if (!entry || !entry->transaction.is_prepared() || is_stopping_) co_return;
    auto reply = std::make_shared<Reply<bool>>(home_);
    entry->waiting.push_back(reply);
    co_await reply->wait();
}

awaitable<std::optional<TransactionRecord>> TransactionCoordinator::describe(std::string id) {
    co_return co_await runtime::run_on(home_, [this, &id] {
        Entry* entry = find(id);
        return entry ? std::optional(entry->transaction.record()) : std::nullopt;
    });
}

awaitable<std::vector<TransactionCoordinator::Listed>> TransactionCoordinator::list() {
    co_return co_await runtime::run_on(home_, [this] {
        std::vector<Listed> all;
        for (const auto& [id, entry] : entries_) all.emplace_back(id, entry->transaction.record());
        return all;
    });
}

// --- the end of a transaction

// From the decision, which stands in the entry, to its completion. There is one such task for each
// entry that is prepared.
awaitable<void> TransactionCoordinator::finish(std::string id) {
    // Prepared entries are not forgotten.
    Entry& entry = *find(id);
    Markers markers{.record = entry.transaction.record(),
                    .to_append = entry.transaction.record().partitions};
    while (true) {
        try {
            co_await topic_.wait_until_kept(entry.kept_from);
            co_await write(markers);
            // Nobody waits for this record: until it is kept the markers are written again after a
            // crash, and what follows in the next transaction stands behind it.
            change(id, entry, [&](Transaction& transaction) {
                transaction.complete(now_ms());
                return true;
            });
            release_waiting(entry);
            co_return;
        } catch (const Error& error) {
            TARN_LOG_WARN("the end of transaction {} has to wait: {}", id, error.what());
            release_waiting(entry);
        }
        co_await runtime::sleep(TryAgainAfter);
    }
}

awaitable<void> TransactionCoordinator::write(Markers& markers) {
    while (!markers.to_append.empty()) {
        TopicPartition next = *markers.to_append.begin();
        log::TopicPtr topic = parts_.log.topics().find(next.topic);
        log::PartitionHandle handle;
        // A topic that was deleted meanwhile takes its part of the transaction along.
        if (topic && next.partition < topic->partition_count()) {
            handle = topic->partitions[static_cast<size_t>(next.partition)];
        }
        if (handle.partition) {
            auto append = [this, &markers, &next, handle] {
                bool commits = markers.record.state == TransactionState::PrepareCommit;
                log::EndMarker marker{commits, parts_.log.leader_epoch()};
                return append_marker(markers.record.producer, marker, next, handle);
            };
            log::Offset end = co_await parts_.shards.on(handle.shard, append);
            markers.appended.emplace_back(handle, end);
        }
        markers.to_append.erase(next);
    }
    for (const auto& [handle, end] : markers.appended) {
        co_await parts_.log.wait_until_kept(handle, end);
    }
}

log::Offset TransactionCoordinator::append_marker(Producer producer, log::EndMarker marker,
                                                  const TopicPartition& place,
                                                  const log::PartitionHandle& handle) {
    auto appended = handle.partition->append_marker(producer.id, producer.epoch, marker);
    parts_.log.appended(handle);
    if (place == parts_.groups.offsets_partition()) {
        parts_.groups.transaction_ended(producer.id, marker.commits);
    }
    return appended.next_offset;
}

void TransactionCoordinator::release_waiting(Entry& entry) {
    for (const auto& reply : std::exchange(entry.waiting, {})) reply->give(true);
}

// --- time

awaitable<void> TransactionCoordinator::watch_time() {
    Ticks forget_next = parts_.clock.ticks() + ForgetIdleEvery;
    while (true) {
        try {
            abort_overdue();
            if (parts_.clock.ticks() >= forget_next) {
                forget_next = parts_.clock.ticks() + ForgetIdleEvery;
                forget_idle();
            }
        } catch (const Error& error) {
            TARN_LOG_WARN("cannot write to {}: {}", topic_.name(), error.what());
        }
        co_await runtime::sleep(LookEvery);
    }
}

void TransactionCoordinator::abort_overdue() {
    for (auto& [id, entry] : entries_) {
        auto open_for =
            std::chrono::floor<std::chrono::milliseconds>(time_.now() - entry->opened_at);
        if (!entry->transaction.is_overdue(open_for)) continue;
        TARN_LOG_INFO("transaction {} is over its time of {} ms and is aborted", id,
                      entry->transaction.record().timeout.count());
        change(id, *entry, [this](Transaction& transaction) {
            transaction.abort_overdue(now_ms());
            return true;
        });
    }
}

void TransactionCoordinator::forget_idle() {
    auto is_forgotten = [oldest = time_.now() - settings_.retention](const auto& each) {
        const Entry& entry = *each.second;
        return entry.transaction.is_idle() && entry.changed_at < oldest;
    };
    std::vector<StateRecord> records;
    for (const auto& each : entries_) {
        if (is_forgotten(each)) records.push_back({encode_transaction_key(each.first), {}});
    }
    if (records.empty()) return;
    topic_.append(records);
    std::erase_if(entries_, is_forgotten);
}

TransactionCoordinator::Entry* TransactionCoordinator::find(const std::string& id) {
    auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : found->second.get();
}

// What an earlier run wrote down may lie ahead of us, if the clock was set back since.
TransactionCoordinator::Entry& TransactionCoordinator::remember(const std::string& id,
                                                                Transaction transaction) {
    auto not_ahead = [now = time_.now()](log::Timestamp kept) {
        return std::min(now, WallTime(std::chrono::milliseconds(kept)));
    };
    const TransactionRecord& record = transaction.record();
    WallTime opened_at = not_ahead(record.started_at), changed_at = not_ahead(record.updated_at);
    auto entry = std::make_unique<Entry>(std::move(transaction), opened_at, changed_at);
    return *(entries_[id] = std::move(entry));
}

log::Timestamp TransactionCoordinator::now_ms() const {
    return unix_ms(parts_.clock.now());
}

}  // namespace tarn::kafka
