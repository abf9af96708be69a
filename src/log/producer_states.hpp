// What a partition remembers of idempotent and transactional producers, so that a batch sent twice
// is stored once, a batch left out is noticed, and readers know how far no transaction is open.
//
// A partition owns one. It asks check() before it stores a batch and tells note() afterwards; after
// a crash it takes the last snapshot and notes the batches behind it, which ends in the same state.
// Producers that are not remembered may start with any sequence: theirs may have been expired or
// trimmed away, and refusing them would help nobody (KIP-360).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "log/control_record.hpp"
#include "log/record_batch.hpp"
#include "log/refusal.hpp"

namespace tarn::log {

// One producer that the partition remembers, for DescribeProducers.
struct ActiveProducer {
    ProducerId producer_id = NoProducer;
    int16_t epoch = -1;
    int32_t last_sequence = -1;
    Timestamp last_timestamp = NoTimestamp;
    int32_t coordinator_epoch = -1;
    std::optional<Offset> transaction_start;

    bool operator==(const ActiveProducer&) const = default;
};

// The batch follows what its producer has written so far, and may be stored.
struct InSequence {};

// The batch stands in the log already, under these offsets.
struct StoredBefore {
    Offset base_offset;
    Offset last_offset;
    Timestamp max_timestamp;  // the log append time, where the broker sets the time

    bool operator==(const StoredBefore&) const = default;
};

// The epoch of a marker, next to that of the transaction it ends: the same (or raised to fence its
// producer), or always higher (KIP-890), so that a late one is known from it.
enum class MarkerEpoch { MayBeSame, IsHigher };

using SequenceCheck = std::variant<InSequence, StoredBefore, Refusal>;

// A transaction that has ended in this partition.
struct CompletedTransaction {
    ProducerId producer_id = NoProducer;
    Offset first_offset;  // of its first batch
    Offset last_offset;   // of its marker
    bool aborted;

    bool operator==(const CompletedTransaction&) const = default;
};

class ProducerStates {
public:
    // How many batches of a producer are known again when they come a second time: as many as
    // clients have under way at once.
    static constexpr size_t BatchesKept = 5;
    static constexpr size_t ProducersMax = 20'000;

    // Past `producers_max` those are forgotten that have not written for the longest, save for
    // those with an open transaction: the last stable offset hangs on them.
    explicit ProducerStates(size_t producers_max = ProducersMax) : producers_max_(producers_max) {}

    // Whether a batch that check_batch() has passed may be appended. Batches without a producer id
    // always may.
    SequenceCheck check(const BatchHeader& batch) const;

    // Why a marker must not be appended that was not written by this broker's own coordinator,
    // which may know less than the log by now. `rule`: how its epoch has to compare.
    std::optional<Refusal> check_marker(ProducerId id, int16_t epoch, int32_t coordinator_epoch,
                                        MarkerEpoch rule) const;

    // A data batch is stored, under the offsets in its header. `now` is the broker's steady time
    // and decides when the producer expires: its own timestamps may be years old. While the log is
    // read again after a crash, the time of the restart will do.
    void note(const BatchHeader& batch, Timestamp now);

    // The same of a control batch. Answers the transaction that has ended by it, if one was open.
    std::optional<CompletedTransaction> note_marker(const BatchHeader& batch, EndMarker marker,
                                                    Timestamp now);

    // Whether the producer has a transaction open here, in this epoch.
    bool has_open_transaction(ProducerId id, int16_t epoch) const;
    // The offset of its last batch or marker, from which one sees that nothing came in between.
    std::optional<Offset> last_offset(ProducerId id) const;

    // The lowest offset that belongs to a transaction still open.
    std::optional<Offset> first_open_transaction() const;

    // Forgets producers that have not written since `before` and have no transaction open. Looks at
    // each one: call it now and then, not at each append.
    void expire(Timestamp before);

    // The log starts at `start` now: forgets producers that have nothing stored from there on.
    void trim(Offset start);

    size_t size() const { return producers_.size(); }
    std::vector<ActiveProducer> active_producers() const;

    // All of it as bytes, with a checksum, and back. What is not a snapshot throws Corrupt.
    Bytes snapshot() const;
    static ProducerStates from_snapshot(BytesView bytes, size_t producers_max = ProducersMax);

private:
    struct KeptBatch {
        int32_t first_sequence;
        Offset base_offset;
        Offset last_offset;
        Timestamp max_timestamp;

        int32_t last_sequence() const;
    };

    struct Producer {
        int16_t epoch = -1;
        int32_t coordinator_epoch = -1;
        Timestamp last_timestamp = NoTimestamp;
        Timestamp last_seen = NoTimestamp;  // by the broker's time
        Offset last_offset = -1;            // of its last batch or marker
        std::optional<Offset> transaction_start;
        std::optional<int32_t> next_sequence;  // none: any will do
        // How many sequences before next_sequence have come in without a gap. Only of these can be
        // said that a batch we have forgotten was stored.
        int64_t sequences_in_row = 0;
        std::array<KeptBatch, BatchesKept> kept{};  // the first kept_count of them, old to new
        size_t kept_count = 0;

        std::span<const KeptBatch> batches() const { return std::span(kept).first(kept_count); }
        void start_epoch(int16_t new_epoch);
        void keep(const BatchHeader& batch);
    };

    Producer& remembered(ProducerId id);
    void open_transaction(ProducerId id, Producer& producer, Offset start);
    void close_transaction(ProducerId id, Producer& producer);
    void make_room();

    size_t producers_max_;
    std::unordered_map<ProducerId, Producer> producers_;
    std::set<std::pair<Offset, ProducerId>> open_transactions_;  // by the offset they start at
};

}  // namespace tarn::log
