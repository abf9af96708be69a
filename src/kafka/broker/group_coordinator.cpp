#include "kafka/broker/group_coordinator.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

#include "kafka/broker/reply.hpp"

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

GroupDescription dead(std::string id, std::string message) {
    GroupDescription description;
    description.error = KafkaError::GroupIdNotFound;
    description.message = std::move(message);
    description.id = std::move(id);
    description.state = "Dead";
    return description;
}

// Of the record that says there is such a group. Those of members go when the members do.
Bytes key_of(const CoordinatedGroup& group) {
    if (std::holds_alternative<ClassicGroup>(group.members)) return encode(GroupKey{group.id()});
    return encode(ConsumerGroupKey{group.id()});
}

std::vector<StateRecord> changes_of(ConsumerGroup& group, log::Timestamp now) {
    auto changes = group.take_changes();
    std::vector<StateRecord> records;
    if (changes.group) {
        records.push_back({encode(ConsumerGroupKey{group.id()}), encode(group.record(now))});
    }
    for (const std::string& id : changes.members) {
        auto member = group.members().find(id);
        std::optional<Bytes> value;
        if (member != group.members().end()) value = encode(member->second);
        records.push_back({encode(ConsumerMemberKey{group.id(), id}), std::move(value)});
    }
    return records;
}

JoinAnswer refused(KafkaError error, std::string member_id) {
    JoinAnswer answer;
    answer.error = error;
    answer.member_id = std::move(member_id);
    return answer;
}

ListedGroup listed(const CoordinatedGroup& group) {
    if (auto* consumer = std::get_if<ConsumerGroup>(&group.members)) {
        return {.id = consumer->id(),
                .type = ConsumerType,
                .state = std::string(consumer->state_name()),
                .protocol_type = "consumer",
                .members = static_cast<int>(consumer->members().size())};
    }
    const auto& classic = std::get<ClassicGroup>(group.members);
    return {.id = classic.id(),
            .type = ClassicType,
            .state = std::string(classic.state_name()),
            .protocol_type = classic.protocol_type().value_or(""),
            .members = static_cast<int>(classic.members().size())};
}

}  // namespace

GroupCoordinator::GroupCoordinator(Parts parts, Settings settings)
    : parts_(parts),
      settings_(settings),
      time_(parts.clock),
      home_(parts.shards.executor_of(Home)),
      topic_({parts.log, parts.blocking, parts.clock}, "__consumer_offsets"),
      configs_(parts.log.registry()),
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
            if (ClassicGroup* classic = group->classic()) {
                classic->refuse_all_waiting(KafkaError::CoordinatorNotAvailable);
            }
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
        bool is_unknown = !is_stopping_ && !request.member_id.empty();
        co_return refused(
            is_unknown ? KafkaError::UnknownMemberId : KafkaError::CoordinatorNotAvailable,
            request.member_id);
    }
    if (!group->classic()) {
        if (!group->is_empty()) {
            co_return refused(KafkaError::InconsistentGroupProtocol, request.member_id);
        }
        take_back(*group);
        make_classic(*group);
    }
    auto reply = std::make_shared<Reply<JoinAnswer>>(home_);
    group->classic()->join(std::move(request), ticks(),
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
    if (!group || !group->classic() || is_stopping_) {
        SyncAnswer refused;
        refused.error =
            is_stopping_ ? KafkaError::CoordinatorNotAvailable : KafkaError::UnknownMemberId;
        co_return refused;
    }
    auto reply = std::make_shared<Reply<SyncAnswer>>(home_);
    group->classic()->sync(std::move(request), ticks(),
                           [reply](SyncAnswer answer) { reply->give(std::move(answer)); });
    after_change(*group);
    co_return co_await reply->wait();
}

awaitable<KafkaError> GroupCoordinator::heartbeat(std::string group_id, Speaker speaker) {
    co_return co_await at_home([this, &group_id, &speaker] {
        Group* group = find(group_id);
        ClassicGroup* classic = group ? group->classic() : nullptr;
        return classic ? classic->heartbeat(speaker, ticks()) : KafkaError::UnknownMemberId;
    });
}

