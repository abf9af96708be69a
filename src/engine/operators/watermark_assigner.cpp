#include "engine/operators/watermark_assigner.hpp"

#include <algorithm>
#include <utility>

#include "sql/values/readers.hpp"

namespace tarn::engine {

void WatermarkAssigner::expect(std::span<const int32_t> partitions) {
    for (int32_t partition : partitions) partition_of(partition);
}

WatermarkAssigner::Partition& WatermarkAssigner::partition_of(int32_t number) {
    auto [found, is_new] = partitions_.try_emplace(number);
    auto restored = restored_.find(number);
    if (is_new && restored != restored_.end()) found->second.time = restored->second;
    return found->second;
}

void WatermarkAssigner::set_idle(int32_t partition, Output& output) {
    if (std::exchange(partition_of(partition).is_idle, true)) return;
    EventTime least = EndOfTime;
    for (const auto& [number, each] : partitions_) {
        if (!each.is_idle) least = std::min(least, each.time);
    }
    if (least == EndOfTime) return output.be_idle();
    watermark_ = std::max(watermark_, least);
    pass_on(output);
}

void WatermarkAssigner::take(size_t, const ChangeBatch& all, Output& output) {
    ChangeBatch batch = with_times(all, output);
    if (batch.size() == 0) return;
    sql::Column mark = sql::evaluate(step_.value, batch.rows, job_.session());
    sql::Reader<sql::Instant> times(batch.rows.columns[step_.column]);
    sql::Reader<sql::Instant> marks(mark);
    Partition& partition = partition_of(batch.partition);
    partition.is_idle = false;
    EventTime others = least_of_others(partition);
    int64_t begin = 0;
    for (int64_t row = 0; row < batch.size(); ++row) {
        bool cuts = passes_on_each_step_ || times[row].millis <= watermark_;
        if (cuts && passed_on_ < watermark_) {
            give(batch, begin, row, output);
            begin = row;
        }
        if (!marks.is_null(row)) partition.time = std::max(partition.time, marks[row].millis);
        watermark_ = std::max(watermark_, std::min(others, partition.time));
    }
    give(batch, begin, batch.size(), output);
}

void WatermarkAssigner::advance(EventTime watermark, Output& output) {
    if (watermark != EndOfTime) return;
    watermark_ = EndOfTime;
    pass_on(output);
}

// Without the rows that have no time: no operator could tell where they belong.
ChangeBatch WatermarkAssigner::with_times(const ChangeBatch& batch, Output& output) const {
    const sql::Column& times = batch.rows.columns[step_.column];
    if (times.values->null_count() == 0) return batch;
    sql::RowList with;
    sql::RowList without;
    for (int64_t row = 0; row < batch.size(); ++row) {
        (times.is_null(row) ? without : with).push_back(row);
    }
    output.refuse(taken(batch, without), Refusal::NullTime);
    return taken(batch, with);
}

EventTime WatermarkAssigner::least_of_others(const Partition& partition) const {
    EventTime least = EndOfTime;
    for (const auto& [number, each] : partitions_) {
        if (&each != &partition && !each.is_idle) least = std::min(least, each.time);
    }
    return least;
}

void WatermarkAssigner::give(const ChangeBatch& batch, int64_t begin, int64_t end, Output& output) {
    if (begin == 0 && end == batch.size()) {
        output.take(batch);
    } else if (begin < end) {
        output.take(slice(batch, begin, end - begin));
    }
    pass_on(output);
}

void WatermarkAssigner::pass_on(Output& output) {
    if (watermark_ <= passed_on_) return;
    passed_on_ = watermark_;
    output.advance(watermark_);
}

void WatermarkAssigner::save(OperatorState& state) {
    std::vector<int64_t> numbers;
    std::vector<int64_t> times;
    for (const auto& [number, partition] : partitions_) {
        numbers.push_back(number);
        times.push_back(partition.time);
    }
    state.put("partitions",
              state_rows({{"partition", number_column(numbers)}, {"time", number_column(times)}}));
    // A worker without partitions knows nothing of time.
    if (!partitions_.empty()) put_time(state, "watermark", watermark_);
}

void WatermarkAssigner::restore(const OperatorState& state) {
    for (const StateRows& rows : state.all("partitions")) {
        std::vector<int64_t> numbers = numbers_of(rows, 0);
        std::vector<int64_t> times = numbers_of(rows, 1);
        for (size_t i = 0; i < numbers.size(); ++i) {
            restored_[static_cast<int32_t>(numbers[i])] = times[i];
        }
    }
    watermark_ = earliest_time(state, "watermark", watermark_);
}

}  // namespace tarn::engine
