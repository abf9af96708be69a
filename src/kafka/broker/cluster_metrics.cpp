#include "kafka/broker/cluster_metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <map>

#include "kafka/broker/group_coordinator.hpp"

namespace tarn::kafka {
namespace {

// What one partition says of itself.
struct Seen {
    std::string topic;
    int32_t index = 0;
    log::PartitionHandle handle;
    log::Offset start = 0;
    log::Offset end = 0;
    int64_t bytes = 0;
};

// Gauges by name, filled one value at a time.
class Families {
public:
    void add(const std::string& name, const std::string& help, const Labels& labels, double value) {
        auto [place, is_new] = by_name_.try_emplace(name, families_.size());
        if (is_new) {
            families_.push_back(
                {.name = name, .help = help, .type = prometheus::MetricType::Gauge, .metric = {}});
        }
        prometheus::ClientMetric metric;
        for (const auto& [label, text] : labels) metric.label.push_back({label, text});
        metric.gauge.value = value;
        families_[place->second].metric.push_back(std::move(metric));
    }

    std::string text() const { return prometheus::TextSerializer().Serialize(families_); }

private:
    std::vector<prometheus::MetricFamily> families_;
    std::map<std::string, size_t> by_name_;
};

std::vector<Seen> partitions_of(const log::TopicTable& topics, Families& families) {
    std::vector<Seen> seen;
    int64_t left_out = 0;
    for (const auto& [name, topic] : topics.by_name) {
        families.add("kafka_topic_partitions", "Number of partitions of this topic",
                     {{"topic", name}}, topic->partition_count());
        for (int i = 0; i < topic->partition_count(); ++i) {
            const log::PartitionHandle& handle = topic->partitions[static_cast<size_t>(i)];
            if (!handle.partition) continue;
            if (std::ssize(seen) >= MetricPartitionsMax) {
                ++left_out;
                continue;
            }
            seen.push_back({.topic = name, .index = i, .handle = handle});
        }
    }
    families.add("tarn_kafka_partitions_without_metrics",
                 "Partitions that this page leaves out because there are too many", {},
                 static_cast<double>(left_out));
    return seen;
}

awaitable<void> look_at(Broker& broker, std::vector<Seen>& partitions) {
    for (int i = 0; i < broker.shards.count(); ++i) {
        runtime::ShardId shard(i);
        co_await broker.shards.on(shard, [&partitions, shard] {
            for (Seen& seen : partitions) {
                if (seen.handle.shard != shard) continue;
                seen.start = seen.handle.partition->start_offset();
                seen.end = seen.handle.partition->high_watermark();
                seen.bytes = seen.handle.partition->size_bytes();
            }
        });
    }
}

void tell(const std::vector<Seen>& partitions, Families& families) {
    for (const Seen& seen : partitions) {
        Labels labels = {{"topic", seen.topic}, {"partition", std::to_string(seen.index)}};
        auto add = [&](const std::string& name, const std::string& help, double value) {
            families.add("kafka_topic_partition_" + name, help, labels, value);
        };
        add("current_offset", "Offset behind the newest record", static_cast<double>(seen.end));
        add("oldest_offset", "Offset of the oldest record", static_cast<double>(seen.start));
        add("leader", "The broker that leads the partition", 1);
        add("replicas", "Number of replicas", 1);
        add("in_sync_replica", "Number of replicas in sync", 1);
        add("under_replicated_partition", "1 if a replica is behind", 0);
        families.add("kafka_log_log_size", "Bytes on the disk", labels,
                     static_cast<double>(seen.bytes));
    }
}

awaitable<void> tell_group(Broker& broker, std::string group,
                           const std::map<TopicPartition, log::Offset>& ends, Families& families) {
    auto offsets = co_await broker.groups.offsets(group, std::nullopt);
    std::map<std::string, std::pair<double, double>> sums;  // by topic: offset, lag
    for (const FetchedOffset& each : offsets) {
        auto end = ends.find(each.partition);
        if (end == ends.end()) continue;
        auto offset = static_cast<double>(each.offset.offset);
        double lag = std::max(0.0, static_cast<double>(end->second) - offset);
        Labels labels = {{"consumergroup", group},
                         {"topic", each.partition.topic},
                         {"partition", std::to_string(each.partition.partition)}};
        families.add("kafka_consumergroup_current_offset", "Offset that this group committed",
                     labels, offset);
        families.add("kafka_consumergroup_lag", "Records that this group has not committed yet",
                     labels, lag);
        auto& [offset_sum, lag_sum] = sums[each.partition.topic];
        offset_sum += offset;
        lag_sum += lag;
    }
    for (const auto& [topic, sum] : sums) {
        Labels labels = {{"consumergroup", group}, {"topic", topic}};
        families.add("kafka_consumergroup_current_offset_sum",
                     "Offsets that this group committed, of all partitions", labels, sum.first);
        families.add("kafka_consumergroup_lag_sum",
                     "Records that this group has not committed yet, of all partitions", labels,
                     sum.second);
    }
}

// Under the names of Kafka's group-coordinator-metrics. Each is there from the start, as 0.
void tell_kinds(const std::vector<ListedGroup>& groups, Families& families) {
    auto count = [&](auto claim) {
        return static_cast<double>(std::ranges::count_if(groups, claim));
    };
    for (std::string_view type : {ClassicType, ConsumerType}) {
        families.add("kafka_server_group_coordinator_metrics_group_count",
                     "Groups by the protocol of their members", {{"protocol", std::string(type)}},
                     count([&](const ListedGroup& each) { return each.type == type; }));
    }
    for (const char* state : {"empty", "assigning", "reconciling", "stable"}) {
        families.add("kafka_server_group_coordinator_metrics_consumer_group_count",
                     "Groups of the newer protocol by their state", {{"state", state}},
                     count([&](const ListedGroup& each) {
                         return each.type == ConsumerType &&
                                std::ranges::equal(
                                    each.state, std::string_view(state), {},
                                    [](char c) { return static_cast<char>(std::tolower(c)); });
                     }));
    }
    for (const ListedGroup& group : groups) {
        families.add("kafka_consumergroup_members", "Members of this group",
                     {{"consumergroup", group.id}}, group.members);
    }
}

}  // namespace

awaitable<std::string> cluster_metrics(Broker& broker) {
    Families families;
    families.add("kafka_brokers", "Number of brokers in the cluster", {}, 1);
    auto topics = broker.log.topics().table();
    std::vector<Seen> partitions = partitions_of(*topics, families);
    co_await look_at(broker, partitions);
    tell(partitions, families);

    std::map<TopicPartition, log::Offset> ends;
    for (const Seen& seen : partitions) ends[{seen.topic, seen.index}] = seen.end;
    auto groups = co_await broker.groups.list();
    tell_kinds(groups, families);
    for (const ListedGroup& group : groups) {
        co_await tell_group(broker, group.id, ends, families);
    }
    co_return families.text();
}

}  // namespace tarn::kafka
