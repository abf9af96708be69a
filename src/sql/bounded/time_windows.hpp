// Time cut up into windows, as Flink's window functions do it. All is in milliseconds of the clock
// on the wall: of moments, of what the clocks of the session show then, so that their windows begin
// at its midnights.
#pragma once

#include "sql/expressions/row_lists.hpp"
#include "sql/plan/plan.hpp"
#include "sql/values/readers.hpp"
#include "sql/values/time_zone.hpp"

namespace tarn::sql {

// The end is not part of it.
struct TimeWindow {
    int64_t start;
    int64_t end;

    bool operator==(const TimeWindow&) const = default;
};

// The last moment up to `time` that is a whole number of steps from the offset.
constexpr int64_t aligned(int64_t time, int64_t offset, int64_t step) {
    return time - floor_mod(time - offset, step);
}

// Rows and windows that they fall into, a pair at each place.
struct RowWindows {
    RowList rows;
    std::vector<TimeWindow> windows;

    void add(int64_t row, TimeWindow window) {
        rows.push_back(row);
        windows.push_back(window);
    }
    // All windows that follow from the row's time alone, as those of sessions do not.
    void add(int64_t row, int64_t time, const Window& window);
};

// The times of rows.
class WallMillis {
public:
    WallMillis(const Column& column, const Type& type, const TimeZone& zone)
        : times_(column), clock_(zone), is_moment_(type.kind == TypeKind::TimestampLtz) {}

    bool is_null(int64_t row) const { return times_.is_null(row); }
    int64_t operator[](int64_t row) const {
        Instant time = times_[row];
        return is_moment_ ? clock_.wall_time(time).millis : time.millis;
    }

private:
    Reader<Instant> times_;
    ZoneClock clock_;
    bool is_moment_;
};

// window_start, window_end, and window_time, the window's last millisecond, by which the rows go on
// in time: it has the type of the time that they came with.
Columns window_columns(const std::vector<TimeWindow>& windows, const Type& time,
                       const TimeZone& zone);

}  // namespace tarn::sql
