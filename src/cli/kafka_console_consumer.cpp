#include <fmt/format.h>

#include <algorithm>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/kafka_access.hpp"
#include "cli/kafka_tools.hpp"
#include "cli/message_format.hpp"
#include "cli/record_loop.hpp"
#include "cli/start_point.hpp"
#include "cli/typed_numbers.hpp"
#include "kafka/client/group_member.hpp"

namespace tarn::cli {
namespace {

namespace client = kafka::client;
using std::chrono::milliseconds;

// Where records are read that no offset is known for.
StartPoint default_start(const Typed& typed, const client::Properties& properties) {
    auto reset = properties.find("auto.offset.reset");
    bool wants_all =
        typed.has("--from-beginning") || (reset != properties.end() && reset->second == "earliest");
    return {.kind = wants_all ? StartPoint::Kind::Beginning : StartPoint::Kind::End};
}

// Reads what the group gives us, and goes on where the group had stopped.
class GroupReader {
public:
    GroupReader(client::Client& kafka, std::string group, std::vector<std::string> topics,
                client::Consumer& consumer, StartPoint start)
        : kafka_(kafka),
          group_(group),
          member_(kafka, std::move(group), std::move(topics)),
          consumer_(consumer),
          start_(start) {}

    // Before each round of reading.
    void do_duties() {
        Ticks now = SystemClock().ticks();
        if (!is_in_) return join();
        if (now >= next_heartbeat_) {
            next_heartbeat_ = now + HeartbeatEach;
            if (!member_.is_still_in()) return rejoin();
        }
        if (now >= next_commit_) {
            next_commit_ = now + CommitEach;
            if (!commit()) rejoin();
        }
    }

    void finish() {
        if (!is_in_) return;
        commit();
        member_.leave();
    }

private:
    static constexpr milliseconds HeartbeatEach{1000};
    static constexpr milliseconds CommitEach{5000};

    void rejoin() {
        // Who gets these partitions next goes on where we are now.
        commit();
        join();
    }

    bool commit() {
        auto positions = consumer_.positions();
        if (positions == committed_) return true;
        if (!member_.commit(positions)) return false;
        committed_ = std::move(positions);
        return true;
    }

    void join() {
        client::Assignment assignment = member_.join();
        is_in_ = true;
        consumer_.clear();
        auto known = client::committed_offsets(kafka_, group_);
        for (const auto& [name, partitions] : assignment) {
            client::TopicInfo topic = client::find_topic(kafka_, name);
            client::Offsets defaults = offsets_at(kafka_, topic, start_);
            client::Offsets from;
            for (int32_t partition : partitions) {
                auto found = known.find({name, partition});
                from[partition] = found == known.end() ? defaults.at(partition) : found->second;
            }
            consumer_.add(topic, from);
        }
        committed_.clear();
        next_heartbeat_ = SystemClock().ticks() + HeartbeatEach;
        next_commit_ = SystemClock().ticks() + CommitEach;
    }

