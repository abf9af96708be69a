// Sends dead letters back to the topics that they came from, as the records that they were, in
// transactions that say together how far that has come: each letter goes back once, however often
// and wherever it is asked for.
#pragma once

#include "connectors/kafka/dead_letter.hpp"
#include "kafka/client/client.hpp"

namespace tarn::connectors {

// The consumer group that keeps how far letters have been replayed.
inline constexpr std::string_view ReplayGroup = "tarn-dlq-replay";

struct ReplayWish {
    std::string letters;                           // their topic
    std::optional<std::string> to = std::nullopt;  // another topic than they came from
    std::optional<int64_t> letters_max = std::nullopt;
};

struct ReplayCounts {
    int64_t replayed = 0;
    int64_t left_out = 0;  // what was no record, or is no letter
};

// Those that are there now and were not replayed before.
ReplayCounts replay_letters(const kafka::client::ClientSettings& settings, const ReplayWish& wish);

}  // namespace tarn::connectors
