// Rows to the windows that their times fall into, as Flink's window functions cut time up.
#include <algorithm>
#include <map>

#include "sql/bounded/steps.hpp"
#include "sql/expressions/row_lists.hpp"
#include "sql/values/sort_key.hpp"
#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

// In milliseconds of the clock on the wall, the end not being part of it.
struct TimeWindow {
    int64_t start;
    int64_t end;
};

// A row and one of its windows at the same place of both.
struct RowWindows {
    RowList rows;
    std::vector<TimeWindow> windows;

    void add(int64_t row, TimeWindow window) {
        rows.push_back(row);
        windows.push_back(window);
    }
};

// The last moment up to `time` that is a whole number of steps from the offset.
int64_t aligned(int64_t time, int64_t offset, int64_t step) {
    return time - floor_mod(time - offset, step);
}

// Windows that follow from a row's time alone.
void add_windows(RowWindows& result, int64_t row, int64_t time, const Window& window) {
    int64_t size = window.size_ms;
    int64_t step = window.step_ms;
    if (window.kind == WindowKind::Tumble) {
        int64_t start = aligned(time, window.offset_ms, size);
        result.add(row, {start, start + size});
    } else if (window.kind == WindowKind::Hop) {
        // A row falls between two windows when these leave gaps.
        int64_t last = aligned(time, window.offset_ms, step);
        for (int64_t start = last; start > time - size; start -= step) {
            result.add(row, {start, start + size});
        }
    } else {
        // All grow from one start, step by step; the row is in those that have come as far as it.
        int64_t start = aligned(time, window.offset_ms, size);
        int64_t first_end = aligned(time, window.offset_ms, step) + step;
        for (int64_t end = first_end; end <= start + size; end += step) {
            result.add(row, {start, end});
        }
    }
}

using RowTimes = std::vector<std::optional<int64_t>>;

// A session goes on while the next row comes within the gap. As Flink merges windows that touch,
// that is so even when it comes just at the end.
RowWindows sessions(const RowTimes& times, const Batch& input, const Window& window) {
    std::vector<std::string> keys = sort_keys(chosen(input, window.session_keys), input.rows);
    RowList rows;
    for (int64_t row = 0; row < input.rows; ++row) {
        if (times[static_cast<size_t>(row)]) rows.push_back(row);
    }
    auto key = [&](int64_t row) -> std::string_view { return keys[static_cast<size_t>(row)]; };
    auto time = [&](int64_t row) { return *times[static_cast<size_t>(row)]; };
    std::ranges::sort(rows, {}, [&](int64_t row) { return std::tuple(key(row), time(row), row); });
    std::vector<TimeWindow> of_rows(static_cast<size_t>(input.rows));
    for (size_t first = 0, next = 0; first < rows.size(); first = next) {
        TimeWindow session{time(rows[first]), 0};
        for (next = first; next < rows.size(); ++next) {
            bool goes_on = next == first ||
                           (key(rows[next]) == key(rows[first]) && time(rows[next]) <= session.end);
            if (!goes_on) break;
            session.end = time(rows[next]) + window.size_ms;
        }
        for (size_t i = first; i < next; ++i) of_rows[static_cast<size_t>(rows[i])] = session;
    }
    std::ranges::sort(rows);
    RowWindows result;
    for (int64_t row : rows) result.add(row, of_rows[static_cast<size_t>(row)]);
    return result;
}

// Of moments, what the clocks of the session show then: their windows begin at its midnights.
RowTimes wall_millis(const Column& column, const Type& type, int64_t rows, const TimeZone& zone) {
    RowTimes times(static_cast<size_t>(rows));
    bool is_moment = type.kind == TypeKind::TimestampLtz;
    ZoneClock clock(zone);
    Reader<Instant> reader(column);
    for (int64_t row = 0; row < rows; ++row) {
        if (reader.is_null(row)) continue;
        Instant time = reader[row];
        times[static_cast<size_t>(row)] = is_moment ? clock.wall_time(time).millis : time.millis;
    }
    return times;
}

Column wall_column(const std::vector<int64_t>& millis, const Type& type) {
    Writer<WallTime> writer(type, static_cast<int64_t>(millis.size()));
    for (int64_t each : millis) writer.append(WallTime{{each, 0}});
    return writer.finish();
}

Column moment_column(const std::vector<int64_t>& wall_millis, const Type& type,
                     const TimeZone& zone) {
    Writer<Instant> writer(type, static_cast<int64_t>(wall_millis.size()));
    ZoneClock clock(zone);
    for (int64_t each : wall_millis) writer.append(clock.instant(WallTime{{each, 0}}));
    return writer.finish();
}

// window_start, window_end, and window_time, the window's last millisecond, by which the rows go on
// in time: it has the type of the time that they came with.
Columns window_columns(const std::vector<TimeWindow>& windows, const Around& around) {
    std::vector<int64_t> starts;
    std::vector<int64_t> ends;
    std::vector<int64_t> lasts;
    for (const TimeWindow& window : windows) {
        starts.push_back(window.start);
        ends.push_back(window.end);
        lasts.push_back(window.end - 1);
    }
    Type edge = type_with(TypeKind::Timestamp, 3);
    const Type& time = around.plan.columns.back().type;
    return {wall_column(starts, edge), wall_column(ends, edge),
            time.kind == TypeKind::TimestampLtz ? moment_column(lasts, time, around.session.zone)
                                                : wall_column(lasts, time)};
}

}  // namespace

Batch rows_of(const AssignWindows& step, const Batch& input, const Around& around) {
    const Type& time_type = step.input->columns[step.window.time].type;
    RowTimes times =
        wall_millis(input.columns[step.window.time], time_type, input.rows, around.session.zone);
    RowWindows found;
    if (step.window.kind == WindowKind::Session) {
        found = sessions(times, input, step.window);
    } else {
        for (int64_t row = 0; row < input.rows; ++row) {
            auto time = times[static_cast<size_t>(row)];
            if (time) add_windows(found, row, *time, step.window);
        }
    }
    auto rows = static_cast<int64_t>(found.rows.size());
    return beside(taken(input, found.rows), {window_columns(found.windows, around), rows});
}

}  // namespace tarn::sql
