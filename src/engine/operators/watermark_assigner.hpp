// How far event time has come with the rows of a source: the least of what its partitions have come
// to, leaving out those that are idle. It rises row by row, as Flink's does when it is emitted
// after each of them; a batch is cut only where a row is late against the rows before it, for to
// the others it makes no difference.
#pragma once

#include <map>
#include <span>

#include "engine/operators/operator.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::engine {

class WatermarkAssigner final : public Operator {
public:
    WatermarkAssigner(sql::stream::WatermarkAssigner step, const JobContext& job)
        : step_(std::move(step)), job_(job) {}

    // Partitions that time has to wait for, even before their first row. Rows of others may come.
    void expect(std::span<const int32_t> partitions);
    // One that is idle holds nothing back, until its next row.
    void set_idle(int32_t partition, Output& output);

    // Time is passed on after each row, for those above who look at it.
    void pass_on_each_step() { passes_on_each_step_ = true; }

    void take(size_t input, const ChangeBatch& batch, Output& output) override;
    void advance(EventTime watermark, Output& output) override;
    void save(OperatorState& state) override;
    void restore(const OperatorState& state) override;
    // Says where time stands, as those above want to know who are new.
    void pass_on(Output& output);

private:
    struct Partition {
        EventTime time = NoTimeYet;
        bool is_idle = false;
    };

    Partition& partition_of(int32_t number);
    ChangeBatch with_times(const ChangeBatch& batch, Output& output) const;
    EventTime least_of_others(const Partition& partition) const;
    void give(const ChangeBatch& batch, int64_t begin, int64_t end, Output& output);

    sql::stream::WatermarkAssigner step_;
    const JobContext& job_;
    std::map<int32_t, Partition> partitions_;
    std::map<int32_t, EventTime> restored_;  // of partitions that another worker may have by now
    bool passes_on_each_step_ = false;
    EventTime watermark_ = NoTimeYet;
    EventTime passed_on_ = NoTimeYet;
};

}  // namespace tarn::engine
