#include "connectors/kafka/rejected_records.hpp"

#include <arrow/array.h>

#include <thread>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "connectors/kafka/partition_records.hpp"
#include "engine/state/operator_state.hpp"
#include "log/batch_builder.hpp"

namespace tarn::connectors {
namespace {

// The columns of the rows.
enum RejectedColumn { OfTopic, OfPartition, OfOffset, OfReason, OfBatch };

// Records of a partition by their offsets, each after the last one.
class RecordFinder {
public:
    RecordFinder(TopicAccess& topics, TopicPartition which, log::Offset first, log::Offset last)
        : topics_(topics), records_(std::move(which), first, last + 1) {}

    // Nothing when there is none at the offset.
    std::optional<log::RecordView> find(log::Offset offset) {
        while (!next_ || next_->offset < offset) {
            next_ = records_.next();
            if (!next_ && (records_.is_ended() || !read())) return std::nullopt;
        }
        return next_->offset == offset ? next_ : std::nullopt;
    }

private:
    // More of them. They were there a moment ago, so somebody who has none only has to be asked
    // again.
    bool read() {
        constexpr std::chrono::seconds Patience{10};
        constexpr std::chrono::milliseconds Pause{10};
        const TopicPartition& which = records_.which();
        Ticks give_up = SystemClock().ticks() + Patience;
        while (true) {
            ReadBatches batches = topics_.read({{which, records_.next_offset()}}).at(0);
            if (batches.is_out_of_range) return false;
            if (!batches.bytes.empty()) {
                records_.put(std::move(batches));
                return true;
            }
            if (SystemClock().ticks() > give_up) {
                throw Error(ErrorCode::Unavailable, "{} has no records at offset {} any more",
                            text_of(which), records_.next_offset());
            }
            std::this_thread::sleep_for(Pause);
        }
    }

    TopicAccess& topics_;
    PartitionRecords records_;
    std::optional<log::RecordView> next_;
};

Bytes batch_of(const log::RecordView& record) {
    log::BatchBuilder batch({.base_offset = record.offset});
    batch.keep(record);
    return std::move(batch).finish();
}

}  // namespace

engine::ChangeBatch rejected_rows(TopicAccess& topics, const TopicPartition& which,
                                  const std::vector<RejectedRecord>& rejected) {
    RecordFinder finder(topics, which, rejected.front().offset, rejected.back().offset);
    std::vector<std::string_view> topic_names(rejected.size(), which.topic);
    std::vector<int64_t> partitions(rejected.size(), which.partition);
    std::vector<int64_t> offsets;
    std::vector<std::string_view> reasons;
    std::vector<Bytes> batches;
    for (const auto& [offset, reason] : rejected) {
        offsets.push_back(offset);
        reasons.push_back(reason);
        auto record = finder.find(offset);
        batches.push_back(record ? batch_of(*record) : Bytes());
    }
    std::vector<std::string_view> batch_texts;
    for (const Bytes& batch : batches) batch_texts.push_back(as_text(batch));
    engine::ChangeBatch rows;
    rows.rows = {{{engine::bytes_column(topic_names)},
                  {engine::number_column(partitions)},
                  {engine::number_column(offsets)},
                  {engine::bytes_column(reasons)},
                  {engine::bytes_column(batch_texts)}},
                 std::ssize(rejected)};
    return rows;
}

std::vector<RejectedRow> rejected_in(const engine::ChangeBatch& rows) {
    auto text = [&](RejectedColumn place, int64_t row) {
        return static_cast<const arrow::LargeBinaryArray&>(*rows.rows.columns.at(place).values)
            .GetView(row);
    };
    auto number = [&](RejectedColumn place, int64_t row) {
        return static_cast<const arrow::Int64Array&>(*rows.rows.columns.at(place).values)
            .Value(row);
    };
    std::vector<RejectedRow> found;
    for (int64_t row = 0; row < rows.size(); ++row) {
        found.push_back(
            {{std::string(text(OfTopic, row)), static_cast<int32_t>(number(OfPartition, row))},
             number(OfOffset, row),
             text(OfReason, row),
             as_bytes(text(OfBatch, row))});
    }
    return found;
}

}  // namespace tarn::connectors
