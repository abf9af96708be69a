// How a classic group goes from one generation to the next, and what time does to it.

#include <algorithm>
#include <utility>

#include "kafka/groups/classic_group.hpp"

namespace tarn::kafka {
namespace {

// Why a member that neither joins nor syncs within this time is held to be gone: it lets the time
// run that it asked for itself.
Ticks earlier(std::optional<Ticks> a, Ticks b) {
    return a ? std::min(*a, b) : b;
}

}  // namespace

void ClassicGroup::prepare_rebalance(Ticks now) {
    // Who waits for an assignment of the generation that ends here has to join again.
    if (state_ == State::CompletingRebalance) {
        for (auto& [id, member] : members_) {
            member.assignment.clear();
            if (auto waiting = std::exchange(member.sync_reply, nullptr)) {
                keep_alive(member, now);
                SyncAnswer answer;
                answer.error = KafkaError::RebalanceInProgress;
                waiting(std::move(answer));
            }
        }
    }
    sync_ends_.reset();
    auto longest = longest_rebalance_timeout();
    join_ends_ = now + longest;
    initial_join_ends_at_most_.reset();
    if (state_ == State::Empty && settings_.initial_rebalance_delay.count() > 0) {
        initial_join_ends_at_most_ = now + longest;
        join_ends_ = now + std::min(settings_.initial_rebalance_delay, longest);
        has_new_members_ = false;
    }
    state_ = State::PreparingRebalance;
    complete_join_if_all_are_here(now);
}

void ClassicGroup::complete_join_if_all_are_here(Ticks now) {
    if (state_ != State::PreparingRebalance || initial_join_ends_at_most_) return;
    bool all_are_here = pending_.empty() && std::ranges::all_of(members_, [](const auto& each) {
                            return each.second.join_reply != nullptr;
                        });
    if (all_are_here) complete_join(now);
}

void ClassicGroup::complete_join(Ticks now) {
    // A static member may be on its way back: its session timeout decides, not this rebalance.
    std::erase_if(members_, [](const auto& each) {
        return !each.second.join_reply && !each.second.is_static();
    });
    if (!members_.empty() && !elect_leader_among_joined()) {
        // Nobody has joined: those that are left get the time of their sessions.
        join_ends_ = now + longest_rebalance_timeout();
        initial_join_ends_at_most_.reset();
        return;
    }
    join_ends_.reset();
    initial_join_ends_at_most_.reset();
    ++generation_;
    is_unsaved_ = true;
    if (members_.empty()) {
        state_ = State::Empty;
        protocol_.reset();
        leader_.clear();
        return;
    }
    protocol_ = choose_protocol();
    state_ = State::CompletingRebalance;
    sync_ends_ = now + longest_rebalance_timeout();
    for (auto& [id, member] : members_) {
        member.has_to_sync = true;
        keep_alive(member, now);
    }
    // The replies last, since each of them may call back into the group.
    std::vector<std::pair<std::function<void(JoinAnswer)>, JoinAnswer>> replies;
    for (auto& [id, member] : members_) {
        if (auto waiting = std::exchange(member.join_reply, nullptr)) {
            replies.emplace_back(std::move(waiting), answer_for(member));
        }
    }
    for (auto& [reply, answer] : replies) reply(std::move(answer));
}

bool ClassicGroup::elect_leader_among_joined() {
    auto leader = members_.find(leader_);
    if (leader != members_.end() && leader->second.join_reply) return true;
    auto joined = std::ranges::find_if(
        members_, [](const auto& each) { return each.second.join_reply != nullptr; });
    if (joined == members_.end()) return false;
    leader_ = joined->first;
    return true;
}

void ClassicGroup::remove(const std::string& member_id, Ticks now) {
    auto node = members_.extract(member_id);
    if (node.empty()) return;
    Member& member = node.mapped();
    if (member.instance_id) by_instance_.erase(*member.instance_id);
    if (member.join_reply) {
        JoinAnswer answer;
        answer.error = KafkaError::UnknownMemberId;
        answer.member_id = member.id;
        member.join_reply(std::move(answer));
    }
    if (member.sync_reply) {
        SyncAnswer answer;
        answer.error = KafkaError::UnknownMemberId;
        member.sync_reply(std::move(answer));
    }
    if (leader_ == member.id) leader_ = members_.empty() ? "" : members_.begin()->first;
    if (state_ == State::PreparingRebalance) return complete_join_if_all_are_here(now);
    if (state_ != State::Empty) prepare_rebalance(now);
}

void ClassicGroup::evict_who_did_not_sync(Ticks now) {
    sync_ends_.reset();
    std::vector<std::string> silent;
    for (const auto& [id, member] : members_) {
        if (member.has_to_sync) silent.push_back(id);
    }
    for (const std::string& id : silent) remove(id, now);
}

void ClassicGroup::on_time(Ticks now) {
    bool had_pending = !pending_.empty();
    std::erase_if(pending_, [&](const auto& each) { return each.second <= now; });
    if (had_pending && pending_.empty()) complete_join_if_all_are_here(now);

    std::vector<std::string> expired;
    for (const auto& [id, member] : members_) {
        bool waits_for_us = member.join_reply || member.sync_reply;
        if (!waits_for_us && member.session_ends <= now) expired.push_back(id);
    }
    for (const std::string& id : expired) remove(id, now);

    if (join_ends_ && *join_ends_ <= now) {
        bool goes_on = initial_join_ends_at_most_ && std::exchange(has_new_members_, false) &&
                       *initial_join_ends_at_most_ > now;
        if (goes_on) {
            join_ends_ =
                std::min(*initial_join_ends_at_most_, now + settings_.initial_rebalance_delay);
        } else {
            complete_join(now);
        }
    }
    if (sync_ends_ && *sync_ends_ <= now) evict_who_did_not_sync(now);
}

std::optional<Ticks> ClassicGroup::next_deadline() const {
    std::optional<Ticks> next = join_ends_;
    if (sync_ends_) next = earlier(next, *sync_ends_);
    for (const auto& [id, until] : pending_) next = earlier(next, until);
    for (const auto& [id, member] : members_) {
        bool waits_for_us = member.join_reply || member.sync_reply;
        if (!waits_for_us) next = earlier(next, member.session_ends);
    }
    return next;
}

std::chrono::milliseconds ClassicGroup::longest_rebalance_timeout() const {
    std::chrono::milliseconds longest{0};
    for (const auto& [id, member] : members_) longest = std::max(longest, member.rebalance_timeout);
    return longest;
}

std::vector<std::string> ClassicGroup::common_protocols() const {
    std::vector<std::string> common;
    if (members_.empty()) return common;
    for (const MemberProtocol& protocol : members_.begin()->second.protocols) {
        bool all_can = std::ranges::all_of(members_, [&](const auto& each) {
            return each.second.metadata_for(protocol.name) != nullptr;
        });
        if (all_can) common.push_back(protocol.name);
    }
    return common;
}

// Each member votes for the first protocol of its list that everyone can do.
std::string ClassicGroup::choose_protocol() const {
    std::vector<std::string> common = common_protocols();
    std::map<std::string, int> votes;
    for (const auto& [id, member] : members_) {
        auto liked = std::ranges::find_if(member.protocols, [&](const MemberProtocol& protocol) {
            return std::ranges::find(common, protocol.name) != common.end();
        });
        if (liked != member.protocols.end()) ++votes[liked->name];
    }
    auto most = std::ranges::max_element(votes, {}, [](const auto& each) { return each.second; });
    return most == votes.end() ? "" : most->first;
}

void ClassicGroup::restore(const GroupRecord& record, Ticks now) {
    generation_ = record.generation;
    protocol_type_.reset();
    if (!record.protocol_type.empty()) protocol_type_ = record.protocol_type;
    protocol_ = record.protocol;
    leader_ = record.leader.value_or("");
    members_.clear();
    by_instance_.clear();
    for (const GroupRecord::Member& saved : record.members) {
        Member member{.id = saved.member_id,
                      .instance_id = saved.instance_id,
                      .client_id = saved.client_id,
                      .client_host = saved.client_host,
                      .session_timeout = saved.session_timeout,
                      .rebalance_timeout = saved.rebalance_timeout,
                      .protocols = {{record.protocol.value_or(""), saved.subscription}},
                      .assignment = saved.assignment};
        keep_alive(member, now);
        if (member.instance_id) by_instance_[*member.instance_id] = member.id;
        members_.emplace(member.id, std::move(member));
    }
    state_ = members_.empty() ? State::Empty : State::Stable;
}

GroupRecord ClassicGroup::record(Timestamp now) const {
    GroupRecord record{.protocol_type = protocol_type_.value_or(""),
                       .generation = generation_,
                       .protocol = protocol_,
                       .leader = leader_.empty() ? std::nullopt : std::optional(leader_),
                       .state_changed_at = now};
    for (const auto& [id, member] : members_) {
        const Bytes* subscription = protocol_ ? member.metadata_for(*protocol_) : nullptr;
        record.members.push_back({.member_id = id,
                                  .instance_id = member.instance_id,
                                  .client_id = member.client_id,
                                  .client_host = member.client_host,
                                  .rebalance_timeout = member.rebalance_timeout,
                                  .session_timeout = member.session_timeout,
                                  .subscription = subscription ? *subscription : Bytes(),
                                  .assignment = member.assignment});
    }
    return record;
}

bool ClassicGroup::take_unsaved() {
    return std::exchange(is_unsaved_, false);
}

}  // namespace tarn::kafka
