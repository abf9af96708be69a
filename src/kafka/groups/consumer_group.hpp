// A consumer group of the newer protocol (KIP-848): the broker shares the partitions out itself,
// and brings each member there by its answers to the member's heartbeats. Three epochs count how
// far everyone is:
//
//   group epoch        goes up whenever the shares have to be worked out anew: a member came,
//                      left or subscribed to something else, or the topics changed
//   assignment epoch   the group epoch that the target assignment was worked out for
//   member epoch       the assignment epoch that a member has reached
//
// A member first gives back what is no longer its own and says so; only then is it told of what is
// new, as far as those who had that before have given it back. So no partition has two owners, and
// members with nothing to change notice nothing.
//
// As the classic group it is a state machine and no more: heartbeats in, answers out, with the time
// and the topics handed in.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "kafka/groups/assignors.hpp"
#include "kafka/groups/consumer_group_records.hpp"
#include "kafka/groups/topic_pattern.hpp"
#include "kafka/wire/error_codes.hpp"
#include "log/topics.hpp"

namespace tarn::kafka {

// Instead of a member's epoch in a heartbeat.
inline constexpr int32_t JoiningEpoch = 0;
inline constexpr int32_t LeavingEpoch = -1;
inline constexpr int32_t LeavingForAWhileEpoch = -2;  // a static member, which will be back

// How a group is set, which may change while it lives.
struct ConsumerGroupTimes {
    std::chrono::milliseconds session_timeout{45'000};
    std::chrono::milliseconds heartbeat_interval{5'000};
};

// What is not there has not changed since the last heartbeat.
struct ConsumerHeartbeat {
    std::string member_id;
    int32_t member_epoch = JoiningEpoch;
    std::optional<std::string> instance_id = {};
    std::optional<std::string> rack_id = {};
    std::optional<std::chrono::milliseconds> rebalance_timeout = {};
    std::optional<std::set<std::string>> topic_names = {};
    std::optional<std::string> topic_regex = {};
    std::optional<std::string> assignor = {};
    std::optional<PartitionSet> owned = {};
    std::string client_id = {};
    std::string client_host = {};
};

struct ConsumerHeartbeatAnswer {
    KafkaError error = KafkaError::None;
    std::optional<std::string> message = {};  // what is wrong
    std::optional<std::string> member_id = {};
    int32_t member_epoch = 0;
    std::optional<PartitionSet> assignment = {};  // where it is news
};

using TopicTablePtr = std::shared_ptr<const log::TopicTable>;

class ConsumerGroup {
public:
    enum class State { Empty, Assigning, Reconciling, Stable };

    struct Member : ConsumerMemberRecord {
        Ticks session_ends{};
        std::optional<Ticks> revocation_ends = {};

        bool is_away() const { return epoch == LeavingForAWhileEpoch; }
        bool has_reached(int32_t assignment_epoch) const {
            return progress == Progress::Settled && epoch == assignment_epoch;
        }
    };
    using Members = std::map<std::string, Member>;

    // What a heartbeat is answered with, apart from what it says itself.
    struct Surroundings {
        Ticks now{};
        ConsumerGroupTimes times = {};
        TopicTablePtr topics;
        // Patterns match only topics that the one who asks may know of.
        std::function<bool(const std::string& topic)> may_see;
    };

    ConsumerGroup(std::string id, int members_max);

    // What was saved, before the first heartbeat; sessions start anew at `now`.
    void restore(const ConsumerGroupRecord& record);
    void restore(ConsumerMemberRecord record, const ConsumerGroupTimes& times, Ticks now);
    void forget(const std::string& member_id);

    // The member's id is never empty. Anything else is checked here, save for what is wrong with
    // the request whatever the group.
    ConsumerHeartbeatAnswer heartbeat(const ConsumerHeartbeat& beat, const Surroundings& around);

    // By an administrator, who may know a static member's instance only. For each of them.
    struct MemberIdentity {
        std::string member_id = {};
        std::optional<std::string> instance_id = {};
    };
    std::vector<KafkaError> remove(const std::vector<MemberIdentity>& wanted);

    // Whether offsets of these partitions may be committed by a member at that epoch. An older one
    // will do for what the member has had since then: it may not have heard of the new epoch yet.
    KafkaError may_commit(const std::string& member_id, int32_t epoch,
                          const std::vector<std::pair<Uuid, int32_t>>& partitions) const;
    KafkaError may_fetch(const std::string& member_id, int32_t epoch) const;

    // Lets members go whose session or whose time to give partitions back is over.
    void on_time(Ticks now);
    std::optional<Ticks> next_deadline() const;

    const std::string& id() const { return id_; }
    State state() const;
    std::string_view state_name() const;
    bool is_empty() const { return members_.empty(); }
    int32_t epoch() const { return kept_.epoch; }
    int32_t assignment_epoch() const { return kept_.assignment_epoch; }
    // The one that most members ask for.
    std::string assignor() const;
    const Members& members() const { return members_; }
    // By name or pattern, in order. Nothing after a restart while patterns wait for a heartbeat to
    // be looked up.
    std::optional<std::vector<std::string>> subscribed_topics() const;

    // What a restart must not forget: those that have changed since the last call.
    struct Changes {
        bool group = false;
        std::set<std::string> members = {};  // also those that are gone
    };
    Changes take_changes();
    ConsumerGroupRecord record(log::Timestamp now) const;

private:
    using Topics = std::set<std::string>;  // names

    ConsumerHeartbeatAnswer leave(const ConsumerHeartbeat& beat);
    // The member that a heartbeat comes from, as it was before it; or what is wrong.
    struct Found {
        ConsumerHeartbeatAnswer refusal = {};
        std::optional<Member> member = {};
        std::string replaces = {};  // the id under which a static member was here before
    };
    Found find_or_create(const ConsumerHeartbeat& beat) const;
    Found find_static(const ConsumerHeartbeat& beat) const;
    Found checked(const Member& member, const ConsumerHeartbeat& beat) const;
    void update(Member& member, const ConsumerHeartbeat& beat) const;

    void put(Member member);
    void detach(const Member& member);
    void erase(const std::set<std::string>& member_ids);

    // Throws InvalidInput for a pattern that is none.
    void learn_pattern(const std::string& regex);
    void forget_unused_patterns();
    bool look_at_topics(const Surroundings& around, bool has_new_subscription);
    Topics topics_of(const Member& member) const;
    Topics topics_of_all() const;
    std::set<Uuid> topic_ids_of(const Member& member) const;
    TopicSizes sizes_of_subscribed() const;

    void bump_epoch();
    void assign();

    // consumer_reconciliation.cpp: one step of a member towards its target.
    void reconcile(Member& member, bool has_new_subscription,
                   const std::optional<PartitionSet>& owned) const;
    void drop_unsubscribed(Member& member, const std::optional<PartitionSet>& owned) const;
    void step_to_target(Member& member, const std::optional<PartitionSet>& owned) const;
    bool is_owned_by_another(const std::string& member_id, const Uuid& topic,
                             int32_t partition) const;

    std::string id_;
    int members_max_;

    ConsumerGroupRecord kept_;
    Members members_;
    std::map<std::string, std::string> by_instance_;           // instance id -> member id
    std::map<Uuid, std::map<int32_t, std::string>> owned_by_;  // until given back

    struct Resolved {
        TopicPattern pattern;
        Topics topics = {};
    };
    std::map<std::string, Resolved> resolved_;  // by pattern
    TopicTablePtr topics_;                      // as of the last heartbeat
    Changes changes_;
};

}  // namespace tarn::kafka
