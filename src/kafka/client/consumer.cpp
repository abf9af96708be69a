#include "kafka/client/consumer.hpp"

#include <algorithm>
#include <deque>

namespace tarn::kafka::client {
namespace {

constexpr int32_t FetchBytesMax = 32 << 20;
constexpr int32_t PartitionBytesMax = 1 << 20;

// Tells the batches of transactions that were given up, as Fetch lists them: by where each began,
// and they end at the producer's next control batch.
class AbortedTransactions {
public:
    explicit AbortedTransactions(const FetchResponse::PartitionData& fetched) {
        if (fetched.aborted_transactions) {
            ahead_.assign(fetched.aborted_transactions->begin(),
                          fetched.aborted_transactions->end());
        }
        std::ranges::sort(ahead_, {}, &FetchResponse::AbortedTransaction::first_offset);
    }

    bool hold(const log::BatchHeader& batch) {
        while (!ahead_.empty() && ahead_.front().first_offset <= batch.last_offset()) {
            open_.insert(ahead_.front().producer_id);
            ahead_.pop_front();
        }
        if (batch.is_control()) open_.erase(batch.producer_id);
        return batch.is_transactional() && open_.contains(batch.producer_id);
    }

private:
    std::deque<FetchResponse::AbortedTransaction> ahead_;
    std::set<log::ProducerId> open_;
};

FetchRequest::FetchTopic& topic_in(FetchRequest& request, const std::string& name) {
    auto found = std::ranges::find(request.topics, name, &FetchRequest::FetchTopic::topic);
    if (found != request.topics.end()) return *found;
    auto& added = request.topics.emplace_back();
    added.topic = name;
    return added;
}

}  // namespace

void Consumer::add(const TopicInfo& topic, const Offsets& from) {
    for (const PartitionInfo& partition : topic.partitions) {
        auto start = from.find(partition.id);
        if (start == from.end()) continue;
        readings_[{topic.name, partition.id}] = {.next = start->second, .leader = partition.leader};
    }
}

void Consumer::poll(std::chrono::milliseconds wait, const Take& take) {
    std::set<int32_t> nodes;
    for (const auto& [which, reading] : readings_) nodes.insert(reading.leader);
    for (int32_t node : nodes) {
        auto share = wait / static_cast<int64_t>(nodes.size());
        if (!client_.retrying([&] { return poll_node(node, share, take); })) return;
    }
}

std::map<TopicPartition, log::Offset> Consumer::positions() const {
    std::map<TopicPartition, log::Offset> positions;
    for (const auto& [which, reading] : readings_) positions[which] = reading.next;
    return positions;
}

bool Consumer::is_at_end() const {
    return std::ranges::all_of(readings_, [](const auto& entry) {
        return entry.second.end >= 0 && entry.second.next >= entry.second.end;
    });
}

bool Consumer::poll_node(int32_t node, std::chrono::milliseconds wait, const Take& take) {
    FetchRequest request;
    request.max_wait_ms = static_cast<int32_t>(wait.count());
    request.min_bytes = 1;
    request.max_bytes = FetchBytesMax;
    request.isolation_level = static_cast<int8_t>(isolation_);
    for (const auto& [which, reading] : readings_) {
        if (reading.leader != node) continue;
        topic_in(request, which.first)
            .partitions.push_back({.partition = which.second,
                                   .fetch_offset = reading.next,
                                   .partition_max_bytes = PartitionBytesMax});
    }
    auto answer = client_.call<FetchResponse>(request, Node{node});
    check(answer->error_code, "reading");
    for (const auto& topic : answer->responses) {
        for (const auto& fetched : topic.partitions) {
            auto found = readings_.find({topic.topic, fetched.partition_index});
            if (found == readings_.end()) continue;
            if (!hand_over(found->first, found->second, fetched, take)) return false;
        }
    }
    return true;
}

bool Consumer::hand_over(const TopicPartition& which, Reading& reading,
                         const FetchResponse::PartitionData& fetched, const Take& take) {
    if (fetched.error_code != code_of(KafkaError::None)) {
        recover(which, reading, static_cast<KafkaError>(fetched.error_code));
        return true;
    }
    bool only_committed = isolation_ == Isolation::Committed && fetched.last_stable_offset >= 0;
    reading.end = only_committed ? fetched.last_stable_offset : fetched.high_watermark;
    AbortedTransactions aborted(fetched);
    BytesView left = fetched.records.bytes();
    while (auto header = log::BatchHeader::read(left)) {
        // The last batch of an answer may be cut off.
        if (header->size() > std::ssize(left)) break;
        BytesView batch = left.first(static_cast<size_t>(header->size()));
        left = left.subspan(batch.size());
        if (!header->is_plausible() || log::crc_of(batch) != header->crc) {
            throw Error(ErrorCode::Corrupt, "topic '{}', partition {}: a bad batch at offset {}",
                        which.first, which.second, header->base_offset);
        }
        bool is_given_up = aborted.hold(*header) && isolation_ == Isolation::Committed;
        if (!header->is_control() && !is_given_up &&
            !hand_over_batch(which, reading, batch, take)) {
            return false;
        }
        reading.next = std::max(reading.next, header->next_offset());
    }
    return true;
}

bool Consumer::hand_over_batch(const TopicPartition& which, Reading& reading, BytesView batch,
                               const Take& take) {
    log::RecordReader records = log::RecordReader::open(batch);
    bool is_broker_time = records.header().timestamp_type() == log::TimestampType::LogAppendTime;
    while (auto record = records.next()) {
        // A batch comes whole, also when it begins before the offset that was asked for.
        if (record->offset < reading.next) continue;
        if (is_broker_time) record->timestamp = records.header().max_timestamp;
        reading.next = record->offset + 1;
        if (!take({which.first, which.second, records.header().timestamp_type(), *record})) {
            return false;
        }
    }
    return true;
}

void Consumer::recover(const TopicPartition& which, Reading& reading, KafkaError error) {
    RefusedError refused(error, fmt::format("topic '{}', partition {}", which.first, which.second));
    if (error != KafkaError::OffsetOutOfRange && !refused.is_passing()) throw refused;
    TopicInfo topic = find_topic(client_, which.first);
    auto partition = std::ranges::find(topic.partitions, which.second, &PartitionInfo::id);
    if (partition == topic.partitions.end()) throw refused;
    reading.leader = partition->leader;
    if (error == KafkaError::OffsetOutOfRange) {
        reading.next = offsets_at(client_, topic, Earliest).at(which.second);
    }
}

}  // namespace tarn::kafka::client
