#include "engine/windows/window_time.hpp"

#include <algorithm>

namespace tarn::engine {

WindowTime::WindowTime(const sql::PlanColumn& time, const JobContext& job)
    : type_(time.type),
      is_event_time_(time.time != sql::TimeRole::Proctime),
      is_of_moments_(time.type.kind == sql::TypeKind::TimestampLtz),
      job_(job),
      clock_(job.zone) {}

int64_t WindowTime::wall_now() const {
    int64_t now = job_.now_ms();
    if (come_to_ != EndOfTime) now = std::max(now, come_to_ + 1);
    return clock_.wall_time(sql::Instant{{now, 0}}).millis;
}

// As Flink's TimeWindowUtil.toEpochMillsForTimer: of an hour that clocks show twice the second one
// is meant, and one that they skip is over when it is skipped.
int64_t WindowTime::last_moment(int64_t end) const {
    int64_t last = end - 1;
    if (!is_of_moments_) return last;
    int64_t moment = clock_.instant(sql::WallTime{{last, 0}}).millis;
    int64_t hour_later = clock_.instant(sql::WallTime{{last + sql::MillisPerHour, 0}}).millis;
    if (hour_later == moment) return moment - moment % sql::MillisPerHour;
    bool is_there_twice = hour_later - moment > sql::MillisPerHour;
    return is_there_twice ? moment + sql::MillisPerHour : moment;
}

void WindowTime::advance(EventTime watermark) {
    // Windows of processing time that are open at the end of all rows are over with it. Flink never
    // gives them, which helps nobody.
    if (is_event_time_ || watermark == EndOfTime) come_to_ = std::max(come_to_, watermark);
}

void WindowTime::wake(int64_t now_ms) {
    if (!is_event_time_) come_to_ = std::max(come_to_, now_ms - 1);
}

std::optional<int64_t> WindowTime::wakes_at_ms(const sql::TimeWindow& first) const {
    if (is_event_time_) return std::nullopt;
    return last_moment(first.end) + 1;
}

sql::Columns WindowTime::columns(const std::vector<sql::TimeWindow>& windows) const {
    return sql::window_columns(windows, type_, job_.zone);
}

sql::Columns WindowTime::columns(const sql::TimeWindow& window) const {
    sql::Columns columns = this->columns(std::vector{window});
    for (sql::Column& column : columns) column.is_constant = true;
    return columns;
}

void WindowTime::save(OperatorState& state) const {
    put_time(state, "time", come_to_);
}

void WindowTime::restore(const OperatorState& state) {
    come_to_ = latest_time(state, "time", come_to_);
}

}  // namespace tarn::engine
