// What of the coordinator is for groups of the newer protocol alone.

#include "kafka/broker/group_coordinator.hpp"
#include "runtime/shards.hpp"

namespace tarn::kafka {
namespace {

std::string not_found(const std::string& group) {
    return fmt::format("Group {} not found.", group);
}

std::string not_a_consumer_group(const std::string& group) {
    return fmt::format("Group {} is not a consumer group.", group);
}

ConsumerHeartbeatAnswer refused(KafkaError error, std::string message) {
    ConsumerHeartbeatAnswer answer;
    answer.error = error;
    answer.message = std::move(message);
    return answer;
}

ConsumerGroupDescription missing(std::string message) {
    ConsumerGroupDescription description;
    description.error = KafkaError::GroupIdNotFound;
    description.message = std::move(message);
    return description;
}

ConsumerGroupDescription described(const ConsumerGroup& group) {
    ConsumerGroupDescription description{.state = std::string(group.state_name()),
                                         .epoch = group.epoch(),
                                         .assignment_epoch = group.assignment_epoch(),
                                         .assignor = group.assignor(),
                                         .members = {}};
    for (const auto& [id, member] : group.members()) description.members.push_back(member);
    return description;
}

}  // namespace

awaitable<ConsumerHeartbeatAnswer> GroupCoordinator::consumer_heartbeat(
    std::string group, ConsumerHeartbeat beat,
    std::function<bool(const std::string& topic)> may_see) {
    co_return co_await asio::co_spawn(
        home_, consumer_heartbeat_here(std::move(group), std::move(beat), std::move(may_see)),
        use_awaitable);
}

awaitable<ConsumerHeartbeatAnswer> GroupCoordinator::consumer_heartbeat_here(
    std::string group_id, ConsumerHeartbeat beat,
    std::function<bool(const std::string& topic)> may_see) {
    co_await topic_.create_if_missing();
    bool is_joining = beat.member_epoch == JoiningEpoch;
    Group* group = is_joining ? find_or_create(group_id) : find(group_id);
    if (is_stopping_ || (!group && is_joining)) {
        co_return refused(KafkaError::CoordinatorNotAvailable, "Try again.");
    }
    if (!group) co_return refused(KafkaError::GroupIdNotFound, not_found(group_id));
    bool is_consumer_group = group->consumer() != nullptr;
    if (!is_consumer_group && (!is_joining || !group->is_empty())) {
        co_return refused(KafkaError::GroupIdNotFound, not_a_consumer_group(group_id));
    }
    // An empty classic group becomes one of the newer protocol with its first member, if that is
    // let in.
    ConsumerGroup fresh(group_id, settings_.groups.members_max);
    ConsumerGroup& consumer = is_consumer_group ? *group->consumer() : fresh;
    ConsumerHeartbeatAnswer answer =
        consumer.heartbeat(beat, {.now = ticks(),
                                  .times = configs_.times(group_id),
                                  .topics = parts_.log.topics().table(),
                                  .may_see = std::move(may_see)});
    if (!is_consumer_group) {
        if (answer.error != KafkaError::None) co_return answer;
        take_back(*group);
        group->members = std::move(fresh);
    }
    auto appended = after_change(*group);
    if (appended) co_await topic_.wait_until_kept(*appended);
    co_return answer;
}

KafkaError GroupCoordinator::may_commit(Group& group, const Speaker& speaker,
                                        MembersCount members_count,
                                        const std::vector<OffsetToCommit>& offsets) const {
    if (ClassicGroup* classic = group.classic()) return classic->may_commit(speaker, ticks());
    std::vector<std::pair<Uuid, int32_t>> partitions;
    for (const OffsetToCommit& each : offsets) {
        log::TopicPtr topic = parts_.log.topics().find(each.partition.topic);
        partitions.emplace_back(topic ? topic->id : Uuid(), each.partition.partition);
    }
    ConsumerGroup& consumer = *group.consumer();
    bool is_member = consumer.members().contains(speaker.member_id);
    if (is_member && members_count == MembersCount::Generations) {
        return KafkaError::UnsupportedVersion;
    }
    return consumer.may_commit(speaker.member_id, speaker.generation, partitions);
}

// Its requests know no epochs by name, but carry them.
KafkaError GroupCoordinator::may_commit_in_transaction(
    Group& group, const Speaker& speaker, const std::vector<OffsetToCommit>& offsets) const {
    if (ClassicGroup* classic = group.classic()) {
        return classic->may_commit_in_transaction(speaker, ticks());
    }
    if (speaker.names_nobody()) return KafkaError::None;
    KafkaError error = may_commit(group, speaker, MembersCount::Epochs, offsets);
    return error == KafkaError::StaleMemberEpoch ? KafkaError::IllegalGeneration : error;
}

awaitable<KafkaError> GroupCoordinator::may_fetch(std::string group_id, std::string member_id,
                                                  int32_t epoch) {
    co_return co_await runtime::run_on(home_, [this, &group_id, &member_id, epoch] {
        Group* group = find(group_id);
        ConsumerGroup* consumer = group ? group->consumer() : nullptr;
        return consumer ? consumer->may_fetch(member_id, epoch) : KafkaError::None;
    });
}

awaitable<ConsumerGroupDescription> GroupCoordinator::describe_consumer(std::string group_id) {
    co_return co_await runtime::run_on(home_, [this, &group_id] {
        Group* group = find(group_id);
        if (!group) return missing(not_found(group_id));
        ConsumerGroup* consumer = group->consumer();
        return consumer ? described(*consumer) : missing(not_a_consumer_group(group_id));
    });
}

}  // namespace tarn::kafka
