// A dead letter: a record that is no row of the table that it was read for, in a topic of its own.
// Its key, its value and its headers are those of the record; what else there is to know stands in
// headers behind them, whose names begin with "tarn.dlq.".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/kafka/topic_access.hpp"
#include "log/batch_builder.hpp"

namespace tarn::connectors {

// Of letters that are rows which an operator has left out: they are no records.
inline constexpr log::Offset NoOffset = -1;

// "trades.dlq": where the letters of a topic go unless a table says otherwise.
std::string dead_letter_topic(const std::string& topic);

struct LetterFacts {
    TopicPartition from;
    log::Offset offset = NoOffset;
    log::Timestamp timestamp = log::NoTimestamp;  // of the record
    std::string reason;
    std::string job;
};

// The headers of a record and those that make a letter of it.
class LetterHeaders {
public:
    LetterHeaders(const log::RecordHeaders& own, const LetterFacts& facts);
    LetterHeaders(const LetterHeaders&) = delete;
    LetterHeaders& operator=(const LetterHeaders&) = delete;

    // Good for as long as this and the record are.
    const std::vector<log::RecordHeader>& all() const { return all_; }

private:
    std::vector<std::string> values_;
    std::vector<log::RecordHeader> all_;
};

// Nothing for a record that is no letter.
std::optional<LetterFacts> letter_facts(const log::RecordHeaders& headers);

// The headers that the record had before it became a letter.
std::vector<log::RecordHeader> headers_before(const log::RecordHeaders& headers);

}  // namespace tarn::connectors
