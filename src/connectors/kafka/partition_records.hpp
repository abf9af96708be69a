// The records of one partition, one after the other, out of the batches that were read of it. It
// knows how far it has come and where it ends, and leaves out what no consumer sees: markers, and
// records of transactions that were given up.
#pragma once

#include <optional>
#include <set>

#include "connectors/kafka/topic_access.hpp"
#include "log/records.hpp"

namespace tarn::connectors {

class PartitionRecords {
public:
    // Where no end is given there is none.
    PartitionRecords(TopicPartition which, log::Offset next, std::optional<log::Offset> end)
        : which_(std::move(which)), next_(next), end_(end) {}

    const TopicPartition& which() const { return which_; }
    // The offset that the next record has at least.
    log::Offset next_offset() const { return next_; }
    std::optional<log::Offset> end() const { return end_; }
    bool is_ended() const { return end_ && next_ >= *end_; }

    // Whether there may be records without reading more.
    bool has_batches() const { return !is_ended() && (reader_ || !left_.empty()); }
    void put(ReadBatches batches);
    // Nothing when the batches are at their end. Its views are good until the call after the next
    // put(). Throws Corrupt.
    std::optional<log::RecordView> next();
    // Of the batch that the last record was in.
    const log::BatchHeader& batch() const { return reader_->header(); }

    // Goes on elsewhere, without the batches that were read.
    void move_to(log::Offset offset);

private:
    bool open_next_batch();
    bool is_given_up(const log::BatchHeader& batch);

    TopicPartition which_;
    log::Offset next_;
    std::optional<log::Offset> end_;

    ReadBatches read_;
    BytesView left_;
    std::optional<log::RecordReader> reader_;
    size_t aborted_begun_ = 0;  // of read_.aborted
    std::set<log::ProducerId> aborting_;
};

}  // namespace tarn::connectors
