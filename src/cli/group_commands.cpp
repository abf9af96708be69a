#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/kafka_access.hpp"
#include "cli/optional_text.hpp"
#include "cli/start_point.hpp"
#include "kafka/client/groups.hpp"

namespace tarn::cli {
namespace {

namespace client = kafka::client;
namespace json = boost::json;

std::string group_name(const Call& call) {
    return call.typed.value_or("group", "");
}

void print_json(Call& call, const json::object& page) {
    call.terminal.print_line(json::serialize(page));
}

int list(Call& call) {
    client::Client kafka = kafka_client(call);
    std::vector<std::vector<std::string>> rows;
    json::array groups;
    for (const client::ListedGroup& group : client::list_groups(kafka)) {
        rows.push_back({group.id, group.state, group.type.empty() ? "classic" : group.type});
        groups.push_back({{"id", group.id}, {"state", group.state}, {"type", rows.back()[2]}});
    }
    if (call.wants_json()) {
        print_json(call, {{"schema", "tarn.group.list/1"}, {"groups", groups}});
    } else if (rows.empty()) {
        call.terminal.note("no consumer has used a group yet");
    } else {
        call.terminal.table({"GROUP", "STATE", "TYPE"}, rows);
    }
    return ExitOk;
}

json::array json_of(const std::vector<client::GroupProgress>& progress) {
    json::array lines;
    for (const client::GroupProgress& line : progress) {
        lines.push_back({{"topic", line.partition.first},
                         {"partition", line.partition.second},
                         {"committed", json_or_null(line.committed)},
                         {"end", json_or_null(line.end)},
                         {"lag", json_or_null(line.lag())},
                         {"member", line.member ? json::value(line.member->id) : json::value()}});
    }
    return lines;
}

int64_t total_lag(const std::vector<client::GroupProgress>& progress) {
    int64_t total = 0;
    for (const client::GroupProgress& line : progress) total += line.lag().value_or(0);
    return total;
}

int describe(Call& call) {
    client::Client kafka = kafka_client(call);
    client::GroupInfo group = client::find_group(kafka, group_name(call));
    auto progress = client::progress_of(kafka, group);
    if (call.wants_json()) {
        json::array members;
        for (const client::GroupMemberInfo& member : group.members) {
            members.push_back(
                {{"id", member.id}, {"client", member.client_id}, {"host", member.host}});
        }
        print_json(call, {{"schema", "tarn.group.describe/1"},
                          {"id", group.id},
                          {"type", group.type},
                          {"state", group.state},
                          {"assignor", group.assignor},
                          {"members", members},
                          {"lag", std::to_string(total_lag(progress))},
                          {"partitions", json_of(progress)}});
        return ExitOk;
    }
    call.terminal.print_line(fmt::format("group {}  {}, {}, {} members, lag {}\n", group.id,
                                         group.type, group.state, group.members.size(),
                                         total_lag(progress)));
    std::vector<std::vector<std::string>> rows;
    for (const client::GroupProgress& line : progress) {
        rows.push_back({line.partition.first, std::to_string(line.partition.second),
                        text_or_dash(line.committed), text_or_dash(line.end),
                        text_or_dash(line.lag()), line.member ? line.member->client_id : "-",
                        line.member ? line.member->host : "-"});
    }
    call.terminal.table({"TOPIC", "PARTITION", "COMMITTED", "END", "LAG", "CLIENT", "HOST"}, rows);
    return ExitOk;
}

int show_lag(Call& call) {
    client::Client kafka = kafka_client(call);
    client::GroupInfo group = client::find_group(kafka, group_name(call));
    auto progress = client::progress_of(kafka, group);
    if (call.wants_json()) {
        print_json(call, {{"schema", "tarn.group.lag/1"},
                          {"id", group.id},
                          {"lag", std::to_string(total_lag(progress))},
                          {"partitions", json_of(progress)}});
        return ExitOk;
    }
    std::map<std::string, int64_t> by_topic;
    for (const client::GroupProgress& line : progress) {
        by_topic[line.partition.first] += line.lag().value_or(0);
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& [topic, lag] : by_topic) rows.push_back({topic, std::to_string(lag)});
    call.terminal.table({"TOPIC", "LAG"}, rows);
    return ExitOk;
}

// Which topics to move: those that were named, else all that the group has read.
std::vector<std::string> topics_to_reset(const Call& call, const client::CommittedOffsets& now) {
    std::vector<std::string> topics = call.typed.all("--topic");
    if (!topics.empty()) return topics;
    for (const auto& [which, offset] : now) {
        if (topics.empty() || topics.back() != which.first) topics.push_back(which.first);
    }
    if (topics.empty()) {
        throw Error(ErrorCode::NotFound, "group '{}' has read nothing yet", group_name(call))
            .with_hint("name what to set with --topic NAME");
    }
    return topics;
}

int reset(Call& call) {
    if (!call.typed.has("--to")) {
        throw Error(ErrorCode::InvalidInput, "it is not said where the group is to go")
            .with_hint("say --to earliest, latest, an offset, -N or a time");
    }
    auto point = parse_start_point("--to", call.typed.value_or("--to", ""));
    bool is_dry = call.typed.has("--dry-run") || !call.typed.has("--execute");
    client::Client kafka = kafka_client(call);
    std::string name = group_name(call);
    auto now = client::committed_offsets(kafka, name);
    client::CommittedOffsets plan;
    std::vector<std::vector<std::string>> rows;
    json::array partitions;
    for (const std::string& topic_name : topics_to_reset(call, now)) {
        client::TopicInfo topic = client::find_topic(kafka, topic_name);
        for (const auto& [partition, offset] : offsets_at(kafka, topic, point)) {
            client::TopicPartition which{topic.name, partition};
            std::optional<int64_t> before;
            if (auto found = now.find(which); found != now.end()) before = found->second;
            plan[which] = offset;
            rows.push_back({topic.name, std::to_string(partition), text_or_dash(before),
                            std::to_string(offset)});
            partitions.push_back({{"topic", topic.name},
                                  {"partition", partition},
                                  {"before", json_or_null(before)},
                                  {"after", std::to_string(offset)}});
        }
    }
    if (!is_dry) {
        auto group = client::describe_group(kafka, name);
        if (!group.members.empty()) {
            throw Error(ErrorCode::Conflict, "group '{}' has {} members that read now", name,
                        group.members.size())
                .with_hint("stop its consumers first; they would overwrite the offsets");
        }
        client::commit_offsets(kafka, name, plan);
    }
    if (call.wants_json()) {
        print_json(call, {{"schema", "tarn.group.reset/1"},
                          {"id", name},
                          {"executed", !is_dry},
                          {"partitions", partitions}});
        return ExitOk;
    }
    call.terminal.table({"TOPIC", "PARTITION", "NOW", is_dry ? "WOULD BE" : "SET TO"}, rows);
    if (is_dry) call.terminal.note("nothing was changed; add --execute to do it");
    return ExitOk;
}

int remove(Call& call) {
    client::Client kafka = kafka_client(call);
    client::GroupInfo group = client::find_group(kafka, group_name(call));
    client::delete_group(kafka, group.id);
    if (call.wants_json()) {
        print_json(call, {{"schema", "tarn.group.delete/1"}, {"id", group.id}});
    } else {
        call.terminal.print_line("Deleted group " + group.id);
    }
    return ExitOk;
}

}  // namespace

Command group_list_command() {
    return {.name = "group list",
            .summary = "the consumer groups and their states",
            .examples = {"tarn group list", "tarn group list --json"},
            .options = {bootstrap_option(), command_config_option()},
            .arguments = {},
            .run = list};
}

Command group_describe_command() {
    return {.name = "group describe",
            .summary = "who reads which partition, and how far",
            .examples = {"tarn group describe analytics"},
            .options = {bootstrap_option(), command_config_option()},
            .arguments = {{"group", "its name"}},
            .run = describe};
}

Command group_lag_command() {
    return {.name = "group lag",
            .summary = "how many records a group has yet to read",
            .examples = {"tarn group lag analytics", "tarn group lag analytics --json"},
            .options = {bootstrap_option(), command_config_option()},
            .arguments = {{"group", "its name"}},
            .run = show_lag};
}

Command group_reset_command() {
    return {.name = "group reset",
            .summary = "set where a group goes on reading",
            .examples = {"tarn group reset analytics --to earliest",
                         "tarn group reset analytics --topic trades --to -100 --execute"},
            .options = {bootstrap_option(),
                        command_config_option(),
                        {"--to", "WHERE", "earliest, latest, an offset, -N or a time"},
                        {"--topic", "NAME", "only this one; may be given often", {}, {}, true},
                        {"--dry-run", "", "only show what would change (the default)"},
                        {"--execute", "", "do it"}},
            .arguments = {{"group", "its name"}},
            .run = reset};
}

Command group_delete_command() {
    return {.name = "group delete",
            .summary = "forget a group and its offsets",
            .examples = {"tarn group delete analytics"},
            .options = {bootstrap_option(), command_config_option()},
            .arguments = {{"group", "its name"}},
            .run = remove};
}

}  // namespace tarn::cli
