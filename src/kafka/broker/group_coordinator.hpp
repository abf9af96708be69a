// Consumer groups as the broker runs them: state machines in memory (kafka/groups), every change a
// record in __consumer_offsets. All of it lives on one shard; the functions below may be called
// from any and bring the answer back to the caller's.
//
// The log decides: what a replay of the topic gives is what counts, so a change is appended before
// it is applied, and an offset that is committed in a transaction counts from the place of its
// marker.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/steady_time.hpp"
#include "kafka/broker/coordinated_group.hpp"
#include "kafka/broker/group_configs.hpp"
#include "kafka/broker/state_topic.hpp"
#include "runtime/task_group.hpp"

namespace tarn::kafka {

struct OffsetToCommit {
    TopicPartition partition;
    CommittedOffset offset;
};

// Which of the two protocols the members of a group speak, by the name that clients know it by.
inline constexpr std::string_view ClassicType = "classic";
inline constexpr std::string_view ConsumerType = "consumer";

struct ListedGroup {
    std::string id;
    std::string_view type;
    std::string state;
    std::string protocol_type;
    int members = 0;
};

struct GroupDescription {
    KafkaError error = KafkaError::None;
    std::string message = {};  // what is wrong
    std::string id = {};
    std::string state = {};
    std::string protocol_type = {};
    std::string protocol = {};
    struct Member {
        std::string id;
        std::optional<std::string> instance_id;
        std::string client_id;
        std::string client_host;
        Bytes metadata;
        Bytes assignment;
    };
    std::vector<Member> members = {};
};

// Of a group of the newer protocol.
struct ConsumerGroupDescription {
    KafkaError error = KafkaError::None;
    std::string message = {};  // what is wrong
    std::string state = {};
    int32_t epoch = 0;
    int32_t assignment_epoch = 0;
    std::string assignor = {};
    std::vector<ConsumerMemberRecord> members = {};
};

// What the version of a request knows of: commits of the older ones name a generation, of the newer
// ones perhaps an epoch.
enum class MembersCount { Generations, Epochs };

struct FetchedOffset {
    TopicPartition partition;
    CommittedOffset offset;    // offset -1: none
    bool is_unstable = false;  // a transaction may still change it
};

class GroupCoordinator {
public:
    struct Parts {
        log::Log& log;
        const runtime::Shards& shards;
        runtime::BlockingPool& blocking;
        const Clock& clock;
        Random& random;
    };
    struct Settings {
        GroupSettings groups;
        std::chrono::milliseconds offsets_retention{std::chrono::days(7)};
        // Each group is a little memory for as long as it has members or offsets.
        int groups_max = 100'000;
    };

    GroupCoordinator(Parts parts, Settings settings);
    ~GroupCoordinator();

    // Reads what was kept. Blocks; before start().
    void load();
    void start();
    // Answers everyone who waits, and ends.
    awaitable<void> stop();

    awaitable<void> create_topic_if_missing();

    awaitable<JoinAnswer> join(std::string group, JoinRequest request);
    awaitable<SyncAnswer> sync(std::string group, SyncRequest request);
    awaitable<KafkaError> heartbeat(std::string group, Speaker speaker);
    awaitable<std::vector<KafkaError>> leave(std::string group, std::vector<Speaker> speakers);
    // Of the newer protocol. Returns when what the member is told of is kept.
    awaitable<ConsumerHeartbeatAnswer> consumer_heartbeat(
        std::string group, ConsumerHeartbeat beat,
        std::function<bool(const std::string& topic)> may_see);

    // Returns when the offsets are kept.
    awaitable<KafkaError> commit(std::string group, Speaker speaker, MembersCount members_count,
                                 std::vector<OffsetToCommit> offsets);
    // `is_open` is asked on the coordinator's shard right before the offsets are appended, since
    // the transaction may end while they are on their way: None, or what to answer.
    awaitable<KafkaError> commit_in_transaction(std::string group, Speaker speaker,
                                                InTransaction transaction,
                                                std::vector<OffsetToCommit> offsets,
                                                std::function<KafkaError()> is_open);
    // Called on the coordinator's shard as soon as the marker stands in __consumer_offsets, with
    // nothing in between.
    void transaction_ended(log::ProducerId producer, bool commits);