awaitable<std::vector<KafkaError>> GroupCoordinator::leave(std::string group,
                                                           std::vector<Speaker> speakers) {
    co_return co_await asio::co_spawn(home_, leave_here(std::move(group), std::move(speakers)),
                                      use_awaitable);
}

// Also the way by which administrators remove members of either protocol.
awaitable<std::vector<KafkaError>> GroupCoordinator::leave_here(std::string group_id,
                                                                std::vector<Speaker> speakers) {
    std::vector<KafkaError> errors(speakers.size(), KafkaError::UnknownMemberId);
    Group* group = find(group_id);
    if (!group) co_return errors;
    if (ClassicGroup* classic = group->classic()) {
        for (size_t i = 0; i < speakers.size(); ++i) {
            errors[i] = classic->leave(speakers[i], ticks());
        }
        after_change(*group);
        co_return errors;
    }
    std::vector<ConsumerGroup::MemberIdentity> members;
    for (Speaker& each : speakers) {
        members.push_back({std::move(each.member_id), std::move(each.instance_id)});
    }
    errors = group->consumer()->remove(members);
    if (auto appended = after_change(*group)) co_await topic_.wait_until_kept(*appended);
    co_return errors;
}

// --- offsets

awaitable<KafkaError> GroupCoordinator::commit(std::string group, Speaker speaker,
                                               MembersCount members_count,
                                               std::vector<OffsetToCommit> offsets) {
    co_return co_await asio::co_spawn(
        home_,
        commit_here(std::move(group), std::move(speaker), members_count, std::nullopt,
                    std::move(offsets), nullptr),
        use_awaitable);
}

awaitable<KafkaError> GroupCoordinator::commit_in_transaction(std::string group, Speaker speaker,
                                                              InTransaction transaction,
                                                              std::vector<OffsetToCommit> offsets,
                                                              std::function<KafkaError()> is_open) {
    co_return co_await asio::co_spawn(
        home_,
        commit_here(std::move(group), std::move(speaker), MembersCount::Generations, transaction,
                    std::move(offsets), std::move(is_open)),
        use_awaitable);
}

awaitable<KafkaError> GroupCoordinator::commit_here(std::string group_id, Speaker speaker,
                                                    MembersCount members_count,
                                                    std::optional<InTransaction> transaction,
                                                    std::vector<OffsetToCommit> offsets,
                                                    std::function<KafkaError()> is_open) {
    co_await topic_.create_if_missing();
    bool names_a_generation = speaker.generation >= 0;
    Group* group = names_a_generation ? find(group_id) : find_or_create(group_id);
    if (!group) {
        if (!names_a_generation) co_return KafkaError::CoordinatorNotAvailable;
        bool knows_epochs = members_count == MembersCount::Epochs;
        co_return knows_epochs ? KafkaError::GroupIdNotFound : KafkaError::IllegalGeneration;
    }
    KafkaError error = transaction ? may_commit_in_transaction(*group, speaker, offsets)
                                   : may_commit(*group, speaker, members_count, offsets);
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
    auto subscribed = group->subscribed_topics();
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

awaitable<std::vector<ListedGroup>> GroupCoordinator::list() {
    co_return co_await at_home([this] {
        std::vector<ListedGroup> all;
        for (const auto& [id, group] : groups_) {
            // One that nobody has joined yet, or whose only member was refused.
            if (group->is_dead() && !group->has_been_kept()) continue;
            all.push_back(listed(*group));
        }
        return all;
    });
}

awaitable<GroupDescription> GroupCoordinator::describe(std::string group_id) {
    co_return co_await at_home([this, &group_id] {
        Group* group = find(group_id);
        if (!group) return dead(group_id, fmt::format("Group {} not found.", group_id));
        if (ClassicGroup* classic = group->classic()) return described(*classic);
        return dead(group_id, fmt::format("Group {} is not a classic group.", group_id));
    });
}

awaitable<KafkaError> GroupCoordinator::remove(std::string group) {
    co_return co_await asio::co_spawn(home_, remove_here(std::move(group)), use_awaitable);
}

awaitable<KafkaError> GroupCoordinator::remove_here(std::string group_id) {
    Group* group = find(group_id);
    if (!group) co_return KafkaError::GroupIdNotFound;
    if (!group->is_empty()) co_return KafkaError::NonEmptyGroup;
    std::vector<StateRecord> records = {{key_of(*group), std::nullopt}};
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
    Ticks expire_next = ticks() + ExpireOffsetsEvery;
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
        auto deadline = group->next_deadline();
        if (!deadline || *deadline > now) continue;
        group->on_time(now);
        after_change(*group);
    }
}

