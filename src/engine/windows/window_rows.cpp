#include "engine/windows/window_rows.hpp"

#include <iterator>

#include "engine/operators/column_types.hpp"
#include "engine/rows/change_builder.hpp"

namespace tarn::engine {
namespace {

ChangeBatch with_windows(const ChangeBatch& batch, const std::vector<sql::TimeWindow>& windows,
                         const WindowTime& time) {
    sql::Columns columns = batch.rows.columns;
    std::ranges::move(time.columns(windows), std::back_inserter(columns));
    return with_columns(batch, std::move(columns));
}

}  // namespace

WindowRows::WindowRows(const sql::stream::WindowTableFunction& step, const sql::StreamPlan& plan,
                       const JobContext& job)
    : window_(step.window),
      time_type_(step.input->columns[step.window.time].type),
      job_(job),
      time_(plan.columns.back(), job) {}

void WindowRows::take(size_t, const ChangeBatch& batch, Output& output) {
    sql::WallMillis times(batch.rows.columns[window_.time], time_type_, job_.zone);
    int64_t now = time_.is_event_time() ? 0 : time_.wall_now();
    sql::RowList without_time;
    sql::RowWindows found;
    for (int64_t row = 0; row < batch.size(); ++row) {
        if (!time_.is_event_time()) {
            found.add(row, now, window_);
        } else if (times.is_null(row)) {
            without_time.push_back(row);
        } else {
            found.add(row, times[row], window_);
        }
    }
    if (!without_time.empty()) output.refuse(taken(batch, without_time), Refusal::NullTime);
    if (found.rows.empty()) return;
    bool is_one_each = window_.kind == sql::WindowKind::Tumble && without_time.empty();
    output.take(with_windows(is_one_each ? batch : taken(batch, found.rows), found.windows, time_));
}

SessionWindowRows::SessionWindowRows(const sql::stream::WindowTableFunction& step,
                                     const sql::StreamPlan& plan, const JobContext& job)
    : rows_(step.window, step.window.session_keys, *step.input, job),
      types_(types_of(step.input->columns)),
      own_keys_(job.keys),
      time_(plan.columns.back(), job) {}

void SessionWindowRows::take(size_t, const ChangeBatch& batch, Output& output) {
    SessionRows::Placed placed = rows_.placed(batch, sessions_, time_, output);
    join_rows();
    sql::PackedRows rows = packed(placed.rows);
    for (size_t row = 0; row < placed.numbers.size(); ++row) {
        Kept& kept = kept_of(placed.numbers[row]);
        kept.rows.emplace_back(rows[row]);
        kept.changes.push_back(placed.rows.kind(static_cast<int64_t>(row)));
    }
}

SessionWindowRows::Kept& SessionWindowRows::kept_of(Sessions::Number number) {
    if (number >= kept_.size()) kept_.resize(sessions_.end());
    return kept_[number];
}

void SessionWindowRows::join_rows() {
    for (Sessions::Number part : sessions_.take_joined()) {
        Kept from = std::exchange(kept_of(part), {});
        Kept& into = kept_of(sessions_.whole_of(part));
        std::ranges::move(from.rows, std::back_inserter(into.rows));
        std::ranges::move(from.changes, std::back_inserter(into.changes));
        sessions_.forget(part);
    }
}

void SessionWindowRows::advance(EventTime watermark, Output& output) {
    time_.advance(watermark);
    fire(output);
    output.advance(watermark);
}

std::optional<int64_t> SessionWindowRows::wakes_at_ms() const {
    auto first = sessions_.first();
    return first ? time_.wakes_at_ms(*first) : std::nullopt;
}

void SessionWindowRows::wake(int64_t now_ms, Output& output) {
    time_.wake(now_ms);
    fire(output);
}

void SessionWindowRows::fire(Output& output) {
    ChangeBuilder builder(types_);
    std::vector<sql::TimeWindow> windows;
    for (Sessions::Number number : sessions_.take_over(time_)) {
        Kept kept = std::exchange(kept_of(number), {});
        for (size_t i = 0; i < kept.rows.size(); ++i) {
            builder.append(kept.changes[i], kept.rows[i]);
            windows.push_back(sessions_.window(number));
        }
        sessions_.forget(number);
    }
    if (!builder.is_empty()) output.take(with_windows(builder.take(), windows, time_));
}

void SessionWindowRows::save(OperatorState& state) {
    time_.save(state);
    std::vector<std::string_view> keys;
    std::vector<int64_t> starts;
    std::vector<int64_t> ends;
    std::vector<int64_t> changes;
    std::vector<std::string_view> rows;
    std::vector<int64_t> sessions;
    for (Sessions::Number number : sessions_.all()) {
        const Kept& kept = kept_[number];
        for (size_t i = 0; i < kept.rows.size(); ++i) {
            keys.push_back(sessions_.key(number));
            starts.push_back(sessions_.window(number).start);
            ends.push_back(sessions_.window(number).end);
            changes.push_back(static_cast<int64_t>(kept.changes[i]));
            rows.push_back(kept.rows[i]);
        }
    }
    state.put("rows", state_rows({{"key", bytes_column(keys)},
                                  {"start", number_column(starts)},
                                  {"end", number_column(ends)},
                                  {"change", number_column(changes)},
                                  {"row", bytes_column(rows)}}));
}

void SessionWindowRows::restore(const OperatorState& state) {
    time_.restore(state);
    for (const StateRows& saved : state.keyed("rows", own_keys_)) {
        std::vector<std::string_view> keys = bytes_of(saved, 0);
        std::vector<int64_t> starts = numbers_of(saved, 1);
        std::vector<int64_t> ends = numbers_of(saved, 2);
        std::vector<int64_t> changes = numbers_of(saved, 3);
        std::vector<std::string_view> rows = bytes_of(saved, 4);
        for (size_t i = 0; i < keys.size(); ++i) {
            // A row with all of its session's time is in that session, or begins it.
            Kept& kept = kept_of(*sessions_.add(keys[i], {starts[i], ends[i]}, time_));
            kept.rows.emplace_back(rows[i]);
            kept.changes.push_back(static_cast<Change>(changes[i]));
        }
    }
}

size_t SessionWindowRows::state_bytes() const {
    constexpr size_t RowBytes = 64;  // with its place
    size_t bytes = 0;
    for (const Kept& kept : kept_) {
        for (const std::string& row : kept.rows) bytes += row.capacity() + RowBytes;
    }
    return bytes;
}

}  // namespace tarn::engine
