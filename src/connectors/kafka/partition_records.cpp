#include "connectors/kafka/partition_records.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace tarn::connectors {

void PartitionRecords::put(ReadBatches batches) {
    reader_.reset();
    read_ = std::move(batches);
    left_ = read_.bytes;
    aborted_begun_ = 0;
    aborting_.clear();
}

void PartitionRecords::move_to(log::Offset offset) {
    put({});
    next_ = offset;
}

std::optional<log::RecordView> PartitionRecords::next() {
    while (!is_ended() && (reader_ || open_next_batch())) {
        auto record = reader_->next();
        if (!record) {
            // Offsets at the end of a batch may have gone with compaction.
            next_ = std::max(next_, reader_->header().next_offset());
            reader_.reset();
            continue;
        }
        // A batch comes whole, also when it begins before the offset that was asked for.
        if (record->offset < next_) continue;
        if (end_ && record->offset >= *end_) {
            next_ = *end_;
            break;
        }
        next_ = record->offset + 1;
        if (batch().timestamp_type() == log::TimestampType::LogAppendTime) {
            record->timestamp = batch().max_timestamp;
        }
        return record;
    }
    return std::nullopt;
}

bool PartitionRecords::open_next_batch() {
    while (auto header = log::BatchHeader::read(left_)) {
        if (header->size() > std::ssize(left_)) break;
        BytesView bytes = left_.first(static_cast<size_t>(header->size()));
        left_ = left_.subspan(bytes.size());
        if (!header->is_plausible() || log::crc_of(bytes) != header->crc) {
            throw Error(ErrorCode::Corrupt, "{} has a damaged batch at offset {}", text_of(which_),
                        header->base_offset);
        }
        bool is_passed_over = is_given_up(*header) || header->is_control();
        if (!is_passed_over && header->next_offset() > next_) {
            reader_ = log::RecordReader::open(bytes);
            return true;
        }
        next_ = std::max(next_, header->next_offset());
    }
    left_ = {};
    return false;
}

// As a read lists them: by where each began, and they end at the producer's next marker.
bool PartitionRecords::is_given_up(const log::BatchHeader& batch) {
    while (aborted_begun_ < read_.aborted.size() &&
           read_.aborted[aborted_begun_].first_offset <= batch.last_offset()) {
        aborting_.insert(read_.aborted[aborted_begun_++].producer_id);
    }
    if (batch.is_control()) aborting_.erase(batch.producer_id);
    return batch.is_transactional() && aborting_.contains(batch.producer_id);
}

}  // namespace tarn::connectors
