// What the topic __consumer_offsets holds: the state of groups and the offsets they committed, in
// the layout that Kafka's own brokers use, so that tools which read that topic find what they
// expect. Groups of the newer protocol are in records of our own kinds, which such tools skip:
// their contents are in consumer_group_records.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "log/record_batch.hpp"

namespace tarn::kafka {

using log::Offset;
using log::Timestamp;

struct MemberProtocol {
    std::string name;
    Bytes metadata;

    bool operator==(const MemberProtocol&) const = default;
};

// The members of a classic group and what each was assigned.
struct GroupRecord {
    struct Member {
        std::string member_id;
        std::optional<std::string> instance_id;
        std::string client_id;
        std::string client_host;
        std::chrono::milliseconds rebalance_timeout{};
        std::chrono::milliseconds session_timeout{};
        Bytes subscription;
        Bytes assignment;

        bool operator==(const Member&) const = default;
    };

    std::string protocol_type;
    int32_t generation = 0;
    std::optional<std::string> protocol;
    std::optional<std::string> leader = {};
    Timestamp state_changed_at = log::NoTimestamp;
    std::vector<Member> members = {};

    bool operator==(const GroupRecord&) const = default;
};

struct CommittedOffset {
    Offset offset = -1;
    int32_t leader_epoch = -1;
    std::string metadata = {};
    Timestamp committed_at = log::NoTimestamp;

    bool operator==(const CommittedOffset&) const = default;
};

struct TopicPartition {
    std::string topic;
    int32_t partition = 0;

    auto operator<=>(const TopicPartition&) const = default;
};

// The keys. A record with a null value takes the entry back.
struct OffsetKey {
    std::string group;
    TopicPartition partition;

    auto operator<=>(const OffsetKey&) const = default;
};
struct GroupKey {
    std::string group;

    auto operator<=>(const GroupKey&) const = default;
};
// A group of the newer protocol, and each of its members: a change of one does not write them all.
struct ConsumerGroupKey {
    std::string group;

    auto operator<=>(const ConsumerGroupKey&) const = default;
};
struct ConsumerMemberKey {
    std::string group;
    std::string member_id;

    auto operator<=>(const ConsumerMemberKey&) const = default;
};
using GroupRecordKey = std::variant<OffsetKey, GroupKey, ConsumerGroupKey, ConsumerMemberKey>;

Bytes encode(const GroupRecordKey& key);
Bytes encode(const CommittedOffset& value);
Bytes encode(const GroupRecord& value);

// Nothing for a kind of record that we do not know, which a later Tarn may have written. Damaged
// ones throw Corrupt.
std::optional<GroupRecordKey> decode_key(BytesView key);
CommittedOffset decode_offset(BytesView value);
GroupRecord decode_group(BytesView value);

}  // namespace tarn::kafka
