#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/error.hpp"
#include "base/suggest.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/kafka_access.hpp"
#include "cli/start_point.hpp"
#include "cli/typed_numbers.hpp"
#include "log/topic_config.hpp"

namespace tarn::cli {
namespace {

namespace client = kafka::client;
namespace json = boost::json;

std::string topic_name(const Call& call) {
    return call.typed.value_or("topic", "");
}

// One line that says what was done: for people, or as JSON for scripts.
void say_done(Call& call, std::string_view text, const json::object& page) {
    call.terminal.print_line(call.wants_json() ? json::serialize(page) : std::string(text));
}

// A setting that no Kafka knows is a slip in most cases, and the broker names no near one.
void check_setting_name(const std::string& name) {
    if (log::find_topic_config(name)) return;
    std::vector<std::string> known;
    for (const auto& definition : log::topic_config_definitions()) {
        known.push_back(definition.name);
    }
    auto nearest = nearest_name(name, known);
    if (!nearest) return;
    throw Error(ErrorCode::InvalidInput, "no topic has a setting '{}'", name)
        .with_hint("did you mean '" + *nearest + "'?");
}

std::map<std::string, std::string> typed_configs(const Call& call) {
    std::map<std::string, std::string> configs;
    for (const std::string& assignment : call.typed.all("--config")) {
        size_t equals = assignment.find('=');
        if (equals == std::string::npos || equals == 0) {
            throw Error(ErrorCode::InvalidInput, "--config: '{}' is no setting", assignment)
                .with_hint("write NAME=VALUE, such as retention.ms=604800000");
        }
        std::string name = assignment.substr(0, equals);
        check_setting_name(name);
        configs[name] = assignment.substr(equals + 1);
    }
    return configs;
}

int create(Call& call) {
    client::NewTopic topic{.name = topic_name(call), .configs = typed_configs(call)};
    if (call.typed.has("--partitions")) {
        topic.partitions = parse_int("--partitions", call.typed.value_or("--partitions", ""), 1);
    }
    if (call.typed.has("--replicas")) {
        topic.replication = static_cast<int16_t>(
            std::min(parse_int("--replicas", call.typed.value_or("--replicas", ""), 1), 0x7FFF));
    }
    client::Client kafka = kafka_client(call);
    bool is_new = true;
    try {
        client::create_topic(kafka, topic);
    } catch (const client::RefusedError& refused) {
        bool is_there = refused.error() == kafka::KafkaError::TopicAlreadyExists;
        if (is_there && !call.typed.has("--if-not-exists")) {
            throw Error(ErrorCode::Conflict, "topic '{}' already exists", topic.name)
                .with_hint("`tarn topic describe " + topic.name +
                           "` shows it; --if-not-exists takes it as it is");
        }
        if (!is_there) throw;
        is_new = false;
    }
    say_done(call,
             is_new ? fmt::format("Created topic {}", topic.name)
                    : fmt::format("Topic {} already exists", topic.name),
             {{"schema", "tarn.topic.create/1"}, {"name", topic.name}, {"created", is_new}});
    return ExitOk;
}

int alter(Call& call) {
    std::string name = topic_name(call);
    client::ConfigChange change{.set = typed_configs(call), .remove = call.typed.all("--unset")};
    bool changes_settings = !change.set.empty() || !change.remove.empty();
    if (!changes_settings && !call.typed.has("--partitions")) {
        throw Error(ErrorCode::InvalidInput, "nothing is to be changed")
            .with_hint("say --partitions N, --config NAME=VALUE or --unset NAME");
    }
    client::Client kafka = kafka_client(call);
    if (call.typed.has("--partitions")) {
        client::grow_topic(kafka, name,
                           parse_int("--partitions", call.typed.value_or("--partitions", ""), 1));
    }
    if (changes_settings) {
        client::change_configs(kafka, client::ResourceKind::Topic, name, change);
    }
    say_done(call, fmt::format("Changed topic {}", name),
             {{"schema", "tarn.topic.alter/1"}, {"name", name}});
    return ExitOk;
}

int remove(Call& call) {
    std::string name = topic_name(call);
    client::Client kafka = kafka_client(call);
    client::delete_topic(kafka, name);
    say_done(call, fmt::format("Deleted topic {}", name),
             {{"schema", "tarn.topic.delete/1"}, {"name", name}});
    return ExitOk;
}

int trim(Call& call) {
    client::Client kafka = kafka_client(call);
    auto point = parse_start_point("--before", call.typed.value_or("--before", "end"));
    client::TopicInfo topic = client::find_topic(kafka, topic_name(call));
    client::Offsets before = offsets_at(kafka, topic, point);
    if (call.typed.has("--partition")) {
        int32_t only = parse_int("--partition", call.typed.value_or("--partition", ""));
        std::erase_if(before, [&](const auto& entry) { return entry.first != only; });
        if (before.empty()) {
            throw Error(ErrorCode::NotFound, "topic '{}' has no partition {}", topic.name, only);
        }
    }
    std::vector<std::vector<std::string>> rows;
    json::array partitions;
    for (const auto& [partition, start] : client::trim_topic(kafka, topic, before)) {
        rows.push_back({std::to_string(partition), std::to_string(start)});
        partitions.push_back({{"partition", partition}, {"start", std::to_string(start)}});
    }
    if (call.wants_json()) {
        call.terminal.print_line(json::serialize(json::object{
            {"schema", "tarn.topic.trim/1"}, {"name", topic.name}, {"partitions", partitions}}));
    } else {
        call.terminal.table({"PARTITION", "START"}, rows);
    }
    return ExitOk;
}

}  // namespace

Command topic_create_command() {
    return {
        .name = "topic create",
        .summary = "make a topic",
        .examples = {"tarn topic create trades --partitions 3",
                     "tarn topic create trades --if-not-exists --config retention.ms=604800000"},
        .options = {bootstrap_option(),
                    command_config_option(),
                    {"--partitions", "N", "how many (default what the broker is set to)", "-p"},
                    {"--replicas", "N", "copies of each partition", "-r"},
                    {"--config",
                     "NAME=VALUE",
                     "a setting of the topic; may be given often",
                     "-c",
                     {},
                     true},
                    {"--if-not-exists", "", "leave a topic that is there as it is"}},
        .arguments = {{"topic", "its name: letters, digits, '.', '_' and '-'"}},
        .run = create};
}

Command topic_alter_command() {
    return {
        .name = "topic alter",
        .summary = "give a topic more partitions or other settings",
        .examples = {"tarn topic alter trades --partitions 6",
                     "tarn topic alter trades --config retention.ms=86400000"},
        .options = {bootstrap_option(),
                    command_config_option(),
                    {"--partitions", "N", "how many there are to be; more than now", "-p"},
                    {"--config",
                     "NAME=VALUE",
                     "a setting of the topic; may be given often",
                     "-c",
                     {},
                     true},
                    {"--unset", "NAME", "back to the default; may be given often", {}, {}, true}},
        .arguments = {{"topic", "its name"}},
        .run = alter};
}

Command topic_delete_command() {
    return {.name = "topic delete",
            .summary = "delete a topic and its records",
            .examples = {"tarn topic delete trades"},
            .options = {bootstrap_option(), command_config_option()},
            .arguments = {{"topic", "its name"}},
            .run = remove};
}

Command topic_trim_command() {
    return {.name = "topic trim",
            .summary = "delete a topic's oldest records",
            .examples = {"tarn topic trim trades --before 1000 --partition 0",
                         "tarn topic trim trades --before 2026-11-20", "tarn topic trim trades"},
            .options = {bootstrap_option(),
                        command_config_option(),
                        {"--before", "WHERE",
                         "an offset, -N to keep the last N, a time, or end (the default)"},
                        {"--partition", "N", "only this one"}},
            .arguments = {{"topic", "its name"}},
            .run = trim};
}

}  // namespace tarn::cli
