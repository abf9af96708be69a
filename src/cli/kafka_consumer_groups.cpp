#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/group_tables.hpp"
#include "cli/kafka_access.hpp"
#include "cli/kafka_tools.hpp"
#include "cli/typed_numbers.hpp"
#include "kafka/client/groups.hpp"

namespace tarn::cli {
namespace {

namespace client = kafka::client;

std::vector<std::string> wanted_groups(client::Client& kafka, const Typed& typed) {
    if (!typed.has("--all-groups")) {
        required(typed, "--group");
        return typed.all("--group");
    }
    std::vector<std::string> groups;
    for (const client::ListedGroup& group : client::list_groups(kafka)) groups.push_back(group.id);
    return groups;
}

client::GroupInfo existing_group(client::Client& kafka, const std::string& name) {
    client::GroupInfo group = client::describe_group(kafka, name);
    if (!group.exists()) throw Error(ErrorCode::NotFound, "Group {} not found.", name);
    return group;
}

// Whether the list that was typed behind an option names it, in either case; no list names all.
bool is_asked_for(const Typed& typed, std::string_view option, std::string_view name) {
    std::vector<std::string> wanted = split_list(typed.value_or(option, ""));
    return wanted.empty() || std::ranges::any_of(wanted, [&](const std::string& each) {
               return std::ranges::equal(each, name, [](char a, char b) {
                   return std::tolower(static_cast<unsigned char>(a)) ==
                          std::tolower(static_cast<unsigned char>(b));
               });
           });
}

int list(client::Client& kafka, const Typed& typed, Terminal& terminal) {
    std::vector<client::ListedGroup> groups = client::list_groups(kafka);
    std::erase_if(groups, [&](const client::ListedGroup& group) {
        std::string_view type = group.type.empty() ? "classic" : std::string_view(group.type);
        return !is_asked_for(typed, "--state", group.state) || !is_asked_for(typed, "--type", type);
    });
    ListColumns columns{.type = typed.has("--type"), .state = typed.has("--state")};
    if (columns.type || columns.state) {
        terminal.print(group_list(groups, columns));
        return ExitOk;
    }
    for (const client::ListedGroup& group : groups) terminal.print_line(group.id);
    return ExitOk;
}

int describe(client::Client& kafka, const Typed& typed, Terminal& terminal) {
    for (const std::string& name : wanted_groups(kafka, typed)) {
        client::GroupInfo group = existing_group(kafka, name);
        if (group.members.empty()) {
            terminal.note(fmt::format("\nConsumer group '{}' has no active members.", name));
        } else if (group.state != "Stable") {
            terminal.note(fmt::format("\nWarning: Consumer group '{}' is rebalancing.", name));
        }
        if (typed.has("--members")) {
            terminal.print(group_members_table(group, typed.has("--verbose")));
        } else if (typed.has("--state")) {
            auto broker = kafka.cluster().brokers.find(group.coordinator);
            terminal.print(group_state_table(
                group, broker == kafka.cluster().brokers.end() ? "" : broker->second.text()));
        } else {
            terminal.print(group_offsets_table(group, client::progress_of(kafka, group)));
        }
    }
    return ExitOk;
}

int remove(client::Client& kafka, const Typed& typed, Terminal& terminal) {
    std::vector<std::string> deleted;
    std::string failures;
    for (const std::string& name : wanted_groups(kafka, typed)) {
        try {
            client::delete_group(kafka, name);
            deleted.push_back("'" + name + "'");
        } catch (const client::RefusedError& refused) {
            failures +=
                fmt::format("\n* Group '{}' could not be deleted due to: {}", name, refused.what());
        }
    }
    if (!failures.empty()) {
        throw Error(ErrorCode::NotFound, "Deletion of some consumer groups failed:{}", failures);
    }
    terminal.print_line(fmt::format("Deletion of requested consumer groups ({}) was successful.",
                                    fmt::join(deleted, ", ")));
    return ExitOk;
}

// The topics of --topic, each perhaps with partitions ("trades:0,1"), or all that the group has
// read.
std::vector<client::TopicInfo> chosen_topics(client::Client& kafka, const Typed& typed,
                                             const client::CommittedOffsets& now) {
    std::map<std::string, std::vector<std::string>> partitions_by_topic;
    if (typed.has("--all-topics")) {
        for (const auto& [which, offset] : now) partitions_by_topic[which.first];
    } else {
        required(typed, "--topic");
        for (const std::string& value : typed.all("--topic")) {
            size_t colon = value.find(':');
            auto& partitions = partitions_by_topic[value.substr(0, colon)];
            if (colon != std::string::npos) partitions = split_list(value.substr(colon + 1));
        }
    }
    std::vector<client::TopicInfo> topics;
    for (const auto& [name, partitions] : partitions_by_topic) {
        client::TopicInfo topic = client::find_topic(kafka, name);
        std::erase_if(topic.partitions, [&](const client::PartitionInfo& partition) {
            return !partitions.empty() &&
                   std::ranges::find(partitions, std::to_string(partition.id)) == partitions.end();
        });
        topics.push_back(std::move(topic));
    }
    return topics;
}

// "PT1H30M", "P2D": how long ago, in milliseconds.
int64_t iso_duration_ms(const std::string& text) {
    std::string_view rest = text;
    auto refuse = [&] {
        return Error(ErrorCode::InvalidInput, "--by-duration: '{}' is no duration", text)
            .with_hint("write PT10M, PT2H or P1D");
    };
    if (!rest.starts_with('P')) throw refuse();
    rest.remove_prefix(1);
    int64_t total = 0;
    bool is_time = false;
    while (!rest.empty()) {
        if (rest[0] == 'T') {
            is_time = true;
            rest.remove_prefix(1);
            continue;
        }
        size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
        if (digits == 0 || digits == rest.size()) throw refuse();
        int64_t number = parse_number("--by-duration", rest.substr(0, digits));
        char unit = rest[digits];
        rest.remove_prefix(digits + 1);
        int64_t seconds = unit == 'D' ? 86400 : unit == 'H' ? 3600 : unit == 'M' ? 60 : 1;
        if ((unit == 'D') == is_time || std::string_view("DHMS").find(unit) == std::string::npos)
            throw refuse();
        total += number * seconds * 1000;
    }
    return total;
}

// What the group's offsets of one topic become.
client::Offsets planned(client::Client& kafka, const Typed& typed, const client::TopicInfo& topic,
                        const client::CommittedOffsets& now) {
    auto starts = client::offsets_at(kafka, topic, client::Earliest);
    auto ends = client::offsets_at(kafka, topic, client::Latest);
    std::optional<int64_t> time;
    if (typed.has("--to-datetime")) {
        std::string text = typed.value_or("--to-datetime", "");
        time = parse_time_ms(text);
        if (!time) {
            throw Error(ErrorCode::InvalidInput, "--to-datetime: '{}' is no time", text)
                .with_hint("write 2026-11-21T09:30:00.000");
        }
    }
    if (typed.has("--by-duration")) {
        time = unix_ms(SystemClock().now()) - iso_duration_ms(typed.value_or("--by-duration", ""));
    }
    client::Offsets at_time;
    if (time) at_time = client::offsets_at(kafka, topic, *time);
    client::Offsets plan;
    for (const client::PartitionInfo& partition : topic.partitions) {
        int32_t id = partition.id;
        auto current = now.find({topic.name, id});
        int64_t wanted = current == now.end() ? ends.at(id) : current->second;
        if (typed.has("--to-earliest")) wanted = starts.at(id);
        if (typed.has("--to-latest")) wanted = ends.at(id);
        if (typed.has("--to-offset")) {
            wanted = parse_number("--to-offset", typed.value_or("--to-offset", ""));
        }
        if (typed.has("--shift-by")) {
            wanted += parse_number("--shift-by", typed.value_or("--shift-by", ""), INT64_MIN);
        }
        if (time) wanted = at_time.at(id) < 0 ? ends.at(id) : at_time.at(id);
        plan[id] = std::clamp(wanted, starts.at(id), ends.at(id));
    }
    return plan;
}

int reset(client::Client& kafka, const Typed& typed, Terminal& terminal) {
    std::string name = required(typed, "--group");
    constexpr std::string_view Ways[] = {"--to-earliest", "--to-latest",   "--to-offset",
                                         "--shift-by",    "--to-datetime", "--by-duration",
                                         "--to-current"};
    if (std::ranges::count_if(Ways, [&](std::string_view way) { return typed.has(way); }) != 1) {
        throw Error(ErrorCode::InvalidInput,
                    "--reset-offsets takes exactly one of --to-earliest, --to-latest, "
                    "--to-offset, --shift-by, --to-datetime, --by-duration, --to-current");
    }
    client::GroupInfo group = client::describe_group(kafka, name);
    if (!group.members.empty()) {
        throw Error(ErrorCode::Conflict,
                    "Assignments can only be reset if the group '{}' is inactive, but the current "
                    "state is {}.",
                    name, group.state);
    }
    auto now = client::committed_offsets(kafka, name);
    client::CommittedOffsets plan;
    for (const client::TopicInfo& topic : chosen_topics(kafka, typed, now)) {
        for (const auto& [partition, offset] : planned(kafka, typed, topic, now)) {
            plan[{topic.name, partition}] = offset;
        }
    }
    if (!typed.has("--execute") && !typed.has("--dry-run")) {
        terminal.note("WARN: nothing is changed without --execute");
    }
    if (typed.has("--execute") && !typed.has("--dry-run")) {
        client::commit_offsets(kafka, name, plan);
    }
    terminal.print(typed.has("--export") ? new_offsets_csv(plan) : new_offsets_table(name, plan));
    return ExitOk;
}

int delete_offsets(client::Client& kafka, const Typed& typed, Terminal& terminal) {
    std::string name = required(typed, "--group");
    std::vector<client::TopicPartition> partitions;
    for (const client::TopicInfo& topic : chosen_topics(kafka, typed, {})) {
        for (const client::PartitionInfo& partition : topic.partitions) {
            partitions.emplace_back(topic.name, partition.id);
        }
    }
    client::delete_offsets(kafka, name, partitions);
    terminal.print_line("Request succeed for deleting offsets from group " + name + ".");
    return ExitOk;
}

constexpr KafkaToolAction Actions[] = {{"--list", list},
                                       {"--describe", describe},
                                       {"--delete", remove},
                                       {"--reset-offsets", reset},
                                       {"--delete-offsets", delete_offsets}};

int answer(const Typed& typed, Terminal& terminal) {
    const KafkaToolAction& action = chosen_action(typed, Actions);
    client::Client kafka =
        kafka_client_at(required(typed, "--bootstrap-server"), command_properties(typed));
    kafka.cluster();  // a broker that cannot be reached is exit code 1
    try {
        return action.run(kafka, typed, terminal);
    } catch (const Error& error) {
        bool is_usage = error.code() == ErrorCode::InvalidInput;
        if (is_usage) throw;
        // Apache's tool says so and ends well; scripts are written for that.
        terminal.error(error.what(), error.hint());
        return ExitOk;
    }
}

}  // namespace

Command kafka_consumer_groups_command() {
    return command_of(KafkaTool{
        .name = "kafka-consumer-groups",
        .summary = "Kafka's tool for consumer groups",
        .examples = {"kafka-consumer-groups --bootstrap-server localhost:9092 --list",
                     "kafka-consumer-groups --bootstrap-server localhost:9092 --describe --group "
                     "analytics",
                     "kafka-consumer-groups --bootstrap-server localhost:9092 --reset-offsets "
                     "--group analytics --topic trades --to-earliest --execute"},
        .options = {{"--list", "", "the names of the groups"},
                    {"--describe", "", "who reads which partition, and how far"},
                    {"--delete", "", "forget groups"},
                    {"--reset-offsets", "", "set where a group goes on reading"},
                    {"--delete-offsets", "", "forget the offsets of topics"},
                    {"--group", "NAME", "which; may be given often"},
                    {"--all-groups", "", "all of them"},
                    {"--topic", "NAME", "trades, or trades:0,2; may be given often"},
                    {"--all-topics", "", "all that the group has read"},
                    {"--offsets", "", "with --describe: the progress (the default)"},
                    {"--members", "", "with --describe: the members"},
                    {"--verbose", "", "with --members: what each one reads"},
                    {"--state", "[STATES]", "with --describe or --list: the states"},
                    {"--type", "[TYPES]", "with --list: the types, classic or consumer"},
                    {"--to-earliest", "", "the first record"},
                    {"--to-latest", "", "behind the last record"},
                    {"--to-current", "", "where the group is"},
                    {"--to-offset", "N", "this offset"},
                    {"--shift-by", "N", "so many on, or back when negative"},
                    {"--to-datetime", "TIME", "the first record since 2026-11-21T09:30:00.000"},
                    {"--by-duration", "DURATION", "the first record of the last PT1H"},
                    {"--dry-run", "", "only show what would change"},
                    {"--execute", "", "do it"},
                    {"--export", "", "print topic,partition,offset"},
                    {"--timeout", "N", "taken, and of no effect here"}},
        .run = answer});
}

}  // namespace tarn::cli
