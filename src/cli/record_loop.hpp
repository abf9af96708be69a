// Reads and prints records until there are enough, the end is reached, nothing comes any more or
// somebody presses Ctrl+C.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "cli/terminal.hpp"
#include "kafka/client/consumer.hpp"

namespace tarn::cli {

struct LoopLimits {
    std::optional<int64_t> records_max = std::nullopt;
    std::optional<std::chrono::milliseconds> silence_max = std::nullopt;
    // Ends where each partition ended when it was looked at; what came later is left out.
    std::optional<std::map<kafka::client::TopicPartition, log::Offset>> ends = std::nullopt;
};

enum class LoopEnd { Enough, AtEnd, Silence, Interrupted };

struct LoopResult {
    LoopEnd how;
    int64_t records;
};

// Appends a record to what is to be printed.
using PrintRecord = std::function<void(std::string& out, const kafka::client::ReceivedRecord&)>;

// `between_rounds` runs before each round: members of a group do their duties there.
LoopResult read_records(kafka::client::Consumer& consumer, const LoopLimits& limits,
                        Terminal& terminal, const PrintRecord& print,
                        const std::function<void()>& between_rounds = {});

}  // namespace tarn::cli
