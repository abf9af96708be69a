// The topics of a cluster as sources and sinks want them, wherever the cluster is: in this very
// process (topics_in_place.hpp) or elsewhere (topics_by_client.hpp). One job's thread has it and
// waits in it, never for records to come.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "kafka/client/topics.hpp"
#include "kafka/client/transactions.hpp"
#include "kafka/groups/group_records.hpp"
#include "log/partition.hpp"

namespace tarn::connectors {

using kafka::TopicPartition;
using kafka::client::TransactionHolder;
using PartitionOffsets = std::map<TopicPartition, log::Offset>;

// "trades-0", as people know a partition.
inline std::string text_of(const TopicPartition& which) {
    return which.topic + "-" + std::to_string(which.partition);
}

struct ReadFrom {
    TopicPartition which;
    log::Offset offset;
};

// What a partition had to give at the moment.
struct ReadBatches {
    // Nothing can be read at that offset, not even later: it was trimmed away or never was.
    bool is_out_of_range = false;
    // From the batch that holds the offset on. The last one may be cut off.
    BytesView bytes = {};
    std::shared_ptr<const void> holder = nullptr;       // of the bytes
    std::vector<log::AbortedTransaction> aborted = {};  // by first_offset, when only what is
                                                        // committed is read
};

struct NewBatch {
    TopicPartition which;
    Bytes bytes;
};

class TopicAccess {
public:
    virtual ~TopicAccess() = default;

    // "localhost:9092", for messages.
    virtual std::string location() const = 0;

    // How many partitions there are, by the topic. Without those that are the broker's own.
    virtual std::map<std::string, int32_t> topics() = 0;
    // The partitions of one topic. Throws NotFound, with Missing::Create only where the cluster
    // does not make topics by itself.
    virtual int32_t partition_count(const std::string& topic, kafka::client::Missing missing) = 0;

    // Where the first record at or after a time is, -1 where there is none. The times Earliest and
    // Latest of kafka/client stand for the ends.
    virtual PartitionOffsets offsets_at(const std::vector<TopicPartition>& partitions,
                                        log::Timestamp time) = 0;

    // What a consumer group has committed, empty for a group that is not there.
    virtual PartitionOffsets committed(const std::string& group) = 0;
    virtual void commit(const std::string& group, const PartitionOffsets& offsets) = 0;

    // An answer for each partition, in that order.
    virtual std::vector<ReadBatches> read(const std::vector<ReadFrom>& wanted) = 0;
    // Asks that records from there on stay, even where they are old enough to go.
    virtual void keep(const PartitionOffsets& /*from*/) {}

    // At most one batch for each partition. The holder is null for batches outside of transactions.
    virtual void append(std::vector<NewBatch> batches, const TransactionHolder* holder) = 0;
    // All that was appended lasts when this returns.
    virtual void flush() = 0;

    // Takes a transactional id over: what was open under it is aborted.
    virtual TransactionHolder hold_transactions(const std::string& id,
                                                std::chrono::milliseconds timeout) = 0;
    // Before the first batch of a transaction for each partition.
    virtual void add_to_transaction(const TransactionHolder& holder,
                                    const std::vector<TopicPartition>& partitions) = 0;
    // Changes nothing when it was committed before.
    virtual void commit_transaction(const TransactionHolder& holder) = 0;
};

using TopicAccessPtr = std::unique_ptr<TopicAccess>;

// Past it sinks send a batch; topics take at least 1 MiB unless they are told otherwise.
inline constexpr int64_t SentBytes = 256 << 10;

// How much one read() brings of all partitions, and of a single one.
inline constexpr int64_t ReadBytesMax = 16 << 20;
inline constexpr int64_t PartitionReadBytesMax = 1 << 20;

// The share of one partition among several.
inline int64_t read_share(size_t partitions) {
    constexpr int64_t Least = 64 << 10;
    int64_t share = ReadBytesMax / static_cast<int64_t>(std::max<size_t>(partitions, 1));
    return std::clamp(share, Least, PartitionReadBytesMax);
}

}  // namespace tarn::connectors
