#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/kafka_access.hpp"
#include "cli/kafka_tools.hpp"
#include "cli/line_reader.hpp"
#include "kafka/client/producer.hpp"

namespace tarn::cli {
namespace {

namespace client = kafka::client;

// How a line becomes a record, by the properties parse.key, key.separator and so on.
struct LineForm {
    bool has_key = false;
    bool has_headers = false;
    bool takes_lines_without_key = false;
    std::string key_separator = "\t";
    std::string headers_delimiter = "\t";
    std::string headers_separator = ",";
    std::string header_key_separator = ":";
    std::optional<std::string> null_marker;

    static LineForm of(const Typed& typed) {
        LineForm form;
        auto properties = properties_of(typed, {"--property", "--reader-property"});
        for (const auto& [name, value] : properties) {
            if (name == "parse.key") form.has_key = value == "true";
            if (name == "parse.headers") form.has_headers = value == "true";
            if (name == "ignore.error") form.takes_lines_without_key = value == "true";
            if (name == "key.separator") form.key_separator = value;
            if (name == "headers.delimiter") form.headers_delimiter = value;
            if (name == "headers.separator") form.headers_separator = value;
            if (name == "headers.key.separator") form.header_key_separator = value;
            if (name == "null.marker") form.null_marker = value;
        }
        return form;
    }
};

// Takes the text before `separator` off the line.
std::optional<std::string_view> take_until(std::string_view& line, std::string_view separator) {
    size_t at = line.find(separator);
    if (at == std::string_view::npos) return std::nullopt;
    std::string_view part = line.substr(0, at);
    line.remove_prefix(at + separator.size());
    return part;
}

class LineSender {
public:
    LineSender(client::Producer& producer, LineForm form)
        : producer_(producer), form_(std::move(form)) {}

    void send(std::string_view line) {
        ++number_;
        std::string_view whole = line;
        std::vector<log::RecordHeader> headers;
        if (form_.has_headers)
            headers = headers_of(taken(line, form_.headers_delimiter, "headers delimiter", whole));
        log::NewRecord record;
        if (form_.has_key) {
            auto key = take_until(line, form_.key_separator);
            if (!key && !form_.takes_lines_without_key) {
                throw missing("key separator", whole);
            }
            if (key) record.key = bytes_or_null(*key);
        }
        record.value = bytes_or_null(line);
        record.headers = headers;
        record.timestamp = unix_ms(SystemClock().now());
        producer_.send(record);
    }

private:
    std::vector<log::RecordHeader> headers_of(std::string_view text) const {
        std::vector<log::RecordHeader> headers;
        if (form_.null_marker == text) return headers;
        while (!text.empty()) {
            std::string_view one = take_until(text, form_.headers_separator).value_or(text);
            if (one.data() + one.size() == text.data() + text.size()) text = {};
            std::string_view value = one;
            auto key = take_until(value, form_.header_key_separator);
            if (!key) throw missing("header key separator", one);
            headers.push_back({*key, bytes_or_null(value)});
        }
        return headers;
    }

    std::string_view taken(std::string_view& line, std::string_view separator,
                           std::string_view what, std::string_view whole) const {
        auto part = take_until(line, separator);
        if (!part) throw missing(what, whole);
        return *part;
    }

    std::optional<BytesView> bytes_or_null(std::string_view text) const {
        if (form_.null_marker == text) return std::nullopt;
        return as_bytes(text);
    }

    Error missing(std::string_view what, std::string_view line) const {
        return Error(ErrorCode::InvalidInput, "No {} found on line number {}: '{}'", what, number_,
                     line);
    }

    client::Producer& producer_;
    LineForm form_;
    int64_t number_ = 0;
};

log::Codec codec_of(const Typed& typed, const client::Properties& properties) {
    std::string name = "none";
    if (auto set = properties.find("compression.type"); set != properties.end()) {
        name = set->second;
    }
    if (typed.has("--compression-codec")) name = typed.value_or("--compression-codec", "");
    if (name.empty()) name = "gzip";
    using enum log::Codec;
    for (log::Codec codec : {None, Gzip, Snappy, Lz4, Zstd}) {
        if (log::name_of(codec) == name) return codec;
    }
    throw Error(ErrorCode::InvalidInput, "there is no compression codec '{}'", name)
        .with_hint("none, gzip, snappy, lz4 or zstd");
}

int answer(const Typed& typed, Terminal& terminal) {
    std::string bootstrap = typed.has("--broker-list") ? typed.value_or("--broker-list", "")
                                                       : required(typed, "--bootstrap-server");
    std::string topic_name = required(typed, "--topic");
    client::Properties properties = command_properties(typed);
    client::ProducerSettings settings{.codec = codec_of(typed, properties)};
    LineForm form = LineForm::of(typed);

    client::Client kafka = kafka_client_at(bootstrap, properties);
    client::TopicInfo topic = client::find_topic(kafka, topic_name, client::Missing::Create);
    client::Producer producer(kafka, topic, settings);
    LineSender sender(producer, form);
    LineReader lines;
    bool is_typed = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    while (true) {
        if (is_typed) terminal.print(">");
        if (lines.would_wait()) producer.flush();
        auto line = lines.next();
        if (!line) break;
        try {
            sender.send(*line);
        } catch (const Error&) {
            producer.flush();
            throw;
        }
    }
    producer.flush();
    return ExitOk;
}

}  // namespace

Command kafka_console_producer_command() {
    std::string no_effect = "taken, and of no effect here";
    return command_of(KafkaTool{
        .name = "kafka-console-producer",
        .summary = "Kafka's tool that sends lines as records",
        .examples = {"kafka-console-producer --bootstrap-server localhost:9092 --topic trades",
                     "kafka-console-producer --bootstrap-server localhost:9092 --topic trades "
                     "--property parse.key=true --property key.separator=:"},
        .options = {{"--broker-list", "HOST:PORT", "the old name of --bootstrap-server"},
                    {"--topic", "NAME", "where to"},
                    {"--property", "NAME=VALUE",
                     "parse.key, key.separator, parse.headers, null.marker, ignore.error …"},
                    {"--reader-property", "NAME=VALUE", "the same"},
                    {"--compression-codec", "[CODEC]", "none, gzip, snappy, lz4 or zstd"},
                    {"--command-property", "NAME=VALUE",
                     "one of what --command-config holds; compression.type is known, too"},
                    {"--producer-property", "NAME=VALUE", "the same"},
                    {"--producer.config", "FILE", "the old name of --command-config"},
                    {"--reader-config", "FILE", no_effect},
                    {"--line-reader", "CLASS", no_effect},
                    {"--sync", "", no_effect},
                    {"--request-required-acks", "ACKS", "all of them, whatever is said"},
                    {"--batch-size", "N", no_effect},
                    {"--max-partition-memory-bytes", "N", no_effect},
                    {"--max-memory-bytes", "N", no_effect},
                    {"--message-send-max-retries", "N", no_effect},
                    {"--retry-backoff-ms", "N", no_effect},
                    {"--request-timeout-ms", "N", no_effect},
                    {"--max-block-ms", "N", no_effect},
                    {"--timeout", "N", no_effect}},
        .run = answer});
}

}  // namespace tarn::cli
