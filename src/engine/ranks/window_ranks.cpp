// The first rows of each window, or the first or last one: given when the window ends.
#include <algorithm>

#include "engine/operators/column_types.hpp"
#include "engine/ranks/ordered_rows.hpp"
#include "engine/ranks/rank_operators.hpp"
#include "engine/ranks/ranked_changes.hpp"
#include "engine/rows/key_table.hpp"
#include "sql/plan/order.hpp"
#include "sql/values/readers.hpp"

namespace tarn::engine {
namespace {

struct WindowRows {
    sql::stream::WindowPlaces window;
    std::vector<size_t> partition;  // besides the window
    std::vector<sql::SortKey> order;
    int64_t first = 1;
    int64_t last = 1;
    bool with_number = false;
    bool takes_later_of_equals = false;  // of one row
};

class WindowRankOperator final : public Operator {
public:
    WindowRankOperator(WindowRows step, const sql::StreamPlan& input, const JobContext& job)
        : step_(std::move(step)),
          time_(input.window->time),
          job_(job),
          zone_(job.zone.of_calendar()),
          changes_({types_of(input.columns), step_.first, step_.with_number, true}) {
        step_.partition.insert(step_.partition.begin(), {step_.window.start, step_.window.end});
    }

    void take(size_t, const ChangeBatch& batch, Output& output) override {
        sql::PackedRows keys = packed(batch, step_.partition);
        std::vector<std::string> orders = sql::order_keys(step_.order, batch.rows);
        sql::PackedRows rows = packed(batch);
        sql::Reader<sql::WallTime> ends(batch.rows.columns[step_.window.end]);
        sql::RowList late;
        for (int64_t row = 0; row < batch.size(); ++row) {
            auto place = static_cast<size_t>(row);
            EventTime last_ms = last_moment(ends[row]);
            if (last_ms <= now()) {
                late.push_back(row);
            } else {
                keep(rows_of(keys[place], last_ms), orders[place], rows[place]);
            }
        }
        if (!late.empty()) output.refuse(taken(batch, late), Refusal::Late);
    }

    void advance(EventTime watermark, Output& output) override {
        watermark_ = watermark;
        bool is_over = !is_by_clock() || watermark == EndOfTime;
        if (is_over) give_until(watermark, output);
        output.advance(watermark);
    }

    std::optional<int64_t> wakes_at_ms() const override {
        if (!is_by_clock() || windows_.empty()) return std::nullopt;
        return windows_.begin()->first;
    }
    void wake(int64_t now_ms, Output& output) override { give_until(now_ms, output); }

    void save(OperatorState& state) override;
    void restore(const OperatorState& state) override;
    size_t state_bytes() const override;

private:
    bool is_by_clock() const { return time_.time == sql::TimeRole::Proctime; }
    EventTime now() const { return is_by_clock() ? job_.now_ms() : watermark_; }

    // Windows over moments stand in the wall time of the session.
    EventTime last_moment(sql::WallTime end) const {
        sql::WallTime last{{end.millis - 1, 0}};
        bool is_moment = time_.type.kind == sql::TypeKind::TimestampLtz;
        return is_moment ? zone_.instant(last).millis : last.millis;
    }

    OrderedRows& rows_of(std::string_view key, EventTime last_ms) {
        auto [number, is_new] = keys_.add(key);
        if (by_key_.size() < keys_.end()) by_key_.resize(keys_.end());
        if (is_new) windows_[last_ms].push_back(number);
        return by_key_[number];
    }

    void keep(OrderedRows& rows, std::string_view order, std::string_view row) {
        if (rows.size() >= step_.last) {
            std::string_view last = rows.last_sort_key();
            bool is_first = order < last || (step_.takes_later_of_equals && order == last);
            if (!is_first) return;
            rows.erase_last();
        }
        rows.add(order, {std::string(row)});
    }

    void give_until(EventTime time, Output& output) {
        while (!windows_.empty() && windows_.begin()->first <= time) {
            for (KeyNumber number : windows_.begin()->second) {
                int64_t rank = 1;
                for (const auto& [place, row] : by_key_[number].all()) {
                    changes_.give(Change::Insert, row.bytes, rank++);
                }
                by_key_[number] = {};
                keys_.forget(number);
            }
            windows_.erase(windows_.begin());
        }
        changes_.pass_on(output);
    }

    WindowRows step_;
    sql::PlanColumn time_;
    const JobContext& job_;
    sql::TimeZone zone_;
    RankedChanges changes_;
    KeyTable keys_;
    std::vector<OrderedRows> by_key_;
    std::map<EventTime, std::vector<KeyNumber>> windows_;  // by their last millisecond
    EventTime watermark_ = NoTimeYet;
};

void WindowRankOperator::save(OperatorState& state) {
    std::vector<std::string_view> keys;
    std::vector<int64_t> times;
    std::vector<std::string_view> orders;
    std::vector<std::string_view> rows;
    for (const auto& [last_ms, numbers] : windows_) {
        for (KeyNumber number : numbers) {
            for (const auto& [place, row] : by_key_[number].all()) {
                keys.emplace_back(keys_.key(number));
                times.push_back(last_ms);
                orders.push_back(OrderedRows::sort_key(place));
                rows.emplace_back(row.bytes);
            }
        }
    }
    state.put("rows", state_rows({{"key", bytes_column(keys)},
                                  {"last", number_column(times)},
                                  {"order", bytes_column(orders)},
                                  {"row", bytes_column(rows)}}));
    put_time(state, "watermark", watermark_);
}

void WindowRankOperator::restore(const OperatorState& state) {
    for (const StateRows& saved : state.keyed("rows", job_.keys)) {
        std::vector<std::string_view> keys = bytes_of(saved, 0);
        std::vector<int64_t> times = numbers_of(saved, 1);
        std::vector<std::string_view> orders = bytes_of(saved, 2);
        std::vector<std::string_view> rows = bytes_of(saved, 3);
        for (size_t i = 0; i < keys.size(); ++i) {
            rows_of(keys[i], times[i]).add(orders[i], {std::string(rows[i])});
        }
    }
    watermark_ = latest_time(state, "watermark", watermark_);
}

size_t WindowRankOperator::state_bytes() const {
    size_t bytes = 0;
    for (KeyNumber number : keys_.numbers()) {
        bytes += keys_.key(number).size() + by_key_[number].bytes();
    }
    return bytes;
}

}  // namespace

OperatorPtr made(const sql::stream::WindowRank& step, const sql::StreamPlan&,
                 const JobContext& job) {
    WindowRows rows{step.window, step.partition, step.order,
                    step.first,  step.last,      step.with_number};
    return std::make_unique<WindowRankOperator>(std::move(rows), *step.input, job);
}

OperatorPtr made(const sql::stream::WindowDeduplicate& step, const sql::StreamPlan&,
                 const JobContext& job) {
    WindowRows rows{.window = step.window, .partition = step.partition, .order = {}};
    rows.order.push_back({step.time, step.keeps_last, !step.keeps_last});
    rows.takes_later_of_equals = step.keeps_last;
    return std::make_unique<WindowRankOperator>(std::move(rows), *step.input, job);
}

}  // namespace tarn::engine
