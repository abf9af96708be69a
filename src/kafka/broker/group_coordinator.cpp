#include "kafka/broker/group_coordinator.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "kafka/broker/reply.hpp"
#include "log/control_record.hpp"
#include "log/records.hpp"

namespace tarn::kafka {
namespace {

// Sessions and rebalances are measured in seconds; looking this often is exact enough.
constexpr std::chrono::milliseconds LookEvery{50};
constexpr std::chrono::seconds ExpireOffsetsEvery{60};

// Everything lives on the first shard.
constexpr runtime::ShardId Home(0);

GroupDescription described(const ClassicGroup& group) {
    GroupDescription description{.id = group.id(),
                                 .state = std::string(group.state_name()),
                                 .protocol_type = group.protocol_type().value_or(""),
                                 .protocol = {},
                                 .members = {}};
    bool is_settled = group.state() == ClassicGroup::State::Stable;
    if (is_settled) description.protocol = group.protocol().value_or("");
    for (const auto& [id, member] : group.members()) {
        const Bytes* metadata = is_settled ? member.metadata_for(description.protocol) : nullptr;
        description.members.push_back({.id = id,
                                       .instance_id = member.instance_id,
                                       .client_id = member.client_id,
                                       .client_host = member.client_host,
                                       .metadata = metadata ? *metadata : Bytes(),
                                       .assignment = is_settled ? member.assignment : Bytes()});
    }
    return description;
}

GroupDescription dead(std::string id) {
    GroupDescription description;
    description.error = KafkaError::GroupIdNotFound;
    description.id = std::move(id);
    description.state = "Dead";
    return description;
}

}  // namespace

GroupCoordinator::GroupCoordinator(Parts parts, Settings settings)
    : parts_(parts),
      settings_(settings),
      time_(parts.clock),
      home_(parts.shards.executor_of(Home)),
      topic_({parts.log, parts.blocking, parts.clock}, "__consumer_offsets"),
      tasks_(home_) {
    parts_.log.topics().on_removed([this](const log::Topic& topic) {
        asio::post(home_, [this, gone = log::Topic(topic)] { forget_topic(gone); });
    });
}

GroupCoordinator::~GroupCoordinator() = default;

// Runs a function on the coordinator's shard; its answer comes back to the caller's.
template <typename Work>
auto GroupCoordinator::at_home(Work work) {
    return runtime::run_on(home_, std::move(work));
}

void GroupCoordinator::start() {
    asio::post(home_, [this] { tasks_.spawn("groups", watch_time()); });
}

awaitable<void> GroupCoordinator::stop() {
    auto stop_here = [](GroupCoordinator& self) -> awaitable<void> {
        self.is_stopping_ = true;
        for (auto& [id, group] : self.groups_) {
            group->members.refuse_all_waiting(KafkaError::CoordinatorNotAvailable);
        }
        self.tasks_.cancel();
        co_await self.tasks_.join();
    };
    co_await asio::co_spawn(home_, stop_here(*this), use_awaitable);
}

awaitable<void> GroupCoordinator::create_topic_if_missing() {
    co_await asio::co_spawn(home_, topic_.create_if_missing(), use_awaitable);
}

// --- membership

awaitable<JoinAnswer> GroupCoordinator::join(std::string group, JoinRequest request) {
    co_return co_await asio::co_spawn(home_, join_here(std::move(group), std::move(request)),
                                      use_awaitable);
}

awaitable<JoinAnswer> GroupCoordinator::join_here(std::string group_id, JoinRequest request) {
    co_await topic_.create_if_missing();
    // A member id that comes before any group is left from another life of the group.
    Group* group = request.member_id.empty() ? find_or_create(group_id) : find(group_id);
    if (!group || is_stopping_) {
        JoinAnswer refused;
        refused.error = is_stopping_ || request.member_id.empty()
                            ? KafkaError::CoordinatorNotAvailable
                            : KafkaError::UnknownMemberId;
        refused.member_id = request.member_id;
        co_return refused;
    }
    auto reply = std::make_shared<Reply<JoinAnswer>>(home_);
    group->members.join(std::move(request), ticks(),
                        [reply](JoinAnswer answer) { reply->give(std::move(answer)); });
    after_change(*group);
    co_return co_await reply->wait();
}

awaitable<SyncAnswer> GroupCoordinator::sync(std::string group, SyncRequest request) {
    co_return co_await asio::co_spawn(home_, sync_here(std::move(group), std::move(request)),
                                      use_awaitable);
}

awaitable<SyncAnswer> GroupCoordinator::sync_here(std::string group_id, SyncRequest request) {
    Group* group = find(group_id);
    if (!group || is_stopping_) {
        SyncAnswer refused;
        refused.error =
            is_stopping_ ? KafkaError::CoordinatorNotAvailable : KafkaError::UnknownMemberId;
        co_return refused;
    }
    auto reply = std::make_shared<Reply<SyncAnswer>>(home_);
    group->members.sync(std::move(request), ticks(),
                        [reply](SyncAnswer answer) { reply->give(std::move(answer)); });
    after_change(*group);
    co_return co_await reply->wait();
}

awaitable<KafkaError> GroupCoordinator::heartbeat(std::string group_id, Speaker speaker) {
    co_return co_await at_home([this, &group_id, &speaker] {
        Group* group = find(group_id);
        return group ? group->members.heartbeat(speaker, ticks()) : KafkaError::UnknownMemberId;
    });
}

awaitable<std::vector<KafkaError>> GroupCoordinator::leave(std::string group_id,
                                                           std::vector<Speaker> speakers) {
    co_return co_await at_home([this, &group_id, &speakers] {
        std::vector<KafkaError> errors;
        Group* group = find(group_id);
        for (const Speaker& speaker : speakers) {
            errors.push_back(group ? group->members.leave(speaker, ticks())
                                   : KafkaError::UnknownMemberId);
        }
        if (group) after_change(*group);
        return errors;
    });
}

// --- offsets

awaitable<KafkaError> GroupCoordinator::commit(std::string group, Speaker speaker,
                                               std::vector<OffsetToCommit> offsets) {
    co_return co_await asio::co_spawn(home_,
                                      commit_here(std::move(group), std::move(speaker),
                                                  std::nullopt, std::move(offsets), nullptr),
                                      use_awaitable);
}

awaitable<KafkaError> GroupCoordinator::commit_in_transaction(std::string group, Speaker speaker,
                                                              InTransaction transaction,
                                                              std::vector<OffsetToCommit> offsets,
                                                              std::function<KafkaError()> is_open) {
    co_return co_await asio::co_spawn(home_,
                                      commit_here(std::move(group), std::move(speaker), transaction,
                                                  std::move(offsets), std::move(is_open)),
                                      use_awaitable);
}

awaitable<KafkaError> GroupCoordinator::commit_here(std::string group_id, Speaker speaker,
                                                    std::optional<InTransaction> transaction,
                                                    std::vector<OffsetToCommit> offsets,
                                                    std::function<KafkaError()> is_open) {
    co_await topic_.create_if_missing();
    bool names_a_generation = speaker.generation >= 0;
    Group* group = names_a_generation ? find(group_id) : find_or_create(group_id);
    if (!group) {
        co_return names_a_generation ? KafkaError::IllegalGeneration
                                     : KafkaError::CoordinatorNotAvailable;
    }
    KafkaError error = transaction ? group->members.may_commit_in_transaction(speaker, ticks())
                                   : group->members.may_commit(speaker, ticks());
    if (error == KafkaError::None && is_open) error = is_open();
    if (error != KafkaError::None || offsets.empty()) co_return error;

    std::vector<StateRecord> records;
    for (const OffsetToCommit& each : offsets) {
        records.push_back({encode(OffsetKey{group_id, each.partition}), encode(each.offset)});
    }
    log::Offset appended = topic_.append(records, transaction);
    for (OffsetToCommit& each : offsets) {
        if (transaction) {
            group->offsets.stage(transaction->producer_id, each.partition, std::move(each.offset));
        } else {
            group->offsets.commit(each.partition, std::move(each.offset));
        }
    }
    co_await topic_.wait_until_kept(appended);
    co_return KafkaError::None;
}

void GroupCoordinator::transaction_ended(log::ProducerId producer, bool commits) {
    for (auto& [id, group] : groups_) group->offsets.complete(producer, commits);
}

awaitable<std::vector<FetchedOffset>> GroupCoordinator::offsets(
    std::string group_id, std::optional<std::vector<TopicPartition>> partitions) {
    co_return co_await at_home([this, &group_id, &partitions] {
        std::vector<FetchedOffset> found;
        Group* group = find(group_id);
        if (!partitions) {
            if (!group) return found;
            for (const auto& [partition, offset] : group->offsets.all()) {
                found.push_back({partition, offset, group->offsets.is_unstable(partition)});
            }
            return found;
        }
        for (const TopicPartition& partition : *partitions) {
            const CommittedOffset* offset = group ? group->offsets.find(partition) : nullptr;
            found.push_back({partition, offset ? *offset : CommittedOffset(),
                             group && group->offsets.is_unstable(partition)});
        }
        return found;
    });
}

awaitable<std::vector<KafkaError>> GroupCoordinator::delete_offsets(
    std::string group, std::vector<TopicPartition> partitions) {
    co_return co_await asio::co_spawn(
        home_, delete_offsets_here(std::move(group), std::move(partitions)), use_awaitable);
}

awaitable<std::vector<KafkaError>> GroupCoordinator::delete_offsets_here(
    std::string group_id, std::vector<TopicPartition> partitions) {
    Group* group = find(group_id);
    if (!group) {
        co_return std::vector<KafkaError>(partitions.size(), KafkaError::GroupIdNotFound);
    }
    auto subscribed = group->members.subscribed_topics();
    std::vector<KafkaError> errors;
    std::vector<StateRecord> records;
    for (const TopicPartition& partition : partitions) {
        bool is_read =
            !subscribed || std::ranges::find(*subscribed, partition.topic) != subscribed->end();
        errors.push_back(is_read ? KafkaError::GroupSubscribedToTopic : KafkaError::None);
        if (is_read || !group->offsets.find(partition)) continue;
        records.push_back({encode(OffsetKey{group_id, partition}), std::nullopt});
        group->offsets.remove(partition);
    }
    if (!records.empty()) {
        log::Offset appended = topic_.append(records);
        co_await topic_.wait_until_kept(appended);
    }
    co_return errors;
}

// --- administration

awaitable<std::vector<GroupDescription>> GroupCoordinator::list() {
    co_return co_await at_home([this] {
        std::vector<GroupDescription> all;
        for (const auto& [id, group] : groups_) {
            // One that nobody has joined yet, or whose only member was refused.
            if (is_dead(*group) && group->members.generation() == 0) continue;
            GroupDescription description = described(group->members);
            description.members.clear();
            all.push_back(std::move(description));
        }
        return all;
    });
}

awaitable<GroupDescription> GroupCoordinator::describe(std::string group_id) {
    co_return co_await at_home([this, &group_id] {
        Group* group = find(group_id);
        return group ? described(group->members) : dead(group_id);
    });
}

awaitable<KafkaError> GroupCoordinator::remove(std::string group) {
    co_return co_await asio::co_spawn(home_, remove_here(std::move(group)), use_awaitable);
}

awaitable<KafkaError> GroupCoordinator::remove_here(std::string group_id) {
    Group* group = find(group_id);
    if (!group) co_return KafkaError::GroupIdNotFound;
    if (!group->members.is_empty()) co_return KafkaError::NonEmptyGroup;
    std::vector<StateRecord> records = {{encode(GroupKey{group_id}), std::nullopt}};
    for (const auto& [partition, offset] : group->offsets.all()) {
        records.push_back({encode(OffsetKey{group_id, partition}), std::nullopt});
    }
    log::Offset appended = topic_.append(records);
    groups_.erase(group_id);
    co_await topic_.wait_until_kept(appended);
    co_return KafkaError::None;
}

// Offsets of a topic that is gone say nothing about one that takes its name.
void GroupCoordinator::forget_topic(const log::Topic& topic) {
    for (auto& [id, group] : groups_) {
        std::vector<StateRecord> records;
        for (int i = 0; i < topic.partition_count(); ++i) {
            TopicPartition partition{topic.name, i};
            if (!group->offsets.find(partition)) continue;
            records.push_back({encode(OffsetKey{id, partition}), std::nullopt});
            group->offsets.remove(partition);
        }
        if (!records.empty()) topic_.append(records);
    }
}

// --- time

awaitable<void> GroupCoordinator::watch_time() {
    Ticks expire_next = ticks();
    while (true) {
        co_await runtime::sleep(LookEvery);
        let_time_pass(ticks());
        if (ticks() < expire_next) continue;
        expire_next = ticks() + ExpireOffsetsEvery;
        for (auto& [id, group] : groups_) expire_offsets(*group, now_ms());
        forget_dead_groups();
    }
}

void GroupCoordinator::let_time_pass(Ticks now) {
    for (auto& [id, group] : groups_) {
        auto deadline = group->members.next_deadline();
        if (!deadline || *deadline > now) continue;
        group->members.on_time(now);
        after_change(*group);
    }
}

// KIP-211: the offsets of a group expire once it has been empty for the retention time; of topics
// that a live group no longer reads, once they are that old.
void GroupCoordinator::expire_offsets(Group& group, log::Timestamp now) {
    log::Timestamp oldest = now - settings_.offsets_retention.count();
    auto subscribed = group.members.subscribed_topics();
    if (!subscribed) return;
    if (subscribed->empty() && group.empty_since && *group.empty_since > oldest) return;
    auto is_read = [&](const std::string& topic) {
        return std::ranges::binary_search(*subscribed, topic);
    };
    std::vector<StateRecord> records;
    for (const TopicPartition& partition : group.offsets.older_than(oldest, is_read)) {
        records.push_back({encode(OffsetKey{group.members.id(), partition}), std::nullopt});
        group.offsets.remove(partition);
    }
    if (!records.empty()) topic_.append(records);
}

// --- what is kept

void GroupCoordinator::load() {
    topic_.read_all(
        [this](BytesView batch, const log::BatchHeader& header) { load_batch(batch, header); });
}

void GroupCoordinator::load_batch(BytesView batch, const log::BatchHeader& header) {
    if (header.is_control()) {
        auto marker = log::read_marker(batch);
        if (marker) transaction_ended(header.producer_id, marker->commits);
        return;
    }
    log::RecordReader reader = log::RecordReader::open(batch);
    while (auto record = reader.next()) load_record(*record, header);
}

void GroupCoordinator::load_record(const log::RecordView& record, const log::BatchHeader& header) {
    auto key = record.key ? decode_key(*record.key) : std::nullopt;
    if (!key) return;
    if (auto* offset_key = std::get_if<OffsetKey>(&*key)) {
        Group& group = *find_or_create(offset_key->group);
        if (!record.value) {
            group.offsets.remove(offset_key->partition);
        } else if (header.is_transactional()) {
            group.offsets.stage(header.producer_id, offset_key->partition,
                                decode_offset(*record.value));
        } else {
            group.offsets.commit(offset_key->partition, decode_offset(*record.value));
        }
    } else if (auto* group_key = std::get_if<GroupKey>(&*key)) {
        if (!record.value) {
            groups_.erase(group_key->group);
            return;
        }
        Group& group = *find_or_create(group_key->group);
        GroupRecord kept = decode_group(*record.value);
        if (kept.members.empty()) group.empty_since = kept.state_changed_at;
        group.members.restore(kept, ticks());
    }
}

GroupCoordinator::Group* GroupCoordinator::find(const std::string& group) {
    auto found = groups_.find(group);
    return found == groups_.end() ? nullptr : found->second.get();
}

GroupCoordinator::Group* GroupCoordinator::find_or_create(const std::string& group_id) {
    if (Group* found = find(group_id)) return found;
    if (std::ssize(groups_) >= settings_.groups_max) return nullptr;
    auto group = std::make_unique<Group>(
        Group{.members = ClassicGroup(group_id, settings_.groups, parts_.random),
              .offsets = {},
              .empty_since = std::nullopt});
    return (groups_[group_id] = std::move(group)).get();
}

void GroupCoordinator::after_change(Group& group) {
    bool is_empty = group.members.is_empty();
    if (!is_empty) group.empty_since.reset();
    if (is_empty && !group.empty_since) group.empty_since = now_ms();
    if (!group.members.take_unsaved()) return;
    StateRecord record{encode(GroupKey{group.members.id()}),
                       encode(group.members.record(now_ms()))};
    topic_.append(std::span(&record, 1));
}

bool GroupCoordinator::is_dead(const Group& group) const {
    return group.members.is_empty() && group.offsets.all().empty() &&
           !group.offsets.has_open_transactions();
}

void GroupCoordinator::forget_dead_groups() {
    std::vector<StateRecord> records;
    std::erase_if(groups_, [&](const auto& each) {
        if (!is_dead(*each.second)) return false;
        if (each.second->members.generation() > 0) {
            records.push_back({encode(GroupKey{each.first}), std::nullopt});
        }
        return true;
    });
    if (!records.empty()) topic_.append(records);
}

}  // namespace tarn::kafka
