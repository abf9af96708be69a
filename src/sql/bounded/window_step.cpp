// Rows to the windows that their times fall into, as Flink's window functions cut time up.
#include <algorithm>
#include <map>

#include "sql/bounded/steps.hpp"
#include "sql/bounded/time_windows.hpp"
#include "sql/expressions/row_lists.hpp"
#include "sql/values/sort_key.hpp"

namespace tarn::sql {
namespace {

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

RowTimes times_of(const Column& column, const Type& type, int64_t rows, const TimeZone& zone) {
    RowTimes times(static_cast<size_t>(rows));
    WallMillis reader(column, type, zone);
    for (int64_t row = 0; row < rows; ++row) {
        if (!reader.is_null(row)) times[static_cast<size_t>(row)] = reader[row];
    }
    return times;
}

}  // namespace

Batch rows_of(const AssignWindows& step, const Batch& input, const Around& around) {
    const Type& time_type = step.input->columns[step.window.time].type;
    RowTimes times =
        times_of(input.columns[step.window.time], time_type, input.rows, around.session.zone);
    RowWindows found;
    if (step.window.kind == WindowKind::Session) {
        found = sessions(times, input, step.window);
    } else {
        for (int64_t row = 0; row < input.rows; ++row) {
            auto time = times[static_cast<size_t>(row)];
            if (time) found.add(row, *time, step.window);
        }
    }
    auto rows = static_cast<int64_t>(found.rows.size());
    Columns added =
        window_columns(found.windows, around.plan.columns.back().type, around.session.zone);
    return beside(taken(input, found.rows), {std::move(added), rows});
}

}  // namespace tarn::sql
