// What members ask for, and what follows from it for the group. How one member gets to its target
// is in consumer_reconciliation.cpp.

#include "kafka/groups/consumer_group.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/error.hpp"

namespace tarn::kafka {
namespace {

ConsumerHeartbeatAnswer refused(KafkaError error, std::string message) {
    ConsumerHeartbeatAnswer answer;
    answer.error = error;
    answer.message = std::move(message);
    return answer;
}

bool is_within(const std::optional<PartitionSet>& owned, const PartitionEpochs& assigned) {
    if (!owned) return false;
    return std::ranges::all_of(*owned, [&](const auto& topic) {
        return std::ranges::all_of(topic.second, [&](int32_t partition) {
            return holds(assigned, topic.first, partition);
        });
    });
}

// What is wrong with the epoch that a member believes to have. One behind will do as long as the
// member holds nothing else: the answer with the new one may have been lost.
std::optional<std::string> wrong_epoch(const ConsumerGroup::Member& member,
                                       const ConsumerHeartbeat& beat) {
    if (beat.member_epoch == JoiningEpoch || beat.member_epoch == member.epoch) return std::nullopt;
    bool is_behind = beat.member_epoch < member.epoch;
    bool missed_the_answer = is_behind && beat.member_epoch == member.previous_epoch &&
                             is_within(beat.owned, member.assigned);
    if (missed_the_answer) return std::nullopt;
    return fmt::format(
        "The member is at epoch {}, and says {}. It has to give all partitions up and join again.",
        member.epoch, beat.member_epoch);
}

bool is_full(const ConsumerHeartbeat& beat) {
    return beat.rebalance_timeout && (beat.topic_names || beat.topic_regex) && beat.owned;
}

const ConsumerMemberRecord& kept(const ConsumerGroup::Member& member) {
    return member;
}

}  // namespace

ConsumerGroup::ConsumerGroup(std::string id, int members_max)
    : id_(std::move(id)), members_max_(members_max) {}

ConsumerHeartbeatAnswer ConsumerGroup::heartbeat(const ConsumerHeartbeat& beat,
                                                 const Surroundings& around) {
    bool leaves = beat.member_epoch == LeavingEpoch || beat.member_epoch == LeavingForAWhileEpoch;
    if (leaves) return leave(beat);
    if (std::ssize(members_) >= members_max_ && !members_.contains(beat.member_id)) {
        return refused(KafkaError::GroupMaxSizeReached,
                       fmt::format("The group has {} members, which is all it may.", members_max_));
    }
    Found found = find_or_create(beat);
    if (found.refusal.error != KafkaError::None) return std::move(found.refusal);
    const Member before = *found.member;
    Member member = before;
    update(member, beat);
    try {
        learn_pattern(member.topic_regex);
    } catch (const Error& error) {
        return refused(KafkaError::InvalidRegularExpression, error.what());
    }

    if (!found.replaces.empty()) forget(found.replaces);
    put(member);
    forget_unused_patterns();
    bool has_new_subscription =
        member.topic_names != before.topic_names || member.topic_regex != before.topic_regex;
    bool sees_other_topics = look_at_topics(around, has_new_subscription);
    // As Kafka counts: a group begins with its first epoch, and what its first member reads is the
    // second.
    if (kept_.epoch == 0) bump_epoch();
    if (has_new_subscription || sees_other_topics) bump_epoch();
    if (kept_.epoch > kept_.assignment_epoch) assign();

    member = members_.at(beat.member_id);
    reconcile(member, has_new_subscription, beat.owned);
    bool has_moved = kept(member) != kept(members_.at(beat.member_id));
    if (has_moved) {
        member.revocation_ends.reset();
        if (member.progress == Member::Progress::Unrevoked) {
            member.revocation_ends = around.now + member.rebalance_timeout;
        }
    }
    member.session_ends = around.now + around.times.session_timeout;
    put(member);

    ConsumerHeartbeatAnswer answer{.member_id = member.id, .member_epoch = member.epoch};
    bool is_news =
        beat.member_epoch == JoiningEpoch || is_full(beat) || member.assigned != before.assigned;
    if (is_news) answer.assignment = without_epochs(member.assigned);
    return answer;
}

ConsumerHeartbeatAnswer ConsumerGroup::leave(const ConsumerHeartbeat& beat) {
    Found found = find_or_create(beat);
    if (found.refusal.error != KafkaError::None) return std::move(found.refusal);
    if (beat.member_epoch == LeavingEpoch) {
        erase({beat.member_id});
    } else {
        // Its partitions are kept for it until its session ends.
        Member member = std::move(*found.member);
        member.epoch = LeavingForAWhileEpoch;
        member.to_revoke.clear();
        member.revocation_ends.reset();
        put(std::move(member));
    }
    return {.member_id = beat.member_id, .member_epoch = beat.member_epoch};
}

ConsumerGroup::Found ConsumerGroup::find_or_create(const ConsumerHeartbeat& beat) const {
    if (beat.instance_id) return find_static(beat);
    auto found = members_.find(beat.member_id);
    bool is_joining = beat.member_epoch == JoiningEpoch;
    if (found == members_.end()) {
        if (is_joining) return {.member = Member{{.id = beat.member_id}}};
        return {.refusal = refused(
                    KafkaError::UnknownMemberId,
                    fmt::format("Member {} is not a member of group {}.", beat.member_id, id_))};
    }
    return checked(found->second, beat);
}

ConsumerGroup::Found ConsumerGroup::find_static(const ConsumerHeartbeat& beat) const {
    auto instance = by_instance_.find(*beat.instance_id);
    bool is_joining = beat.member_epoch == JoiningEpoch;
    if (instance == by_instance_.end()) {
        if (!is_joining) {
            return {.refusal = refused(KafkaError::UnknownMemberId,
                                       fmt::format("Instance {} is unknown.", *beat.instance_id))};
        }
        auto known = members_.find(beat.member_id);
        return {.member = known == members_.end() ? Member{{.id = beat.member_id}} : known->second};
    }
    const Member& member = members_.at(instance->second);
    if (!is_joining) {
        if (member.id == beat.member_id) return checked(member, beat);
        return {.refusal = refused(
                    KafkaError::FencedInstanceId,
                    fmt::format("Instance {} is member {} now.", *beat.instance_id, member.id))};
    }
    if (!member.is_away()) {
        return {.refusal = refused(KafkaError::UnreleasedInstanceId,
                                   fmt::format("Instance {} is still in use by member {}.",
                                               *beat.instance_id, member.id))};
    }
    // It comes back, under another id as a rule, and takes over what it had.
    Found found{.member = member, .replaces = member.id};
    found.member->id = beat.member_id;
    found.member->epoch = found.member->previous_epoch = 0;
    return found;
}

ConsumerGroup::Found ConsumerGroup::checked(const Member& member,
                                            const ConsumerHeartbeat& beat) const {
    bool leaves = beat.member_epoch < JoiningEpoch;
    auto wrong = leaves ? std::nullopt : wrong_epoch(member, beat);
    if (wrong) return {.refusal = refused(KafkaError::FencedMemberEpoch, *wrong)};
    return {.member = member};
}

void ConsumerGroup::update(Member& member, const ConsumerHeartbeat& beat) const {
    if (beat.instance_id) member.instance_id = beat.instance_id;
    if (beat.rack_id) member.rack_id = beat.rack_id;
    if (beat.rebalance_timeout) member.rebalance_timeout = *beat.rebalance_timeout;
    if (beat.topic_names) member.topic_names = *beat.topic_names;
    if (beat.topic_regex) member.topic_regex = *beat.topic_regex;
    if (beat.assignor) member.assignor = beat.assignor;
    member.client_id = beat.client_id;
    member.client_host = beat.client_host;
}

// --- members

void ConsumerGroup::put(Member member) {
    auto known = members_.find(member.id);
    bool is_changed = known == members_.end() || kept(known->second) != kept(member);
    if (is_changed) {
        if (known != members_.end()) detach(known->second);
        changes_.members.insert(member.id);
        if (member.instance_id) by_instance_[*member.instance_id] = member.id;
        for (const PartitionEpochs* partitions : {&member.assigned, &member.to_revoke}) {
            for (const auto& [topic, epochs] : *partitions) {
                for (const auto& [partition, epoch] : epochs)
                    owned_by_[topic][partition] = member.id;
            }
        }
    }
    std::string id = member.id;
    members_.insert_or_assign(std::move(id), std::move(member));
}

// Takes the member out of what is looked up by something else.
void ConsumerGroup::detach(const Member& member) {
    if (member.instance_id) by_instance_.erase(*member.instance_id);
    for (const PartitionEpochs* partitions : {&member.assigned, &member.to_revoke}) {
        for (const auto& [topic, epochs] : *partitions) {
            auto& owners = owned_by_[topic];
            for (const auto& [partition, epoch] : epochs) owners.erase(partition);
            if (owners.empty()) owned_by_.erase(topic);
        }
    }
}

void ConsumerGroup::forget(const std::string& member_id) {
    auto found = members_.find(member_id);
    if (found == members_.end()) return;
    detach(found->second);
    members_.erase(found);
    changes_.members.insert(member_id);
}

void ConsumerGroup::erase(const std::set<std::string>& member_ids) {
    if (member_ids.empty()) return;
    for (const std::string& id : member_ids) forget(id);
    forget_unused_patterns();
    bump_epoch();
}

std::vector<KafkaError> ConsumerGroup::remove(const std::vector<MemberIdentity>& wanted) {
    std::vector<KafkaError> errors;
    std::set<std::string> found;
    for (const MemberIdentity& each : wanted) {
        std::string id = each.member_id;
        KafkaError error = KafkaError::None;
        if (each.instance_id) {
            auto instance = by_instance_.find(*each.instance_id);
            bool is_known = instance != by_instance_.end();
            if (is_known && !id.empty() && id != instance->second) {
                error = KafkaError::FencedInstanceId;
            }
            id = is_known ? instance->second : "";
        }
        if (!members_.contains(id)) error = KafkaError::UnknownMemberId;
        if (error == KafkaError::None) found.insert(id);
        errors.push_back(error);
    }
    erase(found);
    return errors;
}

KafkaError ConsumerGroup::may_commit(
    const std::string& member_id, int32_t epoch,
    const std::vector<std::pair<Uuid, int32_t>>& partitions) const {
    // Clients that assign partitions to themselves commit without being members.
    if (epoch < JoiningEpoch && members_.empty()) return KafkaError::None;
    auto found = members_.find(member_id);
    if (found == members_.end()) return KafkaError::UnknownMemberId;
    const Member& member = found->second;
    if (epoch == member.epoch) return KafkaError::None;
    bool had_all_of_them = epoch < member.epoch &&
                           std::ranges::all_of(
                               partitions,
                               [&](const auto& each) {
                                   auto topic = member.assigned.find(each.first);
                                   if (topic == member.assigned.end()) return false;
                                   auto since = topic->second.find(each.second);
                                   return since != topic->second.end() && since->second <= epoch;
                               });
    return had_all_of_them ? KafkaError::None : KafkaError::StaleMemberEpoch;
}

KafkaError ConsumerGroup::may_fetch(const std::string& member_id, int32_t epoch) const {
    auto found = members_.find(member_id);
    if (found == members_.end()) return KafkaError::UnknownMemberId;
    return epoch == found->second.epoch ? KafkaError::None : KafkaError::StaleMemberEpoch;
}

// --- time

void ConsumerGroup::on_time(Ticks now) {
    std::set<std::string> late;
    for (const auto& [id, member] : members_) {
        bool keeps_partitions = member.revocation_ends && *member.revocation_ends <= now;
        if (member.session_ends <= now || keeps_partitions) late.insert(id);
    }
    erase(late);
}

std::optional<Ticks> ConsumerGroup::next_deadline() const {
    std::optional<Ticks> next;
    for (const auto& [id, member] : members_) {
        next = std::min(next.value_or(member.session_ends), member.session_ends);
        if (member.revocation_ends) next = std::min(*next, *member.revocation_ends);
    }
    return next;
}

// --- subscriptions

void ConsumerGroup::learn_pattern(const std::string& regex) {
    if (regex.empty() || resolved_.contains(regex)) return;
    resolved_.emplace(regex, Resolved{.pattern = TopicPattern::parse(regex)});
    topics_.reset();  // so that they are looked at again
}

void ConsumerGroup::forget_unused_patterns() {
    std::erase_if(resolved_, [&](const auto& each) {
        return std::ranges::none_of(
            members_, [&](const auto& member) { return member.second.topic_regex == each.first; });
    });
}

// Whether what the group reads is made of other topics, or of topics with more partitions, than at
// the last epoch.
bool ConsumerGroup::look_at_topics(const Surroundings& around, bool has_new_subscription) {
    bool is_new_table = topics_ != around.topics;
    if (is_new_table) {
        topics_ = around.topics;
        for (auto& [regex, resolved] : resolved_) {
            resolved.topics.clear();
            for (const auto& [name, topic] : topics_->by_name) {
                if (resolved.pattern.matches(name) && around.may_see(name)) {
                    resolved.topics.insert(name);
                }
            }
        }
    }
    if (!is_new_table && !has_new_subscription) return false;
    return sizes_of_subscribed() != kept_.topic_sizes;
}

ConsumerGroup::Topics ConsumerGroup::topics_of(const Member& member) const {
    Topics topics = member.topic_names;
    auto resolved = resolved_.find(member.topic_regex);
    if (resolved != resolved_.end()) {
        topics.insert(resolved->second.topics.begin(), resolved->second.topics.end());
    }
    return topics;
}

std::set<Uuid> ConsumerGroup::topic_ids_of(const Member& member) const {
    std::set<Uuid> ids;
    for (const std::string& name : topics_of(member)) {
        if (log::TopicPtr topic = topics_->find(name)) ids.insert(topic->id);
    }
    return ids;
}

TopicSizes ConsumerGroup::sizes_of_subscribed() const {
    TopicSizes sizes;
    for (const std::string& name : topics_of_all()) {
        if (log::TopicPtr topic = topics_->find(name)) sizes[topic->id] = topic->partition_count();
    }
    return sizes;
}

ConsumerGroup::Topics ConsumerGroup::topics_of_all() const {
    Topics all;
    for (const auto& [id, member] : members_) all.merge(topics_of(member));
    return all;
}

std::optional<std::vector<std::string>> ConsumerGroup::subscribed_topics() const {
    bool are_patterns_known = topics_ || resolved_.empty();
    if (!are_patterns_known) return std::nullopt;
    Topics all = topics_of_all();
    return std::vector<std::string>(all.begin(), all.end());
}

// --- epochs

void ConsumerGroup::bump_epoch() {
    ++kept_.epoch;
    // Without a table there has been no heartbeat since a restart; the next one looks.
    if (topics_) kept_.topic_sizes = sizes_of_subscribed();
    changes_.group = true;
}

std::string ConsumerGroup::assignor() const {
    std::map<std::string, int> votes;
    for (const auto& [id, member] : members_) {
        if (member.assignor) ++votes[*member.assignor];
    }
    auto most = std::ranges::max_element(votes, {}, [](const auto& each) { return each.second; });
    return most == votes.end() ? std::string(DefaultAssignor) : most->first;
}

void ConsumerGroup::assign() {
    std::vector<Assignee> assignees;
    for (const auto& [id, member] : members_) {
        assignees.push_back({.member_id = id,
                             .instance_id = member.instance_id,
                             .topics = topic_ids_of(member),
                             .assigned = member.target});
    }
    Assignor assign = find_assignor(assignor());
    TARN_ASSERT(assign);
    for (auto& [id, target] : assign(assignees, kept_.topic_sizes)) {
        Member& member = members_.at(id);
        if (member.target == target) continue;
        member.target = std::move(target);
        changes_.members.insert(id);
    }
    kept_.assignment_epoch = kept_.epoch;
    changes_.group = true;
}

ConsumerGroup::State ConsumerGroup::state() const {
    if (members_.empty()) return State::Empty;
    if (kept_.epoch > kept_.assignment_epoch) return State::Assigning;
    bool all_are_there = std::ranges::all_of(members_, [&](const auto& each) {
        return each.second.has_reached(kept_.assignment_epoch);
    });
    return all_are_there ? State::Stable : State::Reconciling;
}

std::string_view ConsumerGroup::state_name() const {
    switch (state()) {
        case State::Empty:
            return "Empty";
        case State::Assigning:
            return "Assigning";
        case State::Reconciling:
            return "Reconciling";
        case State::Stable:
            return "Stable";
    }
    return "";
}

// --- what is kept

void ConsumerGroup::restore(const ConsumerGroupRecord& record) {
    kept_ = record;
}

void ConsumerGroup::restore(ConsumerMemberRecord record, const ConsumerGroupTimes& times,
                            Ticks now) {
    Member member{std::move(record)};
    member.session_ends = now + times.session_timeout;
    if (member.progress == Member::Progress::Unrevoked) {
        member.revocation_ends = now + member.rebalance_timeout;
    }
    learn_pattern(member.topic_regex);
    put(std::move(member));
}

ConsumerGroup::Changes ConsumerGroup::take_changes() {
    return std::exchange(changes_, {});
}

ConsumerGroupRecord ConsumerGroup::record(log::Timestamp now) const {
    ConsumerGroupRecord record = kept_;
    record.changed_at = now;
    return record;
}

}  // namespace tarn::kafka
