#include "kafka/groups/group_records.hpp"

#include "base/error.hpp"
#include "kafka/wire/reader.hpp"
#include "kafka/wire/writer.hpp"

namespace tarn::kafka {
namespace {

// The versions in front of the keys say what kind of record it is: Kafka's brokers write 1 for an
// offset and 2 for a classic group; ours for the newer protocol is far from the numbers that they
// use.
constexpr int16_t OffsetKeyVersion = 1;
constexpr int16_t GroupKeyVersion = 2;
constexpr int16_t ConsumerGroupKeyVersion = 1000;
constexpr int16_t ConsumerMemberKeyVersion = 1001;

constexpr int16_t OffsetValueVersion = 3;
constexpr int16_t GroupValueVersion = 3;

constexpr Form Plain = Form::Plain;

std::chrono::milliseconds take_ms(Reader& in) {
    return std::chrono::milliseconds(in.take_int32());
}

void put_ms(Writer& out, std::chrono::milliseconds duration) {
    out.put_int32(static_cast<int32_t>(duration.count()));
}

void refuse_version(std::string_view what, int16_t version) {
    throw Error(ErrorCode::Corrupt, "a {} of version {} in __consumer_offsets", what, version)
        .with_hint("a later Tarn wrote it; use that one");
}

struct KeyWriter {
    Writer& out;

    void operator()(const OffsetKey& key) const {
        out.put_int16(OffsetKeyVersion);
        out.put_string(Plain, key.group);
        out.put_string(Plain, key.partition.topic);
        out.put_int32(key.partition.partition);
    }
    void operator()(const GroupKey& key) const {
        out.put_int16(GroupKeyVersion);
        out.put_string(Plain, key.group);
    }
    void operator()(const ConsumerGroupKey& key) const {
        out.put_int16(ConsumerGroupKeyVersion);
        out.put_string(Plain, key.group);
    }
    void operator()(const ConsumerMemberKey& key) const {
        out.put_int16(ConsumerMemberKeyVersion);
        out.put_string(Plain, key.group);
        out.put_string(Plain, key.member_id);
    }
};

GroupRecord::Member take_member(Reader& in) {
    GroupRecord::Member member;
    member.member_id = in.take_string(Plain);
    member.instance_id = in.take_nullable_string(Plain);
    member.client_id = in.take_string(Plain);
    member.client_host = in.take_string(Plain);
    member.rebalance_timeout = take_ms(in);
    member.session_timeout = take_ms(in);
    member.subscription = in.take_bytes(Plain);
    member.assignment = in.take_bytes(Plain);
    return member;
}

void put_member(Writer& out, const GroupRecord::Member& member) {
    out.put_string(Plain, member.member_id);
    out.put_nullable_string(Plain, member.instance_id);
    out.put_string(Plain, member.client_id);
    out.put_string(Plain, member.client_host);
    put_ms(out, member.rebalance_timeout);
    put_ms(out, member.session_timeout);
    out.put_bytes(Plain, member.subscription);
    out.put_bytes(Plain, member.assignment);
}

}  // namespace

Bytes encode(const GroupRecordKey& key) {
    Writer out;
    std::visit(KeyWriter{out}, key);
    return std::move(out).finish();
}

Bytes encode(const CommittedOffset& value) {
    Writer out;
    out.put_int16(OffsetValueVersion);
    out.put_int64(value.offset);
    out.put_int32(value.leader_epoch);
    out.put_string(Plain, value.metadata);
    out.put_int64(value.committed_at);
    return std::move(out).finish();
}

Bytes encode(const GroupRecord& value) {
    Writer out;
    out.put_int16(GroupValueVersion);
    out.put_string(Plain, value.protocol_type);
    out.put_int32(value.generation);
    out.put_nullable_string(Plain, value.protocol);
    out.put_nullable_string(Plain, value.leader);
    out.put_int64(value.state_changed_at);
    out.put_count(Plain, value.members.size());
    for (const auto& member : value.members) put_member(out, member);
    return std::move(out).finish();
}

std::optional<GroupRecordKey> decode_key(BytesView key) {
    Reader in(key);
    switch (in.take_int16()) {
        case 0:  // as brokers before Kafka 0.9 wrote it
        case OffsetKeyVersion: {
            OffsetKey found;
            found.group = in.take_string(Plain);
            found.partition.topic = in.take_string(Plain);
            found.partition.partition = in.take_int32();
            return found;
        }
        case GroupKeyVersion:
            return GroupKey{in.take_string(Plain)};
        case ConsumerGroupKeyVersion:
            return ConsumerGroupKey{in.take_string(Plain)};
        case ConsumerMemberKeyVersion: {
            ConsumerMemberKey found;
            found.group = in.take_string(Plain);
            found.member_id = in.take_string(Plain);
            return found;
        }
        default:
            return std::nullopt;
    }
}

CommittedOffset decode_offset(BytesView value) {
    Reader in(value);
    if (auto version = in.take_int16(); version != OffsetValueVersion) {
        refuse_version("committed offset", version);
    }
    CommittedOffset found;
    found.offset = in.take_int64();
    found.leader_epoch = in.take_int32();
    found.metadata = in.take_string(Plain);
    found.committed_at = in.take_int64();
    return found;
}

GroupRecord decode_group(BytesView value) {
    Reader in(value);
    if (auto version = in.take_int16(); version != GroupValueVersion) {
        refuse_version("group", version);
    }
    GroupRecord found;
    found.protocol_type = in.take_string(Plain);
    found.generation = in.take_int32();
    found.protocol = in.take_nullable_string(Plain);
    found.leader = in.take_nullable_string(Plain);
    found.state_changed_at = in.take_int64();
    int64_t count = in.begin_array(Plain, found.members);
    for (int64_t i = 0; i < count; ++i) found.members.push_back(take_member(in));
    return found;
}

}  // namespace tarn::kafka
