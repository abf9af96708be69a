#include "sql/bounded/time_windows.hpp"

#include "sql/values/writers.hpp"

namespace tarn::sql {
namespace {

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

}  // namespace

void RowWindows::add(int64_t row, int64_t time, const Window& window) {
    int64_t size = window.size_ms;
    int64_t step = window.step_ms;
    if (window.kind == WindowKind::Tumble) {
        int64_t start = aligned(time, window.offset_ms, size);
        add(row, {start, start + size});
    } else if (window.kind == WindowKind::Hop) {
        // A row falls between two windows when these leave gaps.
        int64_t last = aligned(time, window.offset_ms, step);
        for (int64_t start = last; start > time - size; start -= step) {
            add(row, {start, start + size});
        }
    } else {
        // All grow from one start, step by step; the row is in those that have come as far as it.
        int64_t start = aligned(time, window.offset_ms, size);
        int64_t first_end = aligned(time, window.offset_ms, step) + step;
        for (int64_t end = first_end; end <= start + size; end += step) add(row, {start, end});
    }
}

Columns window_columns(const std::vector<TimeWindow>& windows, const Type& time,
                       const TimeZone& zone) {
    std::vector<int64_t> starts;
    std::vector<int64_t> ends;
    std::vector<int64_t> lasts;
    for (const TimeWindow& window : windows) {
        starts.push_back(window.start);
        ends.push_back(window.end);
        lasts.push_back(window.end - 1);
    }
    Type edge = type_with(TypeKind::Timestamp, 3);
    return {wall_column(starts, edge), wall_column(ends, edge),
            time.kind == TypeKind::TimestampLtz ? moment_column(lasts, time, zone)
                                                : wall_column(lasts, time)};
}

}  // namespace tarn::sql
