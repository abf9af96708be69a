// Reads the records of partitions from given offsets on, round by round. It belongs to no group and
// commits nothing: GroupMember says which partitions to read, whoever reads says what is done.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "kafka/client/topics.hpp"
#include "kafka/wire/messages/fetch.hpp"
#include "log/records.hpp"

namespace tarn::kafka::client {

using TopicPartition = std::pair<std::string, int32_t>;

struct ReceivedRecord {
    const std::string& topic;
    int32_t partition;
    log::TimestampType timestamp_type;
    const log::RecordView& record;  // valid during the call
};

enum class Isolation : int8_t { Uncommitted = 0, Committed = 1 };

class Consumer {
public:
    // `client` outlives the consumer.
    explicit Consumer(Client& client, Isolation isolation = Isolation::Uncommitted)
        : client_(client), isolation_(isolation) {}

    // Reads these partitions of the topic, too.
    void add(const TopicInfo& topic, const Offsets& from);
    void clear() { readings_.clear(); }

    // Told each record; false ends the round, and the next one goes on behind this record.
    using Take = std::function<bool(const ReceivedRecord&)>;

    // One round: waits up to `wait` for the first records and hands over what came. An offset that
    // was trimmed away moves to the earliest that is left.
    void poll(std::chrono::milliseconds wait, const Take& take);

    // Of each partition: the next offset to read.
    std::map<TopicPartition, log::Offset> positions() const;
    // Whether every partition was read up to where it ended in the last round.
    bool is_at_end() const;

private:
    struct Reading {
        log::Offset next = 0;
        log::Offset end = -1;  // as far as it is known
        int32_t leader = -1;
    };
    using Readings = std::map<TopicPartition, Reading>;

    // False when `take` has had enough.
    bool poll_node(int32_t node, std::chrono::milliseconds wait, const Take& take);
    bool hand_over(const TopicPartition& which, Reading& reading,
                   const FetchResponse::PartitionData& fetched, const Take& take);
    bool hand_over_batch(const TopicPartition& which, Reading& reading, BytesView batch,
                         const Take& take);
    void recover(const TopicPartition& which, Reading& reading, KafkaError error);

    Client& client_;
    Isolation isolation_;
    Readings readings_;
};

}  // namespace tarn::kafka::client
