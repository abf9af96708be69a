// Rows in the order of time: by rowtime as far as the watermark has come, by the clock as far as
// the millisecond has passed.
#include <algorithm>

#include "engine/operators/column_types.hpp"
#include "engine/ranks/ordered_rows.hpp"
#include "engine/ranks/rank_operators.hpp"
#include "engine/rows/change_builder.hpp"
#include "sql/plan/order.hpp"
#include "sql/values/readers.hpp"

namespace tarn::engine {
namespace {

// The time itself is no part of the order that is kept below it.
std::vector<sql::SortKey> order_within_time(const sql::stream::TemporalSort& step) {
    return {step.keys.begin() + 1, step.keys.end()};
}

// All rows of a job share one order, and so one key.
constexpr std::string_view OneKey;

void append_rows(const OrderedRows& rows, ChangeBuilder& changes) {
    for (const auto& [place, row] : rows.all()) changes.append(Change::Insert, row.bytes);
}

class RowtimeSort final : public Operator {
public:
    RowtimeSort(const sql::stream::TemporalSort& step, const sql::StreamPlan& plan,
                const JobContext& job)
        : time_(step.keys.front().column),
          order_(order_within_time(step)),
          job_(job),
          changes_(types_of(plan.columns)) {}

    // Flink takes rows behind the watermark as long as no later ones have been given.
    void take(size_t, const ChangeBatch& batch, Output& output) override {
        sql::Reader<sql::Instant> times(batch.rows.columns[time_]);
        std::vector<std::string> orders = sql::order_keys(order_, batch.rows);
        sql::PackedRows rows = packed(batch);
        sql::RowList late;
        for (int64_t row = 0; row < batch.size(); ++row) {
            auto place = static_cast<size_t>(row);
            EventTime time = times[row].millis;
            if (time <= given_until_) {
                late.push_back(row);
            } else {
                by_time_[time].add(orders[place], {std::string(rows[place])});
            }
        }
        if (!late.empty()) output.refuse(taken(batch, late), Refusal::Late);
    }

    void advance(EventTime watermark, Output& output) override {
        while (!by_time_.empty() && by_time_.begin()->first <= watermark) {
            append_rows(by_time_.begin()->second, changes_);
            given_until_ = by_time_.begin()->first;
            by_time_.erase(by_time_.begin());
        }
        if (!changes_.is_empty()) output.take(changes_.take());
        output.advance(watermark);
    }

    void save(OperatorState& state) override {
        std::vector<int64_t> times;
        std::vector<std::string_view> orders;
        std::vector<std::string_view> rows;
        for (const auto& [time, at_time] : by_time_) {
            for (const auto& [place, row] : at_time.all()) {
                times.push_back(time);
                orders.push_back(OrderedRows::sort_key(place));
                rows.emplace_back(row.bytes);
            }
        }
        std::vector<std::string_view> keys(rows.size(), OneKey);
        state.put("rows", state_rows({{"key", bytes_column(keys)},
                                      {"time", number_column(times)},
                                      {"order", bytes_column(orders)},
                                      {"row", bytes_column(rows)}}));
        put_time(state, "given", given_until_);
    }

    void restore(const OperatorState& state) override {
        for (const StateRows& saved : state.keyed("rows", job_.keys)) {
            std::vector<int64_t> times = numbers_of(saved, 1);
            std::vector<std::string_view> orders = bytes_of(saved, 2);
            std::vector<std::string_view> rows = bytes_of(saved, 3);
            for (size_t i = 0; i < rows.size(); ++i) {
                by_time_[times[i]].add(orders[i], {std::string(rows[i])});
            }
        }
        given_until_ = latest_time(state, "given", given_until_);
    }

    size_t state_bytes() const override {
        size_t bytes = 0;
        for (const auto& [time, rows] : by_time_) bytes += rows.bytes();
        return bytes;
    }

private:
    size_t time_;
    std::vector<sql::SortKey> order_;
    const JobContext& job_;
    std::map<EventTime, OrderedRows> by_time_;
    EventTime given_until_ = NoTimeYet;
    ChangeBuilder changes_;
};

// Rows that come within one millisecond have the same time.
class ClockSort final : public Operator {
public:
    ClockSort(const sql::stream::TemporalSort& step, const sql::StreamPlan& plan,
              const JobContext& job)
        : order_(order_within_time(step)), job_(job), changes_(types_of(plan.columns)) {}

    void take(size_t, const ChangeBatch& batch, Output& output) override {
        if (order_.empty()) return output.take(batch);
        std::vector<std::string> orders = sql::order_keys(order_, batch.rows);
        sql::PackedRows rows = packed(batch);
        if (!wakes_at_ms_) wakes_at_ms_ = job_.now_ms() + 1;
        for (size_t row = 0; row < rows.size(); ++row) {
            rows_.add(orders[row], {std::string(rows[row])});
        }
    }

    void advance(EventTime watermark, Output& output) override {
        if (watermark == EndOfTime) give(output);
        output.advance(watermark);
    }

    std::optional<int64_t> wakes_at_ms() const override { return wakes_at_ms_; }
    void wake(int64_t, Output& output) override { give(output); }

    void save(OperatorState& state) override {
        std::vector<std::string_view> orders;
        std::vector<std::string_view> rows;
        for (const auto& [place, row] : rows_.all()) {
            orders.push_back(OrderedRows::sort_key(place));
            rows.emplace_back(row.bytes);
        }
        std::vector<std::string_view> keys(rows.size(), OneKey);
        state.put("rows", state_rows({{"key", bytes_column(keys)},
                                      {"order", bytes_column(orders)},
                                      {"row", bytes_column(rows)}}));
    }

    void restore(const OperatorState& state) override {
        for (const StateRows& saved : state.keyed("rows", job_.keys)) {
            std::vector<std::string_view> orders = bytes_of(saved, 1);
            std::vector<std::string_view> rows = bytes_of(saved, 2);
            for (size_t i = 0; i < rows.size(); ++i) rows_.add(orders[i], {std::string(rows[i])});
            if (!rows.empty()) wakes_at_ms_ = job_.now_ms() + 1;
        }
    }

    size_t state_bytes() const override { return rows_.bytes(); }

private:
    void give(Output& output) {
        append_rows(rows_, changes_);
        rows_ = {};
        wakes_at_ms_.reset();
        if (!changes_.is_empty()) output.take(changes_.take());
    }

    std::vector<sql::SortKey> order_;
    const JobContext& job_;
    OrderedRows rows_;
    std::optional<int64_t> wakes_at_ms_;
    ChangeBuilder changes_;
};

}  // namespace

OperatorPtr made(const sql::stream::TemporalSort& step, const sql::StreamPlan& plan,
                 const JobContext& job) {
    if (step.is_rowtime) return std::make_unique<RowtimeSort>(step, plan, job);
    return std::make_unique<ClockSort>(step, plan, job);
}

}  // namespace tarn::engine
