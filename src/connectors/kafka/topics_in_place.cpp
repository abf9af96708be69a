#include "connectors/kafka/topics_in_place.hpp"

#include <fmt/format.h>

#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "kafka/broker/broker_metrics.hpp"
#include "kafka/broker/group_coordinator.hpp"
#include "kafka/broker/transaction_coordinator.hpp"
#include "kafka/client/refusal.hpp"
#include "log/batch_check.hpp"
#include "log/recompress.hpp"

namespace tarn::connectors {
namespace {

// Something to be done with one partition, on its shard.
template <typename Value>
struct Visited {
    TopicPartition which;
    Value value;
    log::PartitionHandle handle = {};
};

log::Offset offset_at(const log::Partition& partition, log::Timestamp time,
                      log::Isolation isolation) {
    if (time == kafka::client::Earliest) return partition.start_offset();
    if (time == kafka::client::Latest) return partition.high_watermark();
    auto found = partition.find_time(time, isolation);
    return found ? found->offset : -1;
}

struct Found {
    bool is_out_of_range = false;
    log::Batches batches = {};
};

Found batches_at(const log::Partition& partition, log::Offset offset,
                 const log::ReadLimits& limits) {
    if (offset < partition.start_offset() || offset > partition.end_offset()) {
        return {.is_out_of_range = true};
    }
    return {.batches = partition.read(offset, limits)};
}

// On the thread of the job.
ReadBatches bytes_of(Found found) {
    ReadBatches answer{.is_out_of_range = found.is_out_of_range,
                       .aborted = std::move(found.batches.aborted)};
    if (found.batches.size == 0) return answer;
    auto bytes = std::make_shared<Bytes>();
    for (const log::Slice& slice : found.batches.slices) {
        Bytes piece = slice.file->read_at(slice.offset, slice.size);
        if (bytes->empty()) {
            *bytes = std::move(piece);
        } else {
            bytes->insert(bytes->end(), piece.begin(), piece.end());
        }
    }
    answer.bytes = *bytes;
    answer.holder = std::move(bytes);
    return answer;
}

const log::PartitionHandle& handle_of(const log::Topic& topic, const TopicPartition& which) {
    const auto& handle = topic.partitions.at(static_cast<size_t>(which.partition));
    if (handle.partition) return handle;
    throw Error(ErrorCode::Corrupt, "the files of {} are damaged", text_of(which))
        .with_hint("the log told of it when Tarn started");
}

void check(kafka::KafkaError error, const std::string& group) {
    if (error == kafka::KafkaError::None) return;
    throw Error(ErrorCode::Unavailable, "group '{}' takes no offsets: {}", group, name_of(error));
}

// Asks again while the end of the transaction before is under way.
template <typename Ask>
auto settled(Ask ask) {
    constexpr std::chrono::seconds Patience{15};
    constexpr std::chrono::milliseconds Pause{10};
    Ticks give_up = SystemClock().ticks() + Patience;
    auto answer = ask();
    while (answer.error == kafka::KafkaError::ConcurrentTransactions &&
           SystemClock().ticks() < give_up) {
        std::this_thread::sleep_for(Pause);
        answer = ask();
    }
    return answer;
}

void check(kafka::KafkaError error, const TransactionHolder& holder) {
    kafka::client::check(code_of(error), fmt::format("transactional id '{}'", holder.id));
}

kafka::Producer producer_of(const TransactionHolder& holder) {
    return {holder.producer, holder.epoch};
}

}  // namespace

// Visits all items of a shard in one go.
template <typename Items, typename Visit>
void TopicsInPlace::visit(Items& items, Visit visit) const {
    using Item = typename Items::value_type;
    std::map<runtime::ShardId, std::vector<Item*>> by_shard;
    for (Item& item : items) {
        item.handle = handle_of(*topic_of(item.which), item.which);
        by_shard[item.handle.shard].push_back(&item);
    }
    for (auto& [shard, visited] : by_shard) {
        auto work = [&visited = visited, &visit] {
            for (Item* item : visited) visit(*item->handle.partition, *item);
        };
        runtime::run(broker_.shards.on(shard, work));
    }
}

log::TopicPtr TopicsInPlace::topic_of(const TopicPartition& which) const {
    log::TopicPtr topic = broker_.log.topics().find(which.topic);
    if (topic && topic->has_partition(which.partition)) return topic;
    throw Error(ErrorCode::NotFound, "there is no partition {}", text_of(which))
        .with_hint("was the topic deleted while the job ran?");
}

std::map<std::string, int32_t> TopicsInPlace::topics() {
    std::map<std::string, int32_t> counts;
    for (const auto& [name, topic] : broker_.log.topics().table()->by_name) {
        if (!topic->is_internal()) counts.emplace(name, topic->partition_count());
    }
    return counts;
}

int32_t TopicsInPlace::partition_count(const std::string& name, kafka::client::Missing missing) {
    if (auto topic = broker_.log.topics().find(name)) return topic->partition_count();
    bool may_create = missing == kafka::client::Missing::Create && broker_.settings.creates_topics;
    if (may_create) {
        int partitions = broker_.settings.default_partitions;
        return broker_.log.topics()
            .create({.name = name, .partitions = partitions})
            ->partition_count();
    }
    std::vector<std::string> known;
    for (const auto& [each, partitions] : topics()) known.push_back(each);
    throw Error(ErrorCode::NotFound, "there is no topic '{}'", name)
        .with_hint(known.empty() ? "there are no topics yet; `tarn topic create " + name + "`"
                                 : name_hint(name, known));
}

PartitionOffsets TopicsInPlace::offsets_at(const std::vector<TopicPartition>& partitions,
                                           log::Timestamp time) {
    std::vector<Visited<log::Offset>> asked;
    for (const TopicPartition& which : partitions) asked.push_back({which, -1});
    visit(asked, [&](const log::Partition& partition, auto& item) {
        item.value = offset_at(partition, time, isolation_);
    });
    PartitionOffsets offsets;
    for (const auto& item : asked) offsets[item.which] = item.value;
    return offsets;
}

PartitionOffsets TopicsInPlace::committed(const std::string& group) {
    PartitionOffsets offsets;
    for (const auto& found : runtime::run(broker_.groups.offsets(group, std::nullopt))) {
        if (found.offset.offset >= 0) offsets[found.partition] = found.offset.offset;
    }
    return offsets;
}

void TopicsInPlace::commit(const std::string& group, const PartitionOffsets& offsets) {
    std::vector<kafka::OffsetToCommit> commits;
    for (const auto& [which, offset] : offsets) {
        commits.push_back({which, {.offset = offset, .committed_at = broker_.groups.now_ms()}});
    }
    check(runtime::run(
              broker_.groups.commit(group, {}, kafka::MembersCount::Epochs, std::move(commits))),
          group);
}

std::vector<ReadBatches> TopicsInPlace::read(const std::vector<ReadFrom>& wanted) {
    log::ReadLimits limits{.bytes_max = read_share(wanted.size()), .isolation = isolation_};
    struct Item {
        TopicPartition which;
        log::Offset offset;
        Found found = {};
        log::PartitionHandle handle = {};
    };
    std::vector<Item> items;
    for (const ReadFrom& from : wanted) items.push_back({from.which, from.offset});
    visit(items, [&](const log::Partition& partition, Item& item) {
        item.found = batches_at(partition, item.offset, limits);
    });
    std::vector<ReadBatches> answers;
    for (Item& item : items) answers.push_back(bytes_of(std::move(item.found)));
    return answers;
}

void TopicsInPlace::keep(const PartitionOffsets& from) {
    std::vector<Visited<log::Offset>> items;
    for (const auto& [which, offset] : from) items.push_back({which, offset});
    visit(items, [&](log::Partition& partition, auto& item) {
        std::shared_ptr<log::Pin>& pin = pins_[item.which];
        bool is_there =
            item.value >= partition.start_offset() && item.value <= partition.end_offset();
        bool is_far_behind =
            !is_there || partition.bytes_after(item.value, log::Isolation::Uncommitted,
                                               KeptBytesMax) >= KeptBytesMax;
        if (is_far_behind) {
            pin.reset();
        } else if (pin) {
            pin->offset = item.value;
        } else {
            pin = partition.pin(item.value);
        }
    });
}

// Batches of a transaction stand in it already: their partitions have been added.
void TopicsInPlace::append(std::vector<NewBatch> batches, const TransactionHolder*) {
    for (NewBatch& batch : batches) append(*topic_of(batch.which), batch);
}

// As a Produce request is treated.
void TopicsInPlace::append(const log::Topic& topic, NewBatch& batch) {
    auto checked = log::check_batch(batch.bytes, topic.settings, unix_ms(broker_.clock.now()));
    if (auto* refused = std::get_if<log::RefusedBatch>(&checked)) {
        throw Error(ErrorCode::InvalidInput, "{} does not take the records: {}",
                    text_of(batch.which), refused->reason);
    }
    const auto& good = std::get<log::CheckedBatch>(checked);
    log::correct_max_timestamp(batch.bytes, good);
    if (topic.stored_codec && *topic.stored_codec != good.header.codec()) {
        batch.bytes = log::recompress(batch.bytes, *topic.stored_codec);
    }
    const log::PartitionHandle& handle = handle_of(topic, batch.which);
    auto work = [&] {
        auto outcome = handle.partition->append(batch.bytes);
        if (std::holds_alternative<log::Appended>(outcome)) broker_.log.appended(handle);
        return outcome;
    };
    auto outcome = runtime::run(broker_.shards.on(handle.shard, work));
    if (auto* refusal = std::get_if<log::Refusal>(&outcome)) {
        throw Error(ErrorCode::InvalidInput, "{} does not take the records: {}",
                    text_of(batch.which), name_of(*refusal));
    }
    broker_.metrics.messages_in.Increment(good.header.record_count);
    unflushed_.insert_or_assign(batch.which,
                                Appended{handle, std::get<log::Appended>(outcome).next_offset});
}

void TopicsInPlace::flush() {
    for (const auto& [which, appended] : std::exchange(unflushed_, {})) {
        runtime::run(broker_.log.wait_until_kept(appended.handle, appended.next));
    }
}

TransactionHolder TopicsInPlace::hold_transactions(const std::string& id,
                                                   std::chrono::milliseconds timeout) {
    auto answer =
        settled([&] { return runtime::run(broker_.transactions.init(id, {.timeout = timeout})); });
    TransactionHolder holder{id, answer.producer.id, answer.producer.epoch};
    check(answer.error, holder);
    return holder;
}

void TopicsInPlace::add_to_transaction(const TransactionHolder& holder,
                                       const std::vector<TopicPartition>& partitions) {
    auto answer = settled([&] {
        auto error =
            runtime::run(broker_.transactions.add(holder.id, producer_of(holder), partitions));
        return kafka::Transaction::Answer{.error = error};
    });
    check(answer.error, holder);
}

void TopicsInPlace::commit_transaction(const TransactionHolder& holder) {
    auto answer = settled([&] {
        return runtime::run(broker_.transactions.end(holder.id, producer_of(holder), true,
                                                     kafka::TransactionProtocol::First));
    });
    check(answer.error, holder);
}

}  // namespace tarn::connectors