    client::Client& kafka_;
    std::string group_;
    client::GroupMember member_;
    client::Consumer& consumer_;
    StartPoint start_;
    client::CommittedOffsets committed_;
    bool is_in_ = false;
    Ticks next_heartbeat_{};
    Ticks next_commit_{};
};

std::vector<std::string> topics_of(client::Client& kafka, const Typed& typed) {
    std::string pattern = typed.value_or("--include", typed.value_or("--whitelist", ""));
    if (pattern.empty()) {
        std::string name = required(typed, "--topic");
        return {client::find_topic(kafka, name, client::Missing::Create).name};
    }
    std::vector<std::string> names;
    for (const client::TopicInfo& topic : client::list_topics(kafka)) {
        if (!topic.is_internal && matches(pattern, topic.name)) names.push_back(topic.name);
    }
    if (names.empty()) throw Error(ErrorCode::NotFound, "no topic matches '{}'", pattern);
    return names;
}

client::Isolation isolation_of(const Typed& typed, const client::Properties& properties) {
    auto set = properties.find("isolation.level");
    std::string level = set == properties.end() ? "read_uncommitted" : set->second;
    level = typed.value_or("--isolation-level", level);
    return level == "read_committed" ? client::Isolation::Committed
                                     : client::Isolation::Uncommitted;
}

// Reads one partition from --offset on.
void add_partition(client::Client& kafka, const Typed& typed, const StartPoint& start,
                   client::Consumer& consumer) {
    client::TopicInfo topic = client::find_topic(kafka, required(typed, "--topic"));
    int32_t partition = parse_int("--partition", typed.value_or("--partition", ""));
    StartPoint point = start;
    if (typed.has("--offset")) {
        point = parse_start_point("--offset", typed.value_or("--offset", ""));
    }
    client::Offsets from = offsets_at(kafka, topic, point);
    auto found = from.find(partition);
    if (found == from.end()) {
        throw Error(ErrorCode::NotFound, "topic '{}' has no partition {}", topic.name, partition);
    }
    consumer.add(topic, {*found});
}

void check_options(const Typed& typed) {
    if (typed.has("--offset") && !typed.has("--partition")) {
        throw Error(ErrorCode::InvalidInput, "The partition is required when offset is specified.");
    }
    if (typed.has("--offset") && typed.has("--from-beginning")) {
        throw Error(ErrorCode::InvalidInput,
                    "The options from-beginning and offset cannot be specified together.");
    }
    if (typed.has("--group") && typed.has("--partition")) {
        throw Error(ErrorCode::InvalidInput,
                    "Options group and partition cannot be specified together.");
    }
}

int answer(const Typed& typed, Terminal& terminal) {
    check_options(typed);
    client::Properties properties = command_properties(typed);
    auto format_properties = properties_of(typed, {"--property", "--formatter-property"});
    if (typed.has("--key-deserializer")) {
        format_properties["key.deserializer"] = typed.value_or("--key-deserializer", "");
    }
    if (typed.has("--value-deserializer")) {
        format_properties["value.deserializer"] = typed.value_or("--value-deserializer", "");
    }
    MessageFormat format = MessageFormat::of(format_properties);
    LoopLimits limits;
    if (typed.has("--max-messages")) {
        limits.records_max =
            parse_number("--max-messages", typed.value_or("--max-messages", ""), -1);
        if (limits.records_max == -1) limits.records_max.reset();
    }
    if (typed.has("--timeout-ms")) {
        limits.silence_max =
            milliseconds(parse_int("--timeout-ms", typed.value_or("--timeout-ms", "")));
    }
    StartPoint start = default_start(typed, properties);
    auto group_property = properties.find("group.id");
    std::string group =
        typed.value_or("--group", group_property == properties.end() ? "" : group_property->second);

    client::Client kafka = kafka_client_at(required(typed, "--bootstrap-server"), properties);
    client::Consumer consumer(kafka, isolation_of(typed, properties));
    std::optional<GroupReader> group_reader;
    if (typed.has("--partition")) {
        add_partition(kafka, typed, start, consumer);
    } else if (group.empty()) {
        for (const std::string& name : topics_of(kafka, typed)) {
            client::TopicInfo topic = client::find_topic(kafka, name);
            consumer.add(topic, offsets_at(kafka, topic, start));
        }
    } else {
        group_reader.emplace(kafka, group, topics_of(kafka, typed), consumer, start);
    }
    auto duties = [&] {
        if (group_reader) group_reader->do_duties();
    };
    LoopResult result = read_records(
        consumer, limits, terminal,
        [&](std::string& out, const auto& record) { format.append_to(out, record); }, duties);
    if (group_reader) group_reader->finish();
    terminal.note(fmt::format("Processed a total of {} messages", result.records));
    return result.how == LoopEnd::Interrupted ? ExitInterrupted : ExitOk;
}

}  // namespace

Command kafka_console_consumer_command() {
    std::string no_effect = "taken, and of no effect here";
    return command_of(KafkaTool{
        .name = "kafka-console-consumer",
        .summary = "Kafka's tool that prints records",
        .examples = {"kafka-console-consumer --bootstrap-server localhost:9092 --topic trades "
                     "--from-beginning --max-messages 10",
                     "kafka-console-consumer --bootstrap-server localhost:9092 --topic trades "
                     "--group analytics --property print.key=true"},
        .options = {{"--topic", "NAME", "what to read"},
                    {"--include", "PATTERN", "all topics that match a regular expression"},
                    {"--whitelist", "PATTERN", "the same"},
                    {"--from-beginning", "", "also what is there already"},
                    {"--max-messages", "N", "end after so many"},
                    {"--timeout-ms", "N", "end when nothing has come for so long"},
                    {"--partition", "N", "only this one"},
                    {"--offset", "WHERE", "earliest, latest or a number; with --partition"},
                    {"--group", "NAME", "share the partitions with others of this group"},
                    {"--property", "NAME=VALUE",
                     "print.key, print.timestamp, print.partition, print.offset, print.headers, "
                     "key.separator …"},
                    {"--formatter-property", "NAME=VALUE", "the same"},
                    {"--isolation-level", "LEVEL", "read_committed or read_uncommitted"},
                    {"--key-deserializer", "CLASS", "of String, Short, Integer, Long, Double"},
                    {"--value-deserializer", "CLASS", "the same"},
                    {"--command-property", "NAME=VALUE",
                     "one of what --command-config holds; group.id, auto.offset.reset and "
                     "isolation.level are known, too"},
                    {"--consumer-property", "NAME=VALUE", "the same"},
                    {"--consumer.config", "FILE", "the old name of --command-config"},
                    {"--formatter", "CLASS", no_effect},
                    {"--formatter-config", "FILE", no_effect},
                    {"--skip-message-on-error", "", no_effect},
                    {"--enable-systest-events", "", no_effect}},
        .run = answer});
}

}  // namespace tarn::cli
