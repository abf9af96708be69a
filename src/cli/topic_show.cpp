#include <fmt/format.h>

#include <boost/json.hpp>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/kafka_access.hpp"
#include "cli/start_point.hpp"

namespace tarn::cli {
namespace {

namespace client = kafka::client;
namespace json = boost::json;

std::string topic_name(const Call& call) {
    return call.typed.value_or("topic", "");
}

size_t replicas_of(const client::TopicInfo& topic) {
    return topic.partitions.empty() ? 0 : topic.partitions[0].replicas.size();
}

void print_json(Call& call, const json::object& page) {
    call.terminal.print_line(json::serialize(page));
}

int list(Call& call) {
    client::Client kafka = kafka_client(call);
    std::vector<std::vector<std::string>> rows;
    json::array topics;
    for (const client::TopicInfo& topic : client::list_topics(kafka)) {
        if (topic.is_internal && !call.typed.has("--internal")) continue;
        rows.push_back({topic.name, std::to_string(topic.partitions.size()),
                        std::to_string(replicas_of(topic))});
        topics.push_back({{"name", topic.name},
                          {"id", topic.id.text()},
                          {"partitions", topic.partitions.size()},
                          {"replicas", replicas_of(topic)},
                          {"internal", topic.is_internal}});
    }
    if (call.wants_json()) {
        print_json(call, {{"schema", "tarn.topic.list/1"}, {"topics", topics}});
    } else if (rows.empty()) {
        call.terminal.note("there are no topics yet; `tarn topic create NAME` makes one");
    } else {
        call.terminal.table({"NAME", "PARTITIONS", "REPLICAS"}, rows);
    }
    return ExitOk;
}

// The partitions with where they start and end.
struct Extent {
    client::TopicInfo topic;
    client::Offsets starts;
    client::Offsets ends;

    static Extent of(client::Client& kafka, const std::string& name) {
        Extent extent{client::find_topic(kafka, name), {}, {}};
        extent.starts = client::offsets_at(kafka, extent.topic, client::Earliest);
        extent.ends = client::offsets_at(kafka, extent.topic, client::Latest);
        return extent;
    }
    int64_t records(int32_t partition) const { return ends.at(partition) - starts.at(partition); }
};

int describe(Call& call) {
    client::Client kafka = kafka_client(call);
    Extent extent = Extent::of(kafka, topic_name(call));
    const client::TopicInfo& topic = extent.topic;
    auto configs = client::read_configs(kafka, client::ResourceKind::Topic, {topic.name});

    std::vector<std::vector<std::string>> rows;
    json::array partitions;
    for (const client::PartitionInfo& partition : topic.partitions) {
        rows.push_back({std::to_string(partition.id), std::to_string(partition.leader),
                        fmt::format("{}", fmt::join(partition.replicas, ",")),
                        std::to_string(extent.starts.at(partition.id)),
                        std::to_string(extent.ends.at(partition.id)),
                        std::to_string(extent.records(partition.id))});
        partitions.push_back({{"partition", partition.id},
                              {"leader", partition.leader},
                              {"replicas", json::value_from(partition.replicas)},
                              {"in_sync", json::value_from(partition.in_sync)},
                              {"start", std::to_string(extent.starts.at(partition.id))},
                              {"end", std::to_string(extent.ends.at(partition.id))}});
    }
    std::vector<std::vector<std::string>> settings;
    json::object own;
    for (const client::ConfigEntry& entry : configs[topic.name]) {
        if (!entry.is_own() && !call.typed.has("--all")) continue;
        settings.push_back({entry.name, entry.value, entry.is_own() ? "topic" : "default"});
        own[entry.name] = entry.value;
    }
    if (call.wants_json()) {
        print_json(call, {{"schema", "tarn.topic.describe/1"},
                          {"name", topic.name},
                          {"id", topic.id.text()},
                          {"partitions", partitions},
                          {"configs", own}});
        return ExitOk;
    }
    call.terminal.print_line(fmt::format("topic {}  id {}\n", topic.name, topic.id.text()));
    call.terminal.table({"PARTITION", "LEADER", "REPLICAS", "START", "END", "RECORDS"}, rows);
    if (settings.empty()) return ExitOk;
    call.terminal.print_line("");
    call.terminal.table({"SETTING", "VALUE", "FROM"}, settings);
    return ExitOk;
}

int offsets(Call& call) {
    client::Client kafka = kafka_client(call);
    Extent extent = Extent::of(kafka, topic_name(call));
    client::Offsets found;
    bool has_place = call.typed.has("--at-time");
    if (has_place) {
        auto point = parse_start_point("--at-time", call.typed.value_or("--at-time", ""));
        found = offsets_at(kafka, extent.topic, point);
    }
    std::vector<std::vector<std::string>> rows;
    json::array partitions;
    int64_t total = 0;
    for (const client::PartitionInfo& partition : extent.topic.partitions) {
        total += extent.records(partition.id);
        rows.push_back({std::to_string(partition.id),
                        std::to_string(extent.starts.at(partition.id)),
                        std::to_string(extent.ends.at(partition.id)),
                        std::to_string(extent.records(partition.id))});
        json::object line = {{"partition", partition.id},
                             {"start", rows.back()[1]},
                             {"end", rows.back()[2]},
                             {"records", rows.back()[3]}};
        if (has_place) {
            rows.back().push_back(std::to_string(found.at(partition.id)));
            line["offset"] = rows.back().back();
        }
        partitions.push_back(line);
    }
    if (call.wants_json()) {
        print_json(call, {{"schema", "tarn.topic.offsets/1"},
                          {"topic", extent.topic.name},
                          {"records", std::to_string(total)},
                          {"partitions", partitions}});
        return ExitOk;
    }
    std::vector<std::string> header = {"PARTITION", "START", "END", "RECORDS"};
    if (has_place) header.push_back("OFFSET");
    call.terminal.table(header, rows);
    return ExitOk;
}

}  // namespace

Command topic_list_command() {
    return {.name = "topic list",
            .summary = "the topics, with partitions and replicas",
            .examples = {"tarn topic list", "tarn topic list --json",
                         "tarn topic list --bootstrap kafka:9092"},
            .options = {bootstrap_option(),
                        command_config_option(),
                        {"--internal", "", "also those that Kafka keeps for itself"}},
            .arguments = {},
            .run = list};
}

Command topic_describe_command() {
    return {.name = "topic describe",
            .summary = "a topic's partitions, offsets and settings",
            .examples = {"tarn topic describe trades", "tarn topic describe trades --all"},
            .options = {bootstrap_option(),
                        command_config_option(),
                        {"--all", "", "also the settings that it has by default"}},
            .arguments = {{"topic", "its name"}},
            .run = describe};
}

Command topic_offsets_command() {
    return {.name = "topic offsets",
            .summary = "where a topic's partitions start and end",
            .examples = {"tarn topic offsets trades",
                         "tarn topic offsets trades --at-time 2026-11-21T09:30:00Z"},
            .options = {bootstrap_option(),
                        command_config_option(),
                        {"--at-time", "TIME", "also the first offset at or after this time"}},
            .arguments = {{"topic", "its name"}},
            .run = offsets};
}

}  // namespace tarn::cli
