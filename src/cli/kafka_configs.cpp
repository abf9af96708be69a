#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/kafka_access.hpp"
#include "cli/kafka_tools.hpp"
#include "kafka/client/topics.hpp"

namespace tarn::cli {
namespace {

namespace client = kafka::client;

// What a command is about: "topic trades", "broker 1", or all of a kind.
struct Entity {
    client::ResourceKind kind;
    std::string word;  // "topic"
    std::optional<std::string> name;
};

Entity entity_of(const Typed& typed) {
    using enum client::ResourceKind;
    if (typed.has("--topic")) return {Topic, "topic", typed.value_or("--topic", "")};
    if (typed.has("--broker")) return {Broker, "broker", typed.value_or("--broker", "")};
    std::string type = required(typed, "--entity-type");
    std::optional<std::string> name;
    if (typed.has("--entity-name")) name = typed.value_or("--entity-name", "");
    if (type == "topics") return {Topic, "topic", name};
    if (type == "brokers") return {Broker, "broker", name};
    throw Error(ErrorCode::InvalidInput,
                "Invalid entity type {}, the entity type must be one of "
                "topics, brokers",
                type)
        .with_hint("users, clients and quotas are not configured here");
}

std::string_view source_name(int8_t source) {
    constexpr std::string_view Names[] = {"UNKNOWN",
                                          "DYNAMIC_TOPIC_CONFIG",
                                          "DYNAMIC_BROKER_CONFIG",
                                          "DYNAMIC_DEFAULT_BROKER_CONFIG",
                                          "STATIC_BROKER_CONFIG",
                                          "DEFAULT_CONFIG",
                                          "DYNAMIC_BROKER_LOGGER_CONFIG",
                                          "DYNAMIC_CLIENT_METRICS_CONFIG",
                                          "DYNAMIC_GROUP_CONFIG"};
    return source >= 0 && source < 9 ? Names[source] : Names[0];
}

std::string line_of(const client::ConfigEntry& entry) {
    std::vector<std::string> synonyms;
    for (const auto& synonym : entry.synonyms) {
        synonyms.push_back(
            fmt::format("{}:{}={}", source_name(synonym.source), synonym.name, synonym.value));
    }
    return fmt::format("  {}={} sensitive={} synonyms={{{}}}", entry.name, entry.value,
                       entry.is_sensitive, fmt::join(synonyms, ", "));
}

std::vector<std::string> all_names(client::Client& kafka, client::ResourceKind kind) {
    std::vector<std::string> names;
    if (kind == client::ResourceKind::Topic) {
        for (const client::TopicInfo& topic : client::list_topics(kafka)) {
            names.push_back(topic.name);
        }
    } else {
        for (const auto& [id, address] : kafka.cluster().brokers) {
            names.push_back(std::to_string(id));
        }
    }
    return names;
}

int describe(client::Client& kafka, const Typed& typed, Terminal& terminal) {
    Entity entity = entity_of(typed);
    bool wants_all = typed.has("--all");
    std::vector<std::string> names = all_names(kafka, entity.kind);
    if (entity.name) {
        if (std::ranges::find(names, *entity.name) == names.end()) {
            terminal.print_line(
                fmt::format("The {0} '{1}' doesn't exist and doesn't have dynamic config.",
                            entity.word, *entity.name));
            return ExitOk;
        }
        names = {*entity.name};
    }
    for (const auto& [name, settings] : client::read_configs(kafka, entity.kind, names)) {
        terminal.print_line(fmt::format("{} configs for {} {} are:", wants_all ? "All" : "Dynamic",
                                        entity.word, name));
        for (const client::ConfigEntry& entry : settings) {
            if (wants_all || entry.is_own()) terminal.print_line(line_of(entry));
        }
    }
    return ExitOk;
}

int alter(client::Client& kafka, const Typed& typed, Terminal& terminal) {
    Entity entity = entity_of(typed);
    if (!entity.name) {
        throw Error(ErrorCode::InvalidInput, "--entity-name must be specified with --alter of {}s",
                    entity.word);
    }
    client::ConfigChange change;
    for (const std::string& list : typed.all("--add-config")) {
        for (const auto& [name, value] : parse_config_list(list)) change.set[name] = value;
    }
    for (const std::string& list : typed.all("--delete-config")) {
        for (std::string& name : split_list(list)) change.remove.push_back(std::move(name));
    }
    if (change.set.empty() && change.remove.empty()) {
        throw Error(ErrorCode::InvalidInput,
                    "At least one of --add-config or --delete-config must be specified with "
                    "--alter");
    }
    client::change_configs(kafka, entity.kind, *entity.name, change);
    terminal.print_line(
        fmt::format("Completed updating config for {} {}.", entity.word, *entity.name));
    return ExitOk;
}

constexpr KafkaToolAction Actions[] = {{"--describe", describe}, {"--alter", alter}};

}  // namespace

Command kafka_configs_command() {
    return command_of(KafkaTool{
        .name = "kafka-configs",
        .summary = "Kafka's tool for the settings of topics and brokers",
        .examples = {"kafka-configs --bootstrap-server localhost:9092 --describe --topic trades",
                     "kafka-configs --bootstrap-server localhost:9092 --alter --entity-type topics "
                     "--entity-name trades --add-config retention.ms=604800000"},
        .options = {{"--describe", "", "show settings"},
                    {"--alter", "", "change settings"},
                    {"--all", "", "also those that have their default"},
                    {"--entity-type", "TYPE", "topics or brokers"},
                    {"--entity-name", "NAME", "of the topic, or the number of the broker"},
                    {"--topic", "NAME", "short for both"},
                    {"--broker", "N", "short for both"},
                    {"--add-config", "LIST", "a=b,c=[d,e]"},
                    {"--delete-config", "LIST", "a,b: back to the default"}},
        .run = [](auto& typed, auto& terminal) { return run_chosen(typed, terminal, Actions); },
        .failure_prefix = "Error while executing config command: "});
}

}  // namespace tarn::cli
