#include "kafka/groups/consumer_group_records.hpp"

#include "base/error.hpp"
#include "kafka/wire/reader.hpp"
#include "kafka/wire/writer.hpp"

namespace tarn::kafka {
namespace {

constexpr int16_t Version = 0;
constexpr Form Plain = Form::Plain;

using Progress = ConsumerMemberRecord::Progress;

void check_version(std::string_view what, Reader& in) {
    int16_t version = in.take_int16();
    if (version == Version) return;
    throw Error(ErrorCode::Corrupt, "a {} of version {} in __consumer_offsets", what, version)
        .with_hint("a later Tarn wrote it; use that one");
}

// Counted where no vector grows, so the reader cannot bound it by what is left: each element takes
// bytes and fails when there are none.
int32_t take_count(Reader& in) {
    int32_t count = in.take_int32();
    if (count < 0) throw Error(ErrorCode::Corrupt, "a negative count in __consumer_offsets");
    return count;
}

Progress take_progress(Reader& in) {
    auto progress = static_cast<Progress>(in.take_int8());
    if (progress < Progress::Settled || progress > Progress::Unreleased) {
        throw Error(ErrorCode::Corrupt, "a member nowhere on its way in __consumer_offsets");
    }
    return progress;
}

template <typename Map>
void put_partitions(Writer& out, const Map& topics) {
    out.put_count(Plain, topics.size());
    for (const auto& [topic, partitions] : topics) {
        out.put_uuid(topic);
        out.put_count(Plain, partitions.size());
        for (const auto& each : partitions) {
            if constexpr (std::is_same_v<Map, PartitionEpochs>) {
                out.put_int32(each.first);
                out.put_int32(each.second);
            } else {
                out.put_int32(each);
            }
        }
    }
}

template <typename Map>
Map take_partitions(Reader& in) {
    Map topics;
    for (int32_t left = take_count(in); left > 0; --left) {
        auto& partitions = topics[in.take_uuid()];
        for (int32_t more = take_count(in); more > 0; --more) {
            int32_t partition = in.take_int32();
            if constexpr (std::is_same_v<Map, PartitionEpochs>) {
                partitions[partition] = in.take_int32();
            } else {
                partitions.insert(partition);
            }
        }
    }
    return topics;
}

}  // namespace

Bytes encode(const ConsumerGroupRecord& value) {
    Writer out;
    out.put_int16(Version);
    out.put_int32(value.epoch);
    out.put_int32(value.assignment_epoch);
    out.put_int64(value.changed_at);
    out.put_count(Plain, value.topic_sizes.size());
    for (const auto& [topic, partitions] : value.topic_sizes) {
        out.put_uuid(topic);
        out.put_int32(partitions);
    }
    return std::move(out).finish();
}

ConsumerGroupRecord decode_consumer_group(BytesView value) {
    Reader in(value);
    check_version("consumer group", in);
    ConsumerGroupRecord found;
    found.epoch = in.take_int32();
    found.assignment_epoch = in.take_int32();
    found.changed_at = in.take_int64();
    for (int32_t left = take_count(in); left > 0; --left) {
        Uuid topic = in.take_uuid();
        found.topic_sizes[topic] = in.take_int32();
    }
    return found;
}

Bytes encode(const ConsumerMemberRecord& value) {
    Writer out;
    out.put_int16(Version);
    out.put_nullable_string(Plain, value.instance_id);
    out.put_nullable_string(Plain, value.rack_id);
    out.put_string(Plain, value.client_id);
    out.put_string(Plain, value.client_host);
    out.put_int32(static_cast<int32_t>(value.rebalance_timeout.count()));
    out.put_count(Plain, value.topic_names.size());
    for (const std::string& name : value.topic_names) out.put_string(Plain, name);
    out.put_string(Plain, value.topic_regex);
    out.put_nullable_string(Plain, value.assignor);
    out.put_int32(value.epoch);
    out.put_int32(value.previous_epoch);
    out.put_int8(static_cast<int8_t>(value.progress));
    put_partitions(out, value.assigned);
    put_partitions(out, value.to_revoke);
    put_partitions(out, value.target);
    return std::move(out).finish();
}

ConsumerMemberRecord decode_consumer_member(std::string id, BytesView value) {
    Reader in(value);
    check_version("member of a consumer group", in);
    ConsumerMemberRecord found{.id = std::move(id)};
    found.instance_id = in.take_nullable_string(Plain);
    found.rack_id = in.take_nullable_string(Plain);
    found.client_id = in.take_string(Plain);
    found.client_host = in.take_string(Plain);
    found.rebalance_timeout = std::chrono::milliseconds(in.take_int32());
    for (int32_t left = take_count(in); left > 0; --left) {
        found.topic_names.insert(in.take_string(Plain));
    }
    found.topic_regex = in.take_string(Plain);
    found.assignor = in.take_nullable_string(Plain);
    found.epoch = in.take_int32();
    found.previous_epoch = in.take_int32();
    found.progress = take_progress(in);
    found.assigned = take_partitions<PartitionEpochs>(in);
    found.to_revoke = take_partitions<PartitionEpochs>(in);
    found.target = take_partitions<PartitionSet>(in);
    return found;
}

}  // namespace tarn::kafka
