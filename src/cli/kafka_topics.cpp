#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/kafka_access.hpp"
#include "cli/kafka_tools.hpp"
#include "cli/kafka_topic_lines.hpp"
#include "cli/typed_numbers.hpp"

namespace tarn::cli {
namespace {

namespace client = kafka::client;

// In the words of the Apache tool, which scripts look for.
Error no_topic(const std::string& name) {
    return Error(ErrorCode::NotFound, "Topic '{}' does not exist as expected", name);
}

std::vector<client::TopicInfo> wanted_topics(client::Client& kafka, const Typed& typed) {
    std::vector<client::TopicInfo> topics = client::list_topics(kafka);
    if (typed.has("--exclude-internal")) std::erase_if(topics, &client::TopicInfo::is_internal);
    if (!typed.has("--topic")) return topics;
    std::vector<std::string> patterns;
    for (const std::string& value : typed.all("--topic")) {
        for (std::string& pattern : split_list(value)) patterns.push_back(std::move(pattern));
    }
    std::erase_if(topics, [&](const client::TopicInfo& topic) {
        return std::ranges::none_of(
            patterns, [&](const std::string& pattern) { return matches(pattern, topic.name); });
    });
    return topics;
}

// Throws when a topic was named that is not there, unless --if-exists was said.
std::vector<client::TopicInfo> existing_topics(client::Client& kafka, const Typed& typed) {
    auto topics = wanted_topics(kafka, typed);
    if (topics.empty() && typed.has("--topic") && !typed.has("--if-exists")) {
        throw no_topic(typed.value_or("--topic", ""));
    }
    return topics;
}

int list(client::Client& kafka, const Typed& typed, Terminal& terminal) {
    std::vector<std::string> names;
    for (const client::TopicInfo& topic : wanted_topics(kafka, typed)) names.push_back(topic.name);
    // An empty list is an empty line there, too.
    terminal.print_line(fmt::format("{}", fmt::join(names, "\n")));
    return ExitOk;
}

int describe(client::Client& kafka, const Typed& typed, Terminal& terminal) {
    std::vector<client::TopicInfo> topics = existing_topics(kafka, typed);
    std::vector<std::string> names;
    for (const client::TopicInfo& topic : topics) names.push_back(topic.name);
    auto configs = client::read_configs(kafka, client::ResourceKind::Topic, names);
    for (const client::TopicInfo& topic : topics) {
        const auto& settings = configs[topic.name];
        bool only_troubled =
            typed.has("--under-replicated-partitions") || typed.has("--unavailable-partitions");
        if (typed.has("--topics-with-overrides")) {
            bool has_own = std::ranges::any_of(settings, &client::ConfigEntry::is_own);
            if (has_own) terminal.print_line(topic_line(topic, settings));
            continue;
        }
        if (!only_troubled) terminal.print_line(topic_line(topic, settings));
        for (const client::PartitionInfo& partition : topic.partitions) {
            bool is_short = partition.in_sync.size() < partition.replicas.size();
            bool is_troubled = (is_short && typed.has("--under-replicated-partitions")) ||
                               (partition.leader < 0 && typed.has("--unavailable-partitions"));
            if (only_troubled && !is_troubled) continue;
            terminal.print_line(partition_line(topic.name, partition));
        }
    }
    return ExitOk;
}

int create(client::Client& kafka, const Typed& typed, Terminal& terminal) {
    client::NewTopic topic{.name = required(typed, "--topic")};
    if (typed.has("--partitions")) {
        topic.partitions = parse_int("--partitions", typed.value_or("--partitions", ""), 1);
    }
    if (typed.has("--replication-factor")) {
        topic.replication = static_cast<int16_t>(
            parse_int("--replication-factor", typed.value_or("--replication-factor", ""), 1));
    }
    for (const auto& [name, value] : properties_of(typed, {"--config"})) {
        topic.configs[name] = value;
    }
    if (topic.name.find_first_of("._") != std::string::npos) {
        terminal.note(
            "WARNING: in metrics, names with a period ('.') or an underscore ('_') can "
            "collide; use one of the two, not both");
    }
    try {
        client::create_topic(kafka, topic);
    } catch (const client::RefusedError& refused) {
        if (refused.error() != kafka::KafkaError::TopicAlreadyExists) throw;
        if (typed.has("--if-not-exists")) return ExitOk;
        throw Error(ErrorCode::Conflict, "Topic '{}' already exists.", topic.name);
    }
    terminal.print_line(fmt::format("Created topic {}.", topic.name));
    return ExitOk;
}

int alter(client::Client& kafka, const Typed& typed, Terminal&) {
    required(typed, "--topic");
    int32_t partitions = parse_int("--partitions", required(typed, "--partitions"), 1);
    for (const client::TopicInfo& topic : existing_topics(kafka, typed)) {
        client::grow_topic(kafka, topic.name, partitions);
    }
    return ExitOk;
}

int remove(client::Client& kafka, const Typed& typed, Terminal&) {
    required(typed, "--topic");
    for (const client::TopicInfo& topic : existing_topics(kafka, typed)) {
        client::delete_topic(kafka, topic.name);
    }
    return ExitOk;
}

constexpr KafkaToolAction Actions[] = {{"--list", list},
                                       {"--describe", describe},
                                       {"--create", create},
                                       {"--alter", alter},
                                       {"--delete", remove}};

}  // namespace

Command kafka_topics_command() {
    return command_of(KafkaTool{
        .name = "kafka-topics",
        .summary = "Kafka's tool for topics",
        .examples = {"kafka-topics --bootstrap-server localhost:9092 --list",
                     "kafka-topics --bootstrap-server localhost:9092 --create --topic trades "
                     "--partitions 3"},
        .options = {{"--list", "", "the names of the topics"},
                    {"--describe", "", "their partitions and settings"},
                    {"--create", "", "make a topic"},
                    {"--alter", "", "give a topic more partitions"},
                    {"--delete", "", "delete a topic"},
                    {"--topic", "NAME", "its name; a regular expression but for --create"},
                    {"--partitions", "N", "how many"},
                    {"--replication-factor", "N", "copies of each partition"},
                    {"--config", "NAME=VALUE", "a setting of a new topic; may be given often"},
                    {"--if-not-exists", "", "do nothing when the topic is there"},
                    {"--if-exists", "", "do nothing when the topic is not there"},
                    {"--exclude-internal", "", "without the topics that Kafka keeps for itself"},
                    {"--under-replicated-partitions", "", "only those"},
                    {"--unavailable-partitions", "", "only those without a leader"},
                    {"--topics-with-overrides", "", "only topics with settings of their own"}},
        .run = [](auto& typed, auto& terminal) { return run_chosen(typed, terminal, Actions); },
        .failure_prefix = "Error while executing topic command : "});
}

}  // namespace tarn::cli