// KIP-211: the offsets of a group expire once it has been empty for the retention time; of topics
// that a live group no longer reads, once they are that old.
void GroupCoordinator::expire_offsets(Group& group, log::Timestamp now) {
    log::Timestamp oldest = now - settings_.offsets_retention.count();
    auto subscribed = group.subscribed_topics();
    if (!subscribed) return;
    if (subscribed->empty() && group.empty_since && *group.empty_since > oldest) return;
    auto is_read = [&](const std::string& topic) {
        return std::ranges::binary_search(*subscribed, topic);
    };
    std::vector<StateRecord> records;
    for (const TopicPartition& partition : group.offsets.older_than(oldest, is_read)) {
        records.push_back({encode(OffsetKey{group.id(), partition}), std::nullopt});
        group.offsets.remove(partition);
    }
    if (!records.empty()) topic_.append(records);
}

// --- what is kept

GroupCoordinator::Group* GroupCoordinator::find(const std::string& group) {
    auto found = groups_.find(group);
    return found == groups_.end() ? nullptr : found->second.get();
}

GroupCoordinator::Group* GroupCoordinator::find_or_create(const std::string& group_id) {
    if (Group* found = find(group_id)) return found;
    if (std::ssize(groups_) >= settings_.groups_max) return nullptr;
    auto group = std::make_unique<Group>(
        Group{.members = ClassicGroup(group_id, settings_.groups, parts_.random)});
    return (groups_[group_id] = std::move(group)).get();
}

std::optional<log::Offset> GroupCoordinator::after_change(Group& group) {
    bool is_empty = group.is_empty();
    if (!is_empty) group.empty_since.reset();
    if (is_empty && !group.empty_since) group.empty_since = now_ms();
    std::vector<StateRecord> records;
    if (ClassicGroup* classic = group.classic()) {
        if (classic->take_unsaved()) {
            records.push_back({key_of(group), encode(classic->record(now_ms()))});
        }
    } else {
        records = changes_of(*group.consumer(), now_ms());
    }
    if (records.empty()) return std::nullopt;
    return topic_.append(records);
}

void GroupCoordinator::make_classic(Group& group) {
    std::string id = group.id();
    group.members.emplace<ClassicGroup>(std::move(id), settings_.groups, parts_.random);
}

void GroupCoordinator::make_consumer(Group& group) {
    std::string id = group.id();
    group.members.emplace<ConsumerGroup>(std::move(id), settings_.groups.members_max);
}

void GroupCoordinator::take_back(const Group& group) {
    if (!group.has_been_kept()) return;
    StateRecord gone{key_of(group), std::nullopt};
    topic_.append(std::span(&gone, 1));
}

void GroupCoordinator::forget_dead_groups() {
    std::vector<StateRecord> records;
    std::erase_if(groups_, [&](const auto& each) {
        if (!each.second->is_dead()) return false;
        if (each.second->has_been_kept()) records.push_back({key_of(*each.second), std::nullopt});
        return true;
    });
    if (!records.empty()) topic_.append(records);
}

}  // namespace tarn::kafka
