// A consumer group of the classic protocol: clients join, one of them, the leader, shares out the
// partitions, and all go on under a new generation. The broker only keeps everyone in step, so this
// is a state machine and no more: requests come in, replies go out by the function that came with
// the request, at once or when the others have caught up, and time is told to it by on_time().
//
//   Empty -> PreparingRebalance -> CompletingRebalance -> Stable
//              waits for joins       waits for the leader's assignment
//
// A client that vanishes is noticed by its session timeout alone: a closed connection means
// nothing, since the client may be back in a moment.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "kafka/groups/group_records.hpp"
#include "kafka/wire/error_codes.hpp"

namespace tarn::kafka {

struct GroupSettings {
    std::chrono::milliseconds session_timeout_min{6000};
    std::chrono::milliseconds session_timeout_max{std::chrono::minutes(30)};
    // How long the first member of an empty group waits for others. Kafka's default is 3 s; a
    // broker for one machine is better off answering soon.
    std::chrono::milliseconds initial_rebalance_delay{100};
    int members_max = 10000;
};

struct JoinRequest {
    std::string member_id;  // empty at first
    std::optional<std::string> instance_id;
    std::string client_id;
    std::string client_host;
    std::chrono::milliseconds session_timeout{};
    std::chrono::milliseconds rebalance_timeout{};
    std::string protocol_type;
    std::vector<MemberProtocol> protocols;  // what the member can do, the best first
    // Whether the client understands MEMBER_ID_REQUIRED (JoinGroup 4) and SkipAssignment (9).
    bool knows_member_id_required = true;
    bool knows_skip_assignment = true;
};

struct JoinAnswer {
    KafkaError error = KafkaError::None;
    int32_t generation = -1;
    std::optional<std::string> protocol_type = {};
    std::optional<std::string> protocol = {};
    std::string leader = {};
    std::string member_id = {};
    bool skip_assignment = false;
    struct Member {
        std::string member_id;
        std::optional<std::string> instance_id;
        Bytes metadata;
    };
    std::vector<Member> members = {};  // told to the leader only
};

// Who speaks, in which generation he believes the group to be.
struct Speaker {
    std::string member_id = {};
    std::optional<std::string> instance_id = {};
    int32_t generation = -1;

    // As a transaction whose client knows nothing of the group.
    bool names_nobody() const { return generation < 0 && member_id.empty() && !instance_id; }
};

struct SyncRequest {
    Speaker speaker;
    std::optional<std::string> protocol_type;
    std::optional<std::string> protocol;
    std::map<std::string, Bytes> assignments;  // by member id; from the leader only
};

struct SyncAnswer {
    KafkaError error = KafkaError::None;
    std::optional<std::string> protocol_type;
    std::optional<std::string> protocol;
    Bytes assignment;
};

class ClassicGroup {
public:
    enum class State { Empty, PreparingRebalance, CompletingRebalance, Stable };

    struct Member {
        std::string id;
        std::optional<std::string> instance_id;
        std::string client_id;
        std::string client_host;
        std::chrono::milliseconds session_timeout{};
        std::chrono::milliseconds rebalance_timeout{};
        std::vector<MemberProtocol> protocols;
        Bytes assignment;

        Ticks session_ends{};
        std::function<void(JoinAnswer)> join_reply = {};  // set while the member waits
        std::function<void(SyncAnswer)> sync_reply = {};
        bool has_to_sync = false;

        bool is_static() const { return instance_id.has_value(); }
        const Bytes* metadata_for(const std::string& protocol) const;
    };

    ClassicGroup(std::string id, const GroupSettings& settings, Random& random);

    // Becomes what was saved, its members' sessions starting anew at `now`.
    void restore(const GroupRecord& record, Ticks now);

    void join(JoinRequest request, Ticks now, std::function<void(JoinAnswer)> reply);
    void sync(SyncRequest request, Ticks now, std::function<void(SyncAnswer)> reply);
    KafkaError heartbeat(const Speaker& speaker, Ticks now);
    KafkaError leave(const Speaker& speaker, Ticks now);
    // Whether this speaker may commit offsets now. Counts as a sign of life.
    KafkaError may_commit(const Speaker& speaker, Ticks now);
    // The same for a commit inside a transaction, whose client may not know its generation.
    KafkaError may_commit_in_transaction(const Speaker& speaker, Ticks now);

    // Lets members whose time is over go and completes what waited long enough.
    void on_time(Ticks now);
    // When on_time() should be called next, if nothing else happens.
    std::optional<Ticks> next_deadline() const;

    // Answers everyone who waits with `error`; for a broker that stops or a group that is deleted.
    void refuse_all_waiting(KafkaError error);

    const std::string& id() const { return id_; }
    State state() const { return state_; }
    std::string_view state_name() const;
    bool is_empty() const { return members_.empty() && pending_.empty(); }
    int32_t generation() const { return generation_; }
    const std::optional<std::string>& protocol_type() const { return protocol_type_; }
    const std::optional<std::string>& protocol() const { return protocol_; }
    const std::string& leader() const { return leader_; }
    const std::map<std::string, Member>& members() const { return members_; }
    // The topics that members of protocol type "consumer" subscribe to; nothing if one cannot be
    // read.
    std::optional<std::vector<std::string>> subscribed_topics() const;

    // What a restart must not forget. take_unsaved() answers it once after each change.
    GroupRecord record(Timestamp now) const;
    bool take_unsaved();

private:
    using Members = std::map<std::string, Member>;

    void join_as_new(JoinRequest request, Ticks now, std::function<void(JoinAnswer)> reply);
    void join_as_known(JoinRequest request, Ticks now, std::function<void(JoinAnswer)> reply);
    void replace_static(JoinRequest request, Ticks now, std::function<void(JoinAnswer)> reply);
    void add(std::string member_id, JoinRequest request, Ticks now,
             std::function<void(JoinAnswer)> reply);
    void rejoin(Member& member, JoinRequest request, Ticks now,
                std::function<void(JoinAnswer)> reply);
    void remove(const std::string& member_id, Ticks now);

    void prepare_rebalance(Ticks now);
    void complete_join_if_all_are_here(Ticks now);
    void complete_join(Ticks now);
    bool elect_leader_among_joined();
    void evict_who_did_not_sync(Ticks now);

    // Finds the member; or says what is wrong with him.
    KafkaError check(const Speaker& speaker, Member** member);
    bool accepts_protocols(const JoinRequest& request) const;
    std::vector<std::string> common_protocols() const;
    std::string choose_protocol() const;
    std::chrono::milliseconds longest_rebalance_timeout() const;
    JoinAnswer answer_for(const Member& member) const;
    std::string new_member_id(const JoinRequest& request);
    void keep_alive(Member& member, Ticks now) {
        member.session_ends = now + member.session_timeout;
    }

    std::string id_;
    const GroupSettings& settings_;
    Random& random_;

    State state_ = State::Empty;
    int32_t generation_ = 0;
    std::optional<std::string> protocol_type_;
    std::optional<std::string> protocol_;
    std::string leader_;
    Members members_;
    std::map<std::string, std::string> by_instance_;  // instance id -> member id
    std::map<std::string, Ticks> pending_;            // ids given out, not yet used -> until when

    std::optional<Ticks> join_ends_;  // in PreparingRebalance
    // The first rebalance of an empty group is prolonged while members still arrive, up to this
    // time.
    std::optional<Ticks> initial_join_ends_at_most_;
    bool has_new_members_ = false;
    std::optional<Ticks> sync_ends_;  // after a generation began, until all have synced
    bool is_unsaved_ = false;
};

}  // namespace tarn::kafka
