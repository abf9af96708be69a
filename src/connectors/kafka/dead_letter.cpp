#include "connectors/kafka/dead_letter.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace tarn::connectors {
namespace {

constexpr std::string_view LetterPrefix = "tarn.dlq.";

// In the order of the values that LetterHeaders gives them.
constexpr auto FactNames =
    std::to_array<std::string_view>({"tarn.dlq.topic", "tarn.dlq.partition", "tarn.dlq.offset",
                                     "tarn.dlq.timestamp", "tarn.dlq.reason", "tarn.dlq.job"});
enum class Fact { Topic, Partition, Offset, Timestamp, Reason, Job };

// The last one counts, should a record have had some before.
std::optional<std::string_view> fact_in(const log::RecordHeaders& headers, Fact fact) {
    std::optional<std::string_view> found;
    for (const log::RecordHeader& header : headers) {
        if (header.key == FactNames[static_cast<size_t>(fact)] && header.value)
            found = as_text(*header.value);
    }
    return found;
}

template <typename Number>
std::optional<Number> fact_number_in(const log::RecordHeaders& headers, Fact fact) {
    auto text = fact_in(headers, fact);
    if (!text) return std::nullopt;
    Number number{};
    auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
    return number;
}

}  // namespace

std::string dead_letter_topic(const std::string& topic) {
    return topic + ".dlq";
}

LetterHeaders::LetterHeaders(const log::RecordHeaders& own, const LetterFacts& facts)
    : values_{facts.from.topic,
              std::to_string(facts.from.partition),
              std::to_string(facts.offset),
              std::to_string(facts.timestamp),
              facts.reason,
              facts.job},
      all_(headers_before(own)) {
    for (size_t i = 0; i < FactNames.size(); ++i)
        all_.push_back({FactNames[i], as_bytes(values_[i])});
}

std::optional<LetterFacts> letter_facts(const log::RecordHeaders& headers) {
    auto topic = fact_in(headers, Fact::Topic);
    auto partition = fact_number_in<int32_t>(headers, Fact::Partition);
    auto offset = fact_number_in<int64_t>(headers, Fact::Offset);
    if (!topic || !partition || !offset) return std::nullopt;
    return LetterFacts{
        .from = {std::string(*topic), *partition},
        .offset = *offset,
        .timestamp = fact_number_in<int64_t>(headers, Fact::Timestamp).value_or(log::NoTimestamp),
        .reason = std::string(fact_in(headers, Fact::Reason).value_or("")),
        .job = std::string(fact_in(headers, Fact::Job).value_or(""))};
}

std::vector<log::RecordHeader> headers_before(const log::RecordHeaders& headers) {
    std::vector<log::RecordHeader> found;
    for (const log::RecordHeader& header : headers) {
        if (!header.key.starts_with(LetterPrefix)) found.push_back(header);
    }
    return found;
}

}  // namespace tarn::connectors
