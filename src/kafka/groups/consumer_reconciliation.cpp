// How one member of a consumer group gets from what it has to what it is to have.

#include <algorithm>

#include "kafka/groups/consumer_group.hpp"

namespace tarn::kafka {
namespace {

using Progress = ConsumerMemberRecord::Progress;

// Whoever does not say what it owns may own all it had.
bool owns_any_of(const PartitionEpochs& partitions, const std::optional<PartitionSet>& owned) {
    if (partitions.empty()) return false;
    if (!owned) return true;
    return std::ranges::any_of(*owned, [&](const auto& topic) {
        return std::ranges::any_of(topic.second, [&](int32_t partition) {
            return holds(partitions, topic.first, partition);
        });
    });
}

// The member has been heard at its epoch, so only from now on may it be one behind.
void set_epoch(ConsumerGroup::Member& member, int32_t epoch) {
    member.previous_epoch = member.epoch;
    member.epoch = epoch;
}

}  // namespace

void ConsumerGroup::reconcile(Member& member, bool has_new_subscription,
                              const std::optional<PartitionSet>& owned) const {
    bool is_there = member.has_reached(kept_.assignment_epoch);
    bool still_owns =
        member.progress == Progress::Unrevoked && owns_any_of(member.to_revoke, owned);
    if (!is_there && !still_owns) return step_to_target(member, owned);
    if (has_new_subscription) drop_unsubscribed(member, owned);
}

// What a member no longer subscribes to it is to give back at once, whatever the target says.
void ConsumerGroup::drop_unsubscribed(Member& member,
                                      const std::optional<PartitionSet>& owned) const {
    std::set<Uuid> subscribed = topic_ids_of(member);
    bool drops_some = false;
    for (auto topic = member.assigned.begin(); topic != member.assigned.end();) {
        if (subscribed.contains(topic->first)) {
            ++topic;
            continue;
        }
        drops_some = true;
        member.to_revoke[topic->first].merge(topic->second);
        topic = member.assigned.erase(topic);
    }
    if (!drops_some) return;
    set_epoch(member, member.epoch);
    if (owns_any_of(member.to_revoke, owned)) {
        member.progress = Progress::Unrevoked;
    } else {
        member.to_revoke.clear();
    }
}

void ConsumerGroup::step_to_target(Member& member, const std::optional<PartitionSet>& owned) const {
    std::set<Uuid> subscribed = topic_ids_of(member);
    auto is_wanted = [&](const Uuid& topic, int32_t partition) {
        auto target = member.target.find(topic);
        return subscribed.contains(topic) && target != member.target.end() &&
               target->second.contains(partition);
    };
    PartitionEpochs stay;
    PartitionEpochs go;
    for (const auto& [topic, epochs] : member.assigned) {
        for (const auto& [partition, epoch] : epochs) {
            (is_wanted(topic, partition) ? stay : go)[topic][partition] = epoch;
        }
    }
    if (owns_any_of(go, owned)) {
        // It stays at its epoch, and hears of nothing new, until it has given them back.
        set_epoch(member, member.epoch);
        member.progress = Progress::Unrevoked;
        member.assigned = std::move(stay);
        member.to_revoke = std::move(go);
        return;
    }
    bool waits_for_others = false;
    for (const auto& [topic, partitions] : member.target) {
        if (!subscribed.contains(topic)) continue;
        for (int32_t partition : partitions) {
            if (holds(stay, topic, partition)) continue;
            if (is_owned_by_another(member.id, topic, partition)) {
                waits_for_others = true;
            } else {
                stay[topic][partition] = kept_.assignment_epoch;
            }
        }
    }
    member.progress = waits_for_others ? Progress::Unreleased : Progress::Settled;
    member.assigned = std::move(stay);
    member.to_revoke.clear();
    set_epoch(member, kept_.assignment_epoch);
}

bool ConsumerGroup::is_owned_by_another(const std::string& member_id, const Uuid& topic,
                                        int32_t partition) const {
    auto owners = owned_by_.find(topic);
    if (owners == owned_by_.end()) return false;
    auto owner = owners->second.find(partition);
    return owner != owners->second.end() && owner->second != member_id;
}

}  // namespace tarn::kafka
