// The time that the windows of an operator go by, which of them are over, and the columns that tell
// windows. Windows are of the clock on the wall; watermarks and the clock of the job are moments.
#pragma once

#include "engine/operators/operator.hpp"
#include "sql/bounded/time_windows.hpp"
#include "sql/stream/stream_plan.hpp"

namespace tarn::engine {

class WindowTime {
public:
    // `time` is window_time, as the operator gives it.
    WindowTime(const sql::PlanColumn& time, const JobContext& job);

    bool is_event_time() const { return is_event_time_; }
    // What it is on the wall now, for the rows that come by processing time. Later than all that
    // has been over, even when somebody sets the clock back.
    int64_t wall_now() const;

    // The last moment of a window that ends then. By event time the window is over as soon as the
    // watermark has come to it; by processing time when it has passed.
    int64_t last_moment(int64_t end) const;
    bool is_over(const sql::TimeWindow& window) const {
        return last_moment(window.end) <= come_to_;
    }
    // Whether rows for it come too late. Those of processing time never do.
    bool is_late(const sql::TimeWindow& window) const { return is_event_time_ && is_over(window); }

    // Time never goes back.
    void advance(EventTime watermark);
    void wake(int64_t now_ms);
    // When to wake up for the window that ends first; nothing by event time.
    std::optional<int64_t> wakes_at_ms(const sql::TimeWindow& first) const;

    // window_start, window_end and window_time.
    sql::Columns columns(const std::vector<sql::TimeWindow>& windows) const;
    // The same for rows of one window.
    sql::Columns columns(const sql::TimeWindow& window) const;

    void save(OperatorState& state) const;
    void restore(const OperatorState& state);

private:
    sql::Type type_;
    bool is_event_time_;
    bool is_of_moments_;
    const JobContext& job_;
    sql::ZoneClock clock_;
    EventTime come_to_ = NoTimeYet;
};

}  // namespace tarn::engine
