// What the topic __transaction_state holds: one record for each transactional id, in the layout
// that Kafka's own brokers use, so that tools which read that topic find what they expect.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "kafka/groups/group_records.hpp"
#include "log/record_batch.hpp"

namespace tarn::kafka {

using log::NoProducer;
using log::ProducerId;

// A producer as the log sees it: whoever holds the id in its highest epoch may write.
struct Producer {
    ProducerId id = NoProducer;
    int16_t epoch = -1;

    auto operator<=>(const Producer&) const = default;
};

// By the numbers that Kafka keeps and the names that it shows.
enum class TransactionState : int8_t {
    Empty = 0,
    Ongoing = 1,
    PrepareCommit = 2,  // decided; markers are on their way
    PrepareAbort = 3,
    CompleteCommit = 4,
    CompleteAbort = 5,
};

std::string_view name_of(TransactionState state);
std::optional<TransactionState> state_named(std::string_view name);

struct TransactionRecord {
    Producer producer;
    ProducerId previous_id = NoProducer;  // the one before, whose epochs ran out
    ProducerId next_id = NoProducer;      // takes over once the markers stand
    // The epoch that the holder of the current one had before. Whoever still names it asks a second
    // time for what he was given; -1 when nobody may.
    int16_t previous_epoch = -1;
    std::chrono::milliseconds timeout{};
    TransactionState state = TransactionState::Empty;
    std::set<TopicPartition> partitions = {};
    Timestamp updated_at = log::NoTimestamp;
    Timestamp started_at = log::NoTimestamp;
    int16_t client_version = 0;  // of the transaction protocol that its client speaks

    bool operator==(const TransactionRecord&) const = default;
};

// The key is the transactional id. A record with a null value takes the entry back.
Bytes encode_transaction_key(const std::string& transactional_id);
Bytes encode(const TransactionRecord& record);

// Nothing for a kind of record that we do not know. Damaged ones throw Corrupt.
std::optional<std::string> decode_transaction_key(BytesView key);
TransactionRecord decode_transaction(BytesView value);

}  // namespace tarn::kafka
