// What __consumer_offsets keeps of a group of the newer protocol: one record of the group and one
// of each member, laid out as docs/formats/log.md says.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>

#include "base/bytes.hpp"
#include "kafka/groups/assignors.hpp"
#include "log/record_batch.hpp"

namespace tarn::kafka {

struct ConsumerGroupRecord {
    int32_t epoch = 0;
    int32_t assignment_epoch = 0;
    log::Timestamp changed_at = log::NoTimestamp;
    // The topics that the last epoch was for: other ones, or other sizes, ask for the next.
    TopicSizes topic_sizes = {};

    bool operator==(const ConsumerGroupRecord&) const = default;
};

struct ConsumerMemberRecord {
    // Where a member stands on its way to the target.
    enum class Progress : int8_t {
        Settled,
        Unrevoked,   // it has yet to say that it gave partitions back
        Unreleased,  // it waits for partitions that others have yet to give back
    };

    std::string id = {};
    std::optional<std::string> instance_id = {};
    std::optional<std::string> rack_id = {};
    std::string client_id = {};
    std::string client_host = {};
    std::chrono::milliseconds rebalance_timeout{};
    std::set<std::string> topic_names = {};
    std::string topic_regex = {};  // empty for none
    std::optional<std::string> assignor = {};

    int32_t epoch = 0;
    int32_t previous_epoch = 0;
    Progress progress = Progress::Settled;
    PartitionEpochs assigned = {};
    PartitionEpochs to_revoke = {};
    PartitionSet target = {};

    bool operator==(const ConsumerMemberRecord&) const = default;
};

Bytes encode(const ConsumerGroupRecord& value);
Bytes encode(const ConsumerMemberRecord& value);

// Throw Corrupt when the bytes are something else, or written by a later Tarn. The id of a member
// stands in its key.
ConsumerGroupRecord decode_consumer_group(BytesView value);
ConsumerMemberRecord decode_consumer_member(std::string id, BytesView value);

}  // namespace tarn::kafka
