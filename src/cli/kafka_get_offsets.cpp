#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/kafka_access.hpp"
#include "cli/kafka_tools.hpp"
#include "cli/typed_numbers.hpp"
#include "kafka/client/topics.hpp"

namespace tarn::cli {
namespace {

namespace client = kafka::client;

log::Timestamp time_of(const std::string& text) {
    if (text == "latest") return client::Latest;
    if (text == "earliest") return client::Earliest;
    if (text == "max-timestamp") return client::OfMaxTimestamp;
    if (text == "earliest-local") return -4;
    if (text == "latest-tiered") return -5;
    return parse_number("--time", text, -5);
}

// "0", "1-3" without the 3, "-2" and "5-" are ranges of partitions.
bool is_in_range(std::string_view range, int32_t partition) {
    size_t dash = range.find('-');
    std::string_view from = range.substr(0, dash);
    if (dash == std::string_view::npos) return parse_int("--partitions", from) == partition;
    std::string_view to = range.substr(dash + 1);
    return (from.empty() || parse_int("--partitions", from) <= partition) &&
           (to.empty() || partition < parse_int("--partitions", to));
}

bool is_in_ranges(const std::vector<std::string>& ranges, int32_t partition) {
    return ranges.empty() || std::ranges::any_of(ranges, [&](const std::string& range) {
               return is_in_range(range, partition);
           });
}

// "trades:0-2,bids": a pattern for the topic and perhaps partitions.
bool is_chosen(const std::vector<std::string>& chosen, const std::string& topic,
               int32_t partition) {
    return chosen.empty() || std::ranges::any_of(chosen, [&](const std::string& one) {
               size_t colon = one.find(':');
               std::string pattern = one.substr(0, colon);
               if (!pattern.empty() && !matches(pattern, topic)) return false;
               return colon == std::string::npos || colon + 1 == one.size() ||
                      is_in_range(std::string_view(one).substr(colon + 1), partition);
           });
}

int answer(const Typed& typed, Terminal& terminal) {
    std::string bootstrap = typed.has("--broker-list") ? typed.value_or("--broker-list", "")
                                                       : required(typed, "--bootstrap-server");
    log::Timestamp time = time_of(typed.value_or("--time", "latest"));
    auto ranges = split_list(typed.value_or("--partitions", ""));
    auto chosen = split_list(typed.value_or("--topic-partitions", ""));
    client::Client kafka = kafka_client_at(bootstrap, command_properties(typed));
    bool is_found = false;
    for (client::TopicInfo topic : client::list_topics(kafka)) {
        if (topic.is_internal && typed.has("--exclude-internal-topics")) continue;
        if (typed.has("--topic") && !matches(typed.value_or("--topic", ""), topic.name)) continue;
        std::erase_if(topic.partitions, [&](const client::PartitionInfo& partition) {
            return !is_in_ranges(ranges, partition.id) ||
                   !is_chosen(chosen, topic.name, partition.id);
        });
        if (topic.partitions.empty()) continue;
        is_found = true;
        for (const auto& [partition, offset] : client::offsets_at(kafka, topic, time)) {
            // No record is that young: there is nothing to say about this partition.
            if (offset < 0) continue;
            terminal.print_line(fmt::format("{}:{}:{}", topic.name, partition, offset));
        }
    }
    if (!is_found) {
        throw Error(ErrorCode::NotFound,
                    "Could not match any topic-partitions with the specified filters");
    }
    return ExitOk;
}

}  // namespace

Command kafka_get_offsets_command() {
    return command_of(KafkaTool{
        .name = "kafka-get-offsets",
        .summary = "Kafka's tool for the offsets of topics",
        .examples = {"kafka-get-offsets --bootstrap-server localhost:9092 --topic trades",
                     "kafka-get-offsets --bootstrap-server localhost:9092 --time earliest"},
        .options = {{"--broker-list", "HOST:PORT", "the old name of --bootstrap-server"},
                    {"--topic", "NAME", "only these; a regular expression"},
                    {"--partitions", "RANGES", "such as 0,2,4-6, the last one not included"},
                    {"--topic-partitions", "LIST", "such as trades:0,bids:1-3"},
                    {"--time", "TIME",
                     "latest or -1 (the default), earliest or -2, max-timestamp or -3, or "
                     "milliseconds since 1970"},
                    {"--exclude-internal-topics", "", "without those of Kafka itself"}},
        .run = answer,
        .failure_prefix = "Error occurred: "});
}

}  // namespace tarn::cli