    // Whether a member of the newer protocol may ask for offsets at that epoch. A group that is not
    // there, or of classic members, has nothing against it.
    awaitable<KafkaError> may_fetch(std::string group, std::string member_id, int32_t epoch);
    // Of all partitions that the group has offsets for, without `partitions`.
    awaitable<std::vector<FetchedOffset>> offsets(
        std::string group, std::optional<std::vector<TopicPartition>> partitions);
    // By partition. GroupIdNotFound for all when there is no such group.
    awaitable<std::vector<KafkaError>> delete_offsets(std::string group,
                                                      std::vector<TopicPartition> partitions);

    awaitable<std::vector<ListedGroup>> list();
    // GroupIdNotFound for one of the other protocol.
    awaitable<GroupDescription> describe(std::string group);
    awaitable<ConsumerGroupDescription> describe_consumer(std::string group);
    awaitable<KafkaError> remove(std::string group);

    // The time by which offsets are committed and expire.
    log::Timestamp now_ms() const { return unix_ms(time_.now()); }
    GroupConfigs& configs() { return configs_; }

    // Takes part in the transactions that commit offsets.
    TopicPartition offsets_partition() const { return {topic_.name(), 0}; }

private:
    using Group = CoordinatedGroup;

    template <typename Work>
    auto at_home(Work work);
    awaitable<JoinAnswer> join_here(std::string group, JoinRequest request);
    awaitable<SyncAnswer> sync_here(std::string group, SyncRequest request);
    awaitable<std::vector<KafkaError>> leave_here(std::string group, std::vector<Speaker> speakers);
    awaitable<ConsumerHeartbeatAnswer> consumer_heartbeat_here(
        std::string group, ConsumerHeartbeat beat,
        std::function<bool(const std::string& topic)> may_see);
    KafkaError may_commit(Group& group, const Speaker& speaker, MembersCount members_count,
                          const std::vector<OffsetToCommit>& offsets) const;
    KafkaError may_commit_in_transaction(Group& group, const Speaker& speaker,
                                         const std::vector<OffsetToCommit>& offsets) const;
    awaitable<KafkaError> commit_here(std::string group, Speaker speaker,
                                      MembersCount members_count,
                                      std::optional<InTransaction> transaction,
                                      std::vector<OffsetToCommit> offsets,
                                      std::function<KafkaError()> is_open);
    awaitable<std::vector<KafkaError>> delete_offsets_here(std::string group,
                                                           std::vector<TopicPartition> partitions);
    awaitable<KafkaError> remove_here(std::string group);
    awaitable<void> watch_time();

    // group_loading.cpp
    struct Loader;
    void load_batch(BytesView batch, const log::BatchHeader& header);
    void forget_topic(const log::Topic& topic);
    void let_time_pass(Ticks now);
    void expire_offsets(Group& group, log::Timestamp now);

    Group* find(const std::string& group);
    // Null when there are too many groups.
    Group* find_or_create(const std::string& group);
    // In place of whatever members it had.
    void make_classic(Group& group);
    void make_consumer(Group& group);
    // Takes the record back that says there are members of the group's protocol.
    void take_back(const Group& group);
    // Appends what has changed: wait_until_kept() then says when it is kept. Nothing where nothing
    // has.
    std::optional<log::Offset> after_change(Group& group);
    void forget_dead_groups();

    Ticks ticks() const { return parts_.clock.ticks(); }

    Parts parts_;
    Settings settings_;
    SteadyTime time_;
    Executor home_;
    StateTopic topic_;
    GroupConfigs configs_;
    std::map<std::string, std::unique_ptr<Group>> groups_;
    runtime::TaskGroup tasks_;
    bool is_stopping_ = false;
};

}  // namespace tarn::kafka
