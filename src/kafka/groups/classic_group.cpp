// What members ask for: to join, to learn their assignment, to stay, to leave, to commit. How the
// group goes from one generation to the next is in classic_rebalance.cpp.

#include "kafka/groups/classic_group.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "kafka/wire/consumer_protocol.hpp"

namespace tarn::kafka {
namespace {

// Nothing when the bytes are no subscription.
std::optional<std::vector<std::string>> topics_in(BytesView subscription) {
    try {
        return read_subscription(subscription).topics;
    } catch (const Error&) {
        return std::nullopt;
    }
}

JoinAnswer refused(KafkaError error, std::string member_id) {
    JoinAnswer answer;
    answer.error = error;
    answer.member_id = std::move(member_id);
    return answer;
}

SyncAnswer refused(KafkaError error) {
    SyncAnswer answer;
    answer.error = error;
    return answer;
}

}  // namespace

ClassicGroup::ClassicGroup(std::string id, const GroupSettings& settings, Random& random)
    : id_(std::move(id)), settings_(settings), random_(random) {}

const Bytes* ClassicGroup::Member::metadata_for(const std::string& protocol) const {
    auto found = std::ranges::find(protocols, protocol, &MemberProtocol::name);
    return found == protocols.end() ? nullptr : &found->metadata;
}

void ClassicGroup::join(JoinRequest request, Ticks now, std::function<void(JoinAnswer)> reply) {
    if (request.session_timeout < settings_.session_timeout_min ||
        request.session_timeout > settings_.session_timeout_max) {
        return reply(refused(KafkaError::InvalidSessionTimeout, request.member_id));
    }
    if (!accepts_protocols(request)) {
        return reply(refused(KafkaError::InconsistentGroupProtocol, request.member_id));
    }
    if (request.member_id.empty()) return join_as_new(std::move(request), now, std::move(reply));
    join_as_known(std::move(request), now, std::move(reply));
}

void ClassicGroup::join_as_new(JoinRequest request, Ticks now,
                               std::function<void(JoinAnswer)> reply) {
    if (request.instance_id && by_instance_.contains(*request.instance_id)) {
        return replace_static(std::move(request), now, std::move(reply));
    }
    if (std::ssize(members_) + std::ssize(pending_) >= settings_.members_max) {
        return reply(refused(KafkaError::GroupMaxSizeReached, ""));
    }
    std::string member_id = new_member_id(request);
    // The client comes back with this id. If the answer is lost, no member is left behind of which
    // nobody knows.
    if (!request.instance_id && request.knows_member_id_required) {
        pending_[member_id] = now + request.session_timeout;
        return reply(refused(KafkaError::MemberIdRequired, member_id));
    }
    add(std::move(member_id), std::move(request), now, std::move(reply));
}

void ClassicGroup::join_as_known(JoinRequest request, Ticks now,
                                 std::function<void(JoinAnswer)> reply) {
    std::string member_id = request.member_id;
    if (!request.instance_id && pending_.erase(member_id) > 0) {
        return add(std::move(member_id), std::move(request), now, std::move(reply));
    }
    Member* member = nullptr;
    KafkaError error = check({member_id, request.instance_id, generation_}, &member);
    if (error != KafkaError::None) return reply(refused(error, member_id));

    bool has_news = member->protocols != request.protocols;
    // A leader who joins again in a stable group asks for a rebalance; a follower has merely missed
    // the answer.
    bool is_told_again = state_ == State::CompletingRebalance
                             ? !has_news
                             : state_ == State::Stable && !has_news && member_id != leader_;
    if (is_told_again) {
        keep_alive(*member, now);
        return reply(answer_for(*member));
    }
    rejoin(*member, std::move(request), now, std::move(reply));
}

// A static member that was restarted comes without a member id. It takes the place of its former
// self and, if it can do what that could, the group need not rebalance (KIP-345).
void ClassicGroup::replace_static(JoinRequest request, Ticks now,
                                  std::function<void(JoinAnswer)> reply) {
    std::string new_id = new_member_id(request);
    std::string old_id = std::exchange(by_instance_[*request.instance_id], new_id);
    auto node = members_.extract(old_id);
    TARN_ASSERT(!node.empty());
    node.key() = new_id;
    Member& member = members_.insert(std::move(node)).position->second;
    member.id = new_id;
    if (auto waiting = std::exchange(member.join_reply, nullptr)) {
        waiting(refused(KafkaError::FencedInstanceId, old_id));
    }
    if (auto waiting = std::exchange(member.sync_reply, nullptr)) {
        waiting(refused(KafkaError::FencedInstanceId));
    }
    bool was_leader = leader_ == old_id;
    if (was_leader) leader_ = new_id;

    const Bytes* before = protocol_ ? member.metadata_for(*protocol_) : nullptr;
    std::optional<Bytes> metadata_before = before ? std::optional(*before) : std::nullopt;
    bool knows_skip = request.knows_skip_assignment;
    if (state_ != State::Stable) return rejoin(member, std::move(request), now, std::move(reply));

    member.protocols = request.protocols;
    member.session_timeout = request.session_timeout;
    member.rebalance_timeout = request.rebalance_timeout;
    member.client_id = request.client_id;
    member.client_host = request.client_host;
    keep_alive(member, now);
    const Bytes* after = member.metadata_for(*protocol_);
    bool is_unchanged = after && metadata_before == *after && choose_protocol() == *protocol_;
    if (!is_unchanged) {
        member.join_reply = std::move(reply);
        return prepare_rebalance(now);
    }
    is_unsaved_ = true;
    JoinAnswer answer = answer_for(member);
    // An old client that hears it is the leader would share out the partitions again, although
    // nobody waits for that. A newer one is told to leave it.
    if (was_leader && knows_skip) answer.skip_assignment = true;
    if (was_leader && !knows_skip) {
        answer.leader = old_id;
        answer.members.clear();
    }
    reply(std::move(answer));
}

void ClassicGroup::add(std::string member_id, JoinRequest request, Ticks now,
                       std::function<void(JoinAnswer)> reply) {
    if (members_.empty()) protocol_type_ = request.protocol_type;
    if (leader_.empty()) leader_ = member_id;
    if (request.instance_id) by_instance_[*request.instance_id] = member_id;
    has_new_members_ = true;
    Member& member = members_[member_id];
    member.id = std::move(member_id);
    member.instance_id = request.instance_id;
    rejoin(member, std::move(request), now, std::move(reply));
}

void ClassicGroup::rejoin(Member& member, JoinRequest request, Ticks now,
                          std::function<void(JoinAnswer)> reply) {
    member.client_id = std::move(request.client_id);
    member.client_host = std::move(request.client_host);
    member.session_timeout = request.session_timeout;
    member.rebalance_timeout = request.rebalance_timeout;
    member.protocols = std::move(request.protocols);
    // A second join on a new connection: whoever waits on the old one hears that it is over.
    if (auto waiting = std::exchange(member.join_reply, std::move(reply))) {
        waiting(refused(KafkaError::UnknownMemberId, member.id));
    }
    keep_alive(member, now);
    if (state_ == State::PreparingRebalance) return complete_join_if_all_are_here(now);
    prepare_rebalance(now);
}

void ClassicGroup::sync(SyncRequest request, Ticks now, std::function<void(SyncAnswer)> reply) {
    Member* member = nullptr;
    KafkaError error = check(request.speaker, &member);
    if (error != KafkaError::None) return reply(refused(error));
    if (request.speaker.generation != generation_) {
        return reply(refused(KafkaError::IllegalGeneration));
    }
    if ((request.protocol_type && request.protocol_type != protocol_type_) ||
        (request.protocol && request.protocol != protocol_)) {
        return reply(refused(KafkaError::InconsistentGroupProtocol));
    }
    keep_alive(*member, now);
    if (state_ == State::Empty) return reply(refused(KafkaError::UnknownMemberId));
    if (state_ == State::PreparingRebalance) {
        return reply(refused(KafkaError::RebalanceInProgress));
    }
    member->has_to_sync = false;
    if (auto waiting = std::exchange(member->sync_reply, std::move(reply))) {
        waiting(refused(KafkaError::UnknownMemberId));
    }
    if (state_ == State::CompletingRebalance && member->id == leader_) {
        for (auto& [id, each] : members_) {
            auto found = request.assignments.find(id);
            each.assignment = found == request.assignments.end() ? Bytes() : found->second;
        }
        state_ = State::Stable;
        is_unsaved_ = true;
    }
    if (state_ != State::Stable) return;
    for (auto& [id, each] : members_) {
        if (auto waiting = std::exchange(each.sync_reply, nullptr)) {
            keep_alive(each, now);
            waiting({.error = KafkaError::None,
                     .protocol_type = protocol_type_,
                     .protocol = protocol_,
                     .assignment = each.assignment});
        }
    }
    bool all_have_synced =
        std::ranges::none_of(members_, [](auto& each) { return each.second.has_to_sync; });
    if (all_have_synced) sync_ends_.reset();
}

KafkaError ClassicGroup::heartbeat(const Speaker& speaker, Ticks now) {
    Member* member = nullptr;
    KafkaError error = check(speaker, &member);
    if (error != KafkaError::None) return error;
    if (speaker.generation != generation_) return KafkaError::IllegalGeneration;
    keep_alive(*member, now);
    return state_ == State::PreparingRebalance ? KafkaError::RebalanceInProgress : KafkaError::None;
}

KafkaError ClassicGroup::leave(const Speaker& speaker, Ticks now) {
    if (!speaker.instance_id && pending_.erase(speaker.member_id) > 0) {
        complete_join_if_all_are_here(now);
        return KafkaError::None;
    }
    // An administrator who removes a static member knows its instance only.
    Speaker meant = speaker;
    if (meant.member_id.empty() && meant.instance_id && by_instance_.contains(*meant.instance_id)) {
        meant.member_id = by_instance_[*meant.instance_id];
    }
    Member* member = nullptr;
    KafkaError error = check(meant, &member);
    if (error != KafkaError::None) return error;
    remove(member->id, now);
    return KafkaError::None;
}

KafkaError ClassicGroup::may_commit(const Speaker& speaker, Ticks now) {
    // Clients that assign partitions to themselves commit without being members.
    if (speaker.generation < 0 && members_.empty()) return KafkaError::None;
    Member* member = nullptr;
    KafkaError error = check(speaker, &member);
    if (error != KafkaError::None) return error;
    if (speaker.generation != generation_) return KafkaError::IllegalGeneration;
    // What a member read before it heard of the rebalance it may still commit while it rejoins, but
    // not between the new generation and its new assignment.
    if (state_ == State::CompletingRebalance) return KafkaError::RebalanceInProgress;
    keep_alive(*member, now);
    return KafkaError::None;
}

KafkaError ClassicGroup::may_commit_in_transaction(const Speaker& speaker, Ticks now) {
    if (speaker.names_nobody()) return KafkaError::None;
    return may_commit(speaker, now);
}

void ClassicGroup::refuse_all_waiting(KafkaError error) {
    for (auto& [id, member] : members_) {
        if (auto waiting = std::exchange(member.join_reply, nullptr)) waiting(refused(error, id));
        if (auto waiting = std::exchange(member.sync_reply, nullptr)) waiting(refused(error));
    }
}

KafkaError ClassicGroup::check(const Speaker& speaker, Member** member) {
    if (speaker.instance_id) {
        auto instance = by_instance_.find(*speaker.instance_id);
        if (instance == by_instance_.end()) return KafkaError::UnknownMemberId;
        if (instance->second != speaker.member_id) return KafkaError::FencedInstanceId;
    }
    auto found = members_.find(speaker.member_id);
    if (found == members_.end()) return KafkaError::UnknownMemberId;
    *member = &found->second;
    return KafkaError::None;
}

bool ClassicGroup::accepts_protocols(const JoinRequest& request) const {
    if (request.protocol_type.empty() || request.protocols.empty()) return false;
    if (members_.empty()) return true;
    // The member itself may leave behind what it could do before.
    if (members_.size() == 1 && members_.contains(request.member_id)) {
        return request.protocol_type == protocol_type_;
    }
    std::vector<std::string> common = common_protocols();
    return request.protocol_type == protocol_type_ &&
           std::ranges::any_of(request.protocols, [&](const MemberProtocol& protocol) {
               return std::ranges::find(common, protocol.name) != common.end();
           });
}

JoinAnswer ClassicGroup::answer_for(const Member& member) const {
    JoinAnswer answer{.generation = generation_,
                      .protocol_type = protocol_type_,
                      .protocol = protocol_,
                      .leader = leader_,
                      .member_id = member.id};
    if (member.id != leader_) return answer;
    for (const auto& [id, each] : members_) {
        const Bytes* metadata = each.metadata_for(*protocol_);
        answer.members.push_back({id, each.instance_id, metadata ? *metadata : Bytes()});
    }
    return answer;
}

std::string ClassicGroup::new_member_id(const JoinRequest& request) {
    const std::string& name = request.instance_id ? *request.instance_id : request.client_id;
    return name + "-" + Uuid::random(random_).text();
}

std::string_view ClassicGroup::state_name() const {
    switch (state_) {
        case State::Empty:
            return "Empty";
        case State::PreparingRebalance:
            return "PreparingRebalance";
        case State::CompletingRebalance:
            return "CompletingRebalance";
        case State::Stable:
            return "Stable";
    }
    return "";
}

std::optional<std::vector<std::string>> ClassicGroup::subscribed_topics() const {
    if (members_.empty()) return std::vector<std::string>();
    if (protocol_type_ != "consumer") return std::nullopt;
    std::vector<std::string> topics;
    for (const auto& [id, member] : members_) {
        const Bytes* metadata = member.metadata_for(protocol_.value_or(member.protocols[0].name));
        auto subscribed = metadata ? topics_in(*metadata) : std::nullopt;
        if (!subscribed) return std::nullopt;
        topics.insert(topics.end(), subscribed->begin(), subscribed->end());
    }
    std::ranges::sort(topics);
    topics.erase(std::ranges::unique(topics).begin(), topics.end());
    return topics;
}

}  // namespace tarn::kafka
