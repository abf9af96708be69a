#include "kafka/client/producer.hpp"

#include <algorithm>
#include <random>

#include "kafka/client/partitioner.hpp"
#include "kafka/wire/messages/produce.hpp"

namespace tarn::kafka::client {
namespace {

constexpr int16_t AllInSync = -1;
constexpr int32_t StoreWithinMs = 30000;

}  // namespace

Producer::Producer(Client& client, TopicInfo topic, const ProducerSettings& settings)
    : client_(client),
      topic_(std::move(topic)),
      settings_(settings),
      next_without_key_(static_cast<int32_t>(std::random_device()() % topic_.partitions.size())) {}

void Producer::send(const log::NewRecord& record, std::optional<int32_t> partition) {
    int32_t chosen = partition.value_or(partition_for(record));
    if (std::ranges::find(topic_.partitions, chosen, &PartitionInfo::id) ==
        topic_.partitions.end()) {
        throw Error(ErrorCode::InvalidInput, "topic '{}' has no partition {}", topic_.name, chosen)
            .with_hint(fmt::format("its partitions are 0 to {}", topic_.partitions.size() - 1));
    }
    auto [builder, is_new] =
        builders_.try_emplace(chosen, log::BatchFields{.codec = settings_.codec});
    builder->second.add(record);
    if (builder->second.size() >= settings_.batch_bytes) store(builders_.extract(builder));
}

void Producer::flush() {
    while (!builders_.empty()) store(builders_.extract(builders_.begin()));
}

int32_t Producer::partition_for(const log::NewRecord& record) const {
    if (!record.key) return next_without_key_;
    return partition_of_key(*record.key, static_cast<int32_t>(topic_.partitions.size()));
}

void Producer::store(Builders::node_type filled) {
    int32_t partition = filled.key();
    int32_t records = filled.mapped().record_count();
    Bytes batch = std::move(filled.mapped()).finish();
    client_.retrying([&] { store(partition, batch); });
    records_stored_ += records;
    if (partition == next_without_key_) {
        next_without_key_ = (partition + 1) % static_cast<int32_t>(topic_.partitions.size());
    }
}

void Producer::store(int32_t partition, BytesView batch) {
    ProduceRequest request;
    request.acks = AllInSync;
    request.timeout_ms = StoreWithinMs;
    auto& topic = request.topic_data.emplace_back();
    topic.name = topic_.name;
    topic.partition_data.push_back({.index = partition, .records = Records(batch)});

    auto led_by = std::ranges::find(topic_.partitions, partition, &PartitionInfo::id)->leader;
    auto answer = client_.call<ProduceResponse>(request, Node{led_by});
    const auto& stored = answer->responses.at(0).partition_responses.at(0);
    try {
        check(stored.error_code, fmt::format("topic '{}', partition {}", topic_.name, partition),
              stored.error_message);
    } catch (const RefusedError& refused) {
        // Whoever leads it now, the next try asks that one.
        if (refused.is_passing()) topic_ = find_topic(client_, topic_.name);
        throw;
    }
}

}  // namespace tarn::kafka::client
