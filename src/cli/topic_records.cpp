#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/kafka_access.hpp"
#include "cli/line_reader.hpp"
#include "cli/record_format.hpp"
#include "cli/record_loop.hpp"
#include "cli/start_point.hpp"
#include "cli/typed_numbers.hpp"
#include "kafka/client/producer.hpp"

namespace tarn::cli {
namespace {

namespace client = kafka::client;

log::Codec codec_named(const std::string& name) {
    for (log::Codec codec :
         {log::Codec::Gzip, log::Codec::Snappy, log::Codec::Lz4, log::Codec::Zstd}) {
        if (log::name_of(codec) == name) return codec;
    }
    return log::Codec::None;
}

// A line as key and value.
struct KeyedLine {
    std::optional<std::string_view> key;
    std::string_view value;
};

KeyedLine split(std::string_view line, const std::optional<std::string>& separator,
                const std::optional<std::string>& key, int64_t number) {
    if (!separator) return {key ? std::optional<std::string_view>(*key) : std::nullopt, line};
    size_t at = line.find(*separator);
    if (at == std::string_view::npos) {
        throw Error(ErrorCode::InvalidInput, "line {} has no '{}' between key and value", number,
                    *separator)
            .with_hint("all lines before it were sent");
    }
    return {line.substr(0, at), line.substr(at + separator->size())};
}

std::optional<std::string> typed(const Call& call, std::string_view option) {
    if (!call.typed.has(option)) return std::nullopt;
    return call.typed.value_or(option, "");
}

int produce(Call& call) {
    auto separator = typed(call, "--key-separator");
    auto key = typed(call, "--key");
    if (separator && separator->empty()) {
        throw Error(ErrorCode::InvalidInput, "--key-separator: nothing separates nothing");
    }
    std::optional<int32_t> partition;
    if (auto text = typed(call, "--partition")) partition = parse_int("--partition", *text);

    client::Client kafka = kafka_client(call);
    client::TopicInfo topic = client::find_topic(kafka, call.typed.value_or("topic", ""));
    client::Producer producer(kafka, topic,
                              {.codec = codec_named(call.typed.value_or("--compression", "none"))});
    LineReader lines;
    if (isatty(STDIN_FILENO)) call.terminal.note("each line is a record; Ctrl+D ends");
    SystemClock clock;
    for (int64_t number = 1;; ++number) {
        if (lines.would_wait()) producer.flush();
        auto line = lines.next();
        if (!line) break;
        KeyedLine keyed;
        try {
            keyed = split(*line, separator, key, number);
        } catch (const Error&) {
            producer.flush();
            throw;
        }
        log::NewRecord record;
        record.timestamp = unix_ms(clock.now());
        if (keyed.key) record.key = as_bytes(*keyed.key);
        record.value = as_bytes(keyed.value);
        producer.send(record, partition);
    }
    producer.flush();
    std::string count = std::to_string(producer.records_stored());
    if (call.wants_json()) {
        call.terminal.print_line(boost::json::serialize(boost::json::object{
            {"schema", "tarn.topic.produce/1"}, {"topic", topic.name}, {"records", count}}));
    } else {
        call.terminal.note(fmt::format("{} records to {}", count, topic.name));
    }
    return ExitOk;
}

PrintRecord printer(const Call& call) {
    if (auto pattern = typed(call, "--format")) {
        return [format = RecordFormat::parse(*pattern)](std::string& out, const auto& record) {
            format.append_to(out, record);
        };
    }
    if (call.wants_json() || !isatty(STDOUT_FILENO)) return append_as_json;
    return [format = RecordFormat::parse("%p:%o  %k  %v")](std::string& out, const auto& record) {
        format.append_to(out, record);
    };
}

int consume(Call& call) {
    PrintRecord print = printer(call);
    auto start = parse_start_point("--from", call.typed.value_or("--from", "beginning"));
    LoopLimits limits;
    if (auto text = typed(call, "--max")) limits.records_max = parse_number("--max", *text);

    client::Client kafka = kafka_client(call);
    client::TopicInfo topic = client::find_topic(kafka, call.typed.value_or("topic", ""));
    client::Offsets from = offsets_at(kafka, topic, start);
    if (call.typed.has("--partition")) {
        client::Offsets some;
        for (const std::string& text : call.typed.all("--partition")) {
            int32_t id = parse_int("--partition", text);
            if (!from.contains(id)) {
                throw Error(ErrorCode::NotFound, "topic '{}' has no partition {}", topic.name, id)
                    .with_hint(fmt::format("its partitions are 0 to {}", from.size() - 1));
            }
            some[id] = from[id];
        }
        from = some;
    }
    client::Consumer consumer(kafka, call.typed.has("--committed")
                                         ? client::Isolation::Committed
                                         : client::Isolation::Uncommitted);
    consumer.add(topic, from);
    if (call.typed.has("--until-end")) {
        limits.ends.emplace();
        for (const auto& [partition, end] : client::offsets_at(kafka, topic, client::Latest)) {
            (*limits.ends)[{topic.name, partition}] = end;
        }
    }
    LoopResult result = read_records(consumer, limits, call.terminal, print);
    call.terminal.note(fmt::format("{} records from {}", result.records, topic.name));
    return result.how == LoopEnd::Interrupted ? ExitInterrupted : ExitOk;
}

}  // namespace

Command topic_produce_command() {
    return {.name = "topic produce",
            .summary = "send each line of standard input as a record",
            .examples = {"echo '{\"symbol\":\"BTCUSDT\",\"price\":1}' | tarn topic produce trades",
                         "tarn topic produce trades --key-separator : < lines.txt"},
            .options = {bootstrap_option(),
                        command_config_option(),
                        {"--key-separator", "TEXT", "what stands between key and value in a line"},
                        {"--key", "TEXT", "the key of all records", "-k"},
                        {"--partition", "N", "send all to this one", "-p"},
                        {"--compression",
                         "CODEC",
                         "of the batches",
                         "-z",
                         {"none", "gzip", "snappy", "lz4", "zstd"}}},
            .arguments = {{"topic", "its name"}},
            .run = produce};
}

Command topic_consume_command() {
    return {.name = "topic consume",
            .summary = "print a topic's records and follow it; Ctrl+C ends",
            .examples = {"tarn topic consume trades", "tarn topic consume trades --from end",
                         "tarn topic consume trades --from -10 --max 10 --format '%p:%o %k %v'",
                         "tarn topic consume trades --until-end | jq .value"},
            .options = {bootstrap_option(),
                        command_config_option(),
                        {"--from", "WHERE",
                         "beginning, end, an offset, -N, or a time (default beginning)"},
                        {"--max", "N", "end after so many records", "-n"},
                        {"--until-end", "", "end where the topic ends now"},
                        {"--partition", "N", "only this one; may be given often", "-p", {}, true},
                        {"--format", "PATTERN",
                         "%t topic, %p partition, %o offset, %T time, %k key, %v value, %h headers "
                         "(JSON lines when piped)",
                         "-f"},
                        {"--committed", "", "leave out transactions that are not committed"}},
            .arguments = {{"topic", "its name"}},
            .run = consume};
}

}  // namespace tarn::cli
