// Where records are: the ends of partitions, records by their time, the ends of epochs, and moving
// the start of a partition forwards.

#include <map>

#include "base/error.hpp"
#include "kafka/broker/epoch_check.hpp"
#include "kafka/broker/partition_visits.hpp"
#include "kafka/broker/requests.hpp"
#include "kafka/wire/messages/delete_records.hpp"
#include "kafka/wire/messages/list_offsets.hpp"
#include "kafka/wire/messages/offset_for_leader_epoch.hpp"

namespace tarn::kafka {
namespace {

// Times that mean a place.
constexpr log::Timestamp Latest = -1;
constexpr log::Timestamp Earliest = -2;
constexpr log::Timestamp LargestTime = -3;
constexpr log::Timestamp EarliestLocal = -4;
constexpr log::Timestamp LatestTiered = -5;
constexpr log::Timestamp EarliestPendingUpload = -6;

// Fills the handle of an item that the client may do this with, or its error. For items that have
// `handle` and `response`.
template <typename Item>
void find_partition(const Context& context, Operation operation, const std::string& topic_name,
                    int32_t index, Item& item) {
    if (!context.may(operation, on_topic(topic_name))) {
        item.response.error_code = number_of(KafkaError::TopicAuthorizationFailed);
        return;
    }
    log::TopicPtr topic = context.find_topic(topic_name);
    if (!topic || !topic->has_partition(index)) {
        item.response.error_code = number_of(KafkaError::UnknownTopicOrPartition);
        return;
    }
    item.handle = topic->partitions[static_cast<size_t>(index)];
    if (!item.handle.partition) item.response.error_code = number_of(KafkaError::KafkaStorageError);
}

// Only this one number stands for none; another negative one is an epoch that has gone by.
std::optional<int32_t> epoch_named(int32_t epoch) {
    constexpr int32_t Any = -1;
    return epoch == Any ? std::nullopt : std::optional(epoch);
}

// Puts the items' responses into those of their topics, in the order of the request.
template <typename TopicResponse, typename Item>
void distribute(std::vector<TopicResponse>& topics, std::vector<Item>& items) {
    for (Item& item : items) {
        topics[item.topic_index].partitions.push_back(std::move(item.response));
    }
}

struct TimeQuery {
    log::PartitionHandle handle;
    size_t topic_index = 0;
    ListOffsetsRequest::ListOffsetsPartition wanted;
    ListOffsetsResponse::ListOffsetsPartitionResponse response;
};

void answer_query(TimeQuery& query, log::Isolation isolation) {
    const log::Partition& partition = *query.handle.partition;
    auto& response = query.response;
    KafkaError error =
        check_leader_epoch(partition, epoch_named(query.wanted.current_leader_epoch));
    // A place that a later Kafka may know.
    if (query.wanted.timestamp < EarliestPendingUpload) error = KafkaError::UnsupportedVersion;
    response.error_code = number_of(error);
    if (error != KafkaError::None) return;
    auto tell = [&](std::optional<log::TimedOffset> found) {
        if (!found) return;
        response.offset = found->offset;
        response.timestamp = found->timestamp;
        response.leader_epoch = found->leader_epoch;
    };
    switch (query.wanted.timestamp) {
        case Latest:
            response.offset = isolation == log::Isolation::Committed
                                  ? partition.last_stable_offset()
                                  : partition.high_watermark();
            response.leader_epoch = partition.leader_epoch();
            return;
        case Earliest:
        case EarliestLocal:
            response.offset = partition.start_offset();
            response.leader_epoch = partition.epoch_at(partition.start_offset());
            return;
        case LargestTime:
            return tell(partition.latest_time());
        case LatestTiered:
        case EarliestPendingUpload:
            return;
        default:
            return tell(partition.find_time(query.wanted.timestamp, isolation));
    }
}

struct EpochQuery {
    log::PartitionHandle handle;
    size_t topic_index = 0;
    OffsetForLeaderEpochRequest::OffsetForLeaderPartition wanted;
    OffsetForLeaderEpochResponse::EpochEndOffset response;
};

struct Trim {
    log::PartitionHandle handle;
    size_t topic_index = 0;
    int64_t offset = 0;
    DeleteRecordsResponse::DeleteRecordsPartitionResult response;
};

void trim(Trim& item) {
    constexpr int64_t HighWatermark = -1;
    log::Partition& partition = *item.handle.partition;
    int64_t offset = item.offset == HighWatermark ? partition.high_watermark() : item.offset;
    if (offset < 0 || offset > partition.high_watermark()) {
        item.response.error_code = number_of(KafkaError::OffsetOutOfRange);
        return;
    }
    try {
        if (offset > partition.start_offset()) partition.trim(offset);
        item.response.low_watermark = partition.start_offset();
    } catch (const Error&) {
        item.response.error_code = number_of(KafkaError::KafkaStorageError);
    }
}

}  // namespace

awaitable<ListOffsetsResponse> answer_list_offsets(Context context, ListOffsetsRequest request) {
    ListOffsetsResponse response;
    std::vector<TimeQuery> queries;
    std::map<std::pair<std::string_view, int32_t>, size_t> asked;
    for (const auto& topic : request.topics) {
        response.topics.push_back({.name = topic.name, .partitions = {}});
        for (const auto& partition : topic.partitions) {
            auto [first, is_new] = asked.emplace(
                std::pair(std::string_view(topic.name), partition.partition_index), queries.size());
            if (!is_new) {
                // Asked for twice, it is answered once and with nothing.
                TimeQuery& twice = queries[first->second];
                twice.handle.partition = nullptr;
                twice.response.error_code = number_of(KafkaError::InvalidRequest);
                continue;
            }
            TimeQuery& query = queries.emplace_back();
            query.topic_index = response.topics.size() - 1;
            query.wanted = partition;
            query.response.partition_index = partition.partition_index;
            find_partition(context, Operation::Describe, topic.name, partition.partition_index,
                           query);
        }
    }
    auto isolation =
        request.isolation_level == 1 ? log::Isolation::Committed : log::Isolation::Uncommitted;
    co_await visit_partitions(context, queries, [isolation](TimeQuery& query) {
        try {
            answer_query(query, isolation);
        } catch (const Error&) {
            query.response.error_code = number_of(KafkaError::KafkaStorageError);
        }
    });
    distribute(response.topics, queries);
    co_return response;
}

awaitable<OffsetForLeaderEpochResponse> answer_offset_for_leader_epoch(
    Context context, OffsetForLeaderEpochRequest request) {
    OffsetForLeaderEpochResponse response;
    std::vector<EpochQuery> queries;
    for (const auto& topic : request.topics) {
        response.topics.push_back({.topic = topic.topic, .partitions = {}});
        for (const auto& partition : topic.partitions) {
            EpochQuery& query = queries.emplace_back();
            query.topic_index = response.topics.size() - 1;
            query.wanted = partition;
            query.response.partition = partition.partition;
            find_partition(context, Operation::Describe, topic.topic, partition.partition, query);
        }
    }
    co_await visit_partitions(context, queries, [](EpochQuery& query) {
        const log::Partition& partition = *query.handle.partition;
        KafkaError error =
            check_leader_epoch(partition, epoch_named(query.wanted.current_leader_epoch));
        query.response.error_code = number_of(error);
        if (error != KafkaError::None) return;
        log::EpochEnd end = partition.end_of_epoch(query.wanted.leader_epoch);
        query.response.leader_epoch = end.leader_epoch;
        query.response.end_offset = end.end_offset;
    });
    distribute(response.topics, queries);
    co_return response;
}

awaitable<DeleteRecordsResponse> answer_delete_records(Context context,
                                                       DeleteRecordsRequest request) {
    DeleteRecordsResponse response;
    std::vector<Trim> trims;
    for (const auto& topic : request.topics) {
        response.topics.push_back({.name = topic.name, .partitions = {}});
        for (const auto& partition : topic.partitions) {
            Trim& item = trims.emplace_back();
            item.topic_index = response.topics.size() - 1;
            item.offset = partition.offset;
            item.response.partition_index = partition.partition_index;
            item.response.low_watermark = -1;
            find_partition(context, Operation::Delete, topic.name, partition.partition_index, item);
        }
    }
    co_await visit_partitions(context, trims, trim);
    distribute(response.topics, trims);
    co_return response;
}

}  // namespace tarn::kafka
