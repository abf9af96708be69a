// `tarn dlq`: records that a job could not read, in topics of dead letters.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/kafka_access.hpp"
#include "cli/record_format.hpp"
#include "cli/record_loop.hpp"
#include "cli/typed_numbers.hpp"
#include "connectors/kafka/letter_replay.hpp"

namespace tarn::cli {
namespace {

namespace client = kafka::client;
namespace json = boost::json;

std::string letters_topic(const Call& call) {
    return call.typed.value_or("topic", "");
}

std::optional<int64_t> typed_max(const Call& call) {
    if (!call.typed.has("--max")) return std::nullopt;
    return parse_number("--max", call.typed.value_or("--max", ""));
}

// "trades-0 @ 17  lake  value: price: "abc" is no double  {"price":"abc"}".
void append_letter(std::string& out, const client::ReceivedRecord& received) {
    auto facts = connectors::letter_facts(received.record.headers);
    std::string_view value =
        received.record.value ? as_text(*received.record.value) : std::string_view();
    if (!facts) {
        out += fmt::format("{}:{}  no dead letter  {}\n", received.partition,
                           received.record.offset, value);
        return;
    }
    bool is_record = facts->offset != connectors::NoOffset;
    out += is_record ? fmt::format("{} @ {}", connectors::text_of(facts->from), facts->offset)
                     : fmt::format("a row of {}", facts->from.topic);
    out += fmt::format("  {}  {}  {}\n", facts->job, facts->reason, value);
}

int list(Call& call) {
    client::Client kafka = kafka_client(call);
    client::TopicInfo topic = client::find_topic(kafka, letters_topic(call));
    client::Consumer consumer(kafka, client::Isolation::Committed);
    consumer.add(topic, client::offsets_at(kafka, topic, client::Earliest));
    LoopLimits limits{.records_max = typed_max(call)};
    limits.ends.emplace();
    for (const auto& [partition, end] : client::offsets_at(kafka, topic, client::Latest)) {
        (*limits.ends)[{topic.name, partition}] = end;
    }
    PrintRecord print = call.wants_json() ? append_as_json : append_letter;
    LoopResult result = read_records(consumer, limits, call.terminal, print);
    call.terminal.note(fmt::format("{} letters in {}", result.records, topic.name));
    return result.how == LoopEnd::Interrupted ? ExitInterrupted : ExitOk;
}

int replay(Call& call) {
    connectors::ReplayWish wish{.letters = letters_topic(call), .letters_max = typed_max(call)};
    if (call.typed.has("--to")) wish.to = call.typed.value_or("--to", "");
    auto counts = connectors::replay_letters(kafka_client(call).settings(), wish);
    if (call.wants_json()) {
        call.terminal.print_line(
            json::serialize(json::object{{"schema", "tarn.dlq.replay/1"},
                                         {"topic", wish.letters},
                                         {"replayed", std::to_string(counts.replayed)},
                                         {"left_out", std::to_string(counts.left_out)}}));
        return ExitOk;
    }
    call.terminal.note(fmt::format("{} letters replayed", counts.replayed));
    if (counts.left_out > 0) {
        call.terminal.note(
            fmt::format("{} are no letters of records and stay where they are", counts.left_out));
    }
    return ExitOk;
}

}  // namespace

Command dlq_list_command() {
    return {.name = "dlq list",
            .summary = "the records that jobs could not read, and why",
            .examples = {"tarn dlq list trades.dlq", "tarn dlq list trades.dlq --max 10 --json"},
            .options = {bootstrap_option(),
                        command_config_option(),
                        {"--max", "N", "end after so many letters", "-n"}},
            .arguments = {{"topic", "the topic of the letters"}},
            .run = list};
}

Command dlq_replay_command() {
    return {.name = "dlq replay",
            .summary = "send letters back to where they came from, each once",
            .examples = {"tarn dlq replay trades.dlq",
                         "tarn dlq replay trades.dlq --to trades-repaired"},
            .options = {bootstrap_option(),
                        command_config_option(),
                        {"--to", "TOPIC", "another topic than they came from"},
                        {"--max", "N", "replay so many at most", "-n"}},
            .arguments = {{"topic", "the topic of the letters"}},
            .run = replay};
}

}  // namespace tarn::cli
