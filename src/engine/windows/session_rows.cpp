#include "engine/windows/session_rows.hpp"

namespace tarn::engine {

SessionRows::SessionRows(const sql::Window& window, std::vector<size_t> keys,
                         const sql::StreamPlan& input, const JobContext& job)
    : keys_(std::move(keys)),
      time_column_(window.time),
      gap_ms_(window.size_ms),
      time_type_(input.columns[window.time].type),
      job_(job) {}

SessionRows::Placed SessionRows::placed(const ChangeBatch& batch, Sessions& sessions,
                                        const WindowTime& time, Output& output) const {
    sql::WallMillis times(batch.rows.columns[time_column_], time_type_, job_.zone);
    int64_t now = time.is_event_time() ? 0 : time.wall_now();
    sql::PackedRows keys = packed(batch, keys_);
    sql::RowList counted;
    sql::RowList late;
    sql::RowList without_time;
    std::vector<Sessions::Number> numbers;
    for (int64_t row = 0; row < batch.size(); ++row) {
        if (time.is_event_time() && times.is_null(row)) {
            without_time.push_back(row);
            continue;
        }
        int64_t start = time.is_event_time() ? times[row] : now;
        auto number = sessions.add(keys[static_cast<size_t>(row)], {start, start + gap_ms_}, time);
        (number ? counted : late).push_back(row);
        if (number) numbers.push_back(*number);
    }
    if (!late.empty()) output.refuse(taken(batch, late), Refusal::Late);
    if (!without_time.empty()) output.refuse(taken(batch, without_time), Refusal::NullTime);
    for (Sessions::Number& number : numbers) number = sessions.whole_of(number);
    bool all_count = numbers.size() == static_cast<size_t>(batch.size());
    return {all_count ? batch : taken(batch, counted), std::move(numbers)};
}

}  // namespace tarn::engine
