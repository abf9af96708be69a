#include "engine/windows/slice_windows.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tarn::engine {

using sql::TimeWindow;
using sql::WindowKind;

SliceWindows::SliceWindows(const sql::stream::WindowAggregate& step, const sql::StreamPlan& plan,
                           const JobContext& job)
    // Windows that stand in the rows are whole already.
    : kind_(step.of_rows ? WindowKind::Tumble : step.window.kind),
      slices_(step.window),
      of_rows_(step.of_rows),
      time_column_(step.window.time),
      job_(job),
      groups_(step, plan, job) {
    if (!of_rows_) time_type_ = step.input->columns[time_column_].type;
}

void SliceWindows::take(size_t, const ChangeBatch& batch, Output& output) {
    PlacedRows rows = placed(batch);
    if (rows.all_count) return add(batch, rows.slices);
    if (!rows.late.empty()) output.refuse(taken(batch, rows.late), Refusal::Late);
    if (!rows.without_time.empty()) {
        output.refuse(taken(batch, rows.without_time), Refusal::NullTime);
    }
    sql::RowList counted;
    for (int64_t row = 0; row < batch.size(); ++row) {
        if (rows.slices[static_cast<size_t>(row)]) counted.push_back(row);
    }
    std::erase(rows.slices, nullptr);
    if (!counted.empty()) add(taken(batch, counted), rows.slices);
}

SliceWindows::PlacedRows SliceWindows::placed(const ChangeBatch& batch) {
    if (of_rows_) {
        sql::Reader<sql::WallTime> starts(batch.rows.columns[of_rows_->start]);
        sql::Reader<sql::WallTime> ends(batch.rows.columns[of_rows_->end]);
        return placed_by(
            batch.size(), [&](int64_t row) { return starts.is_null(row) || ends.is_null(row); },
            [&](int64_t row, const TimeWindow&) {
                return TimeWindow{starts[row].millis, ends[row].millis};
            });
    }
    if (!groups_.time.is_event_time()) {
        TimeWindow now = slices_.slice_of(groups_.time.wall_now());
        return placed_by(
            batch.size(), [](int64_t) { return false; },
            [&](int64_t, const TimeWindow&) { return now; });
    }
    sql::WallMillis times(batch.rows.columns[time_column_], time_type_, job_.zone);
    return placed_by(
        batch.size(), [&](int64_t row) { return times.is_null(row); },
        [&](int64_t row, const TimeWindow& last) {
            int64_t time = times[row];
            bool is_same = last.start <= time && time < last.end;
            return is_same ? last : slices_.slice_of(time);
        });
}

// Neighbours are mostly in the same slice.
template <typename IsNull, typename SliceAt>
SliceWindows::PlacedRows SliceWindows::placed_by(int64_t rows, IsNull is_null, SliceAt slice_at) {
    PlacedRows result{std::vector<Slice*>(static_cast<size_t>(rows), nullptr)};
    TimeWindow last{0, 0};
    Place place;
    for (int64_t row = 0; row < rows; ++row) {
        if (is_null(row)) {
            result.without_time.push_back(row);
            result.all_count = false;
            continue;
        }
        TimeWindow slice = slice_at(row, last);
        if (slice != last) {
            last = slice;
            place = place_of(slice);
        }
        result.slices[static_cast<size_t>(row)] = place.slice;
        if (place.slice) continue;
        if (place.is_late) result.late.push_back(row);
        result.all_count = false;
    }
    return result;
}

std::vector<TimeWindow> SliceWindows::windows_of(const TimeWindow& slice) const {
    return of_rows_ ? std::vector{slice} : slices_.windows_of(slice);
}

// As Flink's slices have it: rows count as long as one window of their slice is open.
SliceWindows::Place SliceWindows::place_of(const TimeWindow& slice) {
    if (auto known = state_.find(slice); known != state_.end()) return {&known->second};
    std::vector<TimeWindow> windows = windows_of(slice);
    if (windows.empty()) return {};
    if (groups_.time.is_late(windows.back())) return {nullptr, true};
    bool has_moved = kind_ == WindowKind::Cumulate && groups_.time.is_over(windows.front());
    return {&opened(has_moved ? slices_.first_of(windows.front()) : slice, windows)};
}

SliceWindows::Slice& SliceWindows::opened(const TimeWindow& slice,
                                          const std::vector<TimeWindow>& windows) {
    for (const TimeWindow& window : windows) {
        // A slice that is a whole window is not there any more when that has been given. By
        // processing time it may come when the time has passed.
        bool is_given = kind_ != WindowKind::Tumble && groups_.time.is_over(window);
        if (!is_given) open_.insert(window);
    }
    return state_[slice];
}

void SliceWindows::add(const ChangeBatch& batch, const std::vector<Slice*>& slices) {
    sql::PackedRows keys = packed(batch, groups_.keys);
    std::vector<Group> groups(slices.size());
    for (size_t row = 0; row < slices.size(); ++row) {
        groups[row] = slices[row]->group_of(keys[row], groups_.calls);
    }
    groups_.calls.add(batch, groups);
}

void SliceWindows::advance(EventTime watermark, Output& output) {
    groups_.time.advance(watermark);
    fire(output);
    output.advance(watermark);
}

std::optional<int64_t> SliceWindows::wakes_at_ms() const {
    if (open_.empty()) return std::nullopt;
    return groups_.time.wakes_at_ms(*open_.begin());
}

void SliceWindows::wake(int64_t now_ms, Output& output) {
    groups_.time.wake(now_ms);
    fire(output);
}

void SliceWindows::fire(Output& output) {
    while (!open_.empty() && groups_.time.is_over(*open_.begin())) {
        TimeWindow window = *open_.begin();
        open_.erase(open_.begin());
        give(window, output);
    }
}

void SliceWindows::give(const TimeWindow& window, Output& output) {
    if (kind_ == WindowKind::Hop) return give_hop(window, output);
    if (kind_ == WindowKind::Cumulate) return give_grown(window, output);
    auto slice = state_.find(window);
    give(slice->second, window, output);
    drop(slice);
}

// A window of several slices puts them together for itself, as others need them too.
void SliceWindows::give_hop(const TimeWindow& window, Output& output) {
    auto first = state_.lower_bound({INT64_MIN, window.start + 1});
    auto end = state_.upper_bound({INT64_MAX, window.end});
    if (std::next(first) == end) {
        give(first->second, window, output);
    } else {
        Slice whole;
        for (auto slice = first; slice != end; ++slice) merge(slice->second, whole);
        give(whole, window, output);
        groups_.calls.forget(whole.groups);
    }
    while (first != end && slices_.is_done(first->first, window)) drop(first++);
}

// The slices that are over gather in the first one, as windows that grow have all before them.
void SliceWindows::give_grown(const TimeWindow& window, Output& output) {
    TimeWindow first = slices_.first_of(window);
    auto grown = state_.try_emplace(first).first;
    auto next = std::next(grown);
    while (next != state_.end() && next->first.end <= window.end) {
        merge(next->second, grown->second);
        drop(next++);
    }
    give(grown->second, window, output);
    if (slices_.is_done(first, window)) drop(grown);
}

void SliceWindows::give(const Slice& slice, const TimeWindow& window, Output& output) const {
    std::vector<WindowGroups::Entry> entries;
    entries.reserve(slice.groups.size());
    for (KeyNumber number = 0; number < slice.keys.end(); ++number) {
        entries.push_back({slice.keys.key(number), window, slice.groups[number]});
    }
    groups_.give(entries, output);
}

void SliceWindows::merge(const Slice& from, Slice& into) {
    std::vector<Group> groups;
    groups.reserve(from.groups.size());
    for (KeyNumber number = 0; number < from.keys.end(); ++number) {
        groups.push_back(into.group_of(from.keys.key(number), groups_.calls));
    }
    groups_.calls.merge(groups, groups_.calls.states(from.groups));
}

void SliceWindows::drop(SliceMap::iterator slice) {
    groups_.calls.forget(slice->second.groups);
    state_.erase(slice);
}

void SliceWindows::save(OperatorState& state) {
    groups_.time.save(state);
    // A table for each slice, which is not there any more when the slice is gone.
    for (auto& [window, slice] : state_) {
        SavedKeys saved = state.to_save(slice.keys);
        std::vector<WindowGroups::Entry> entries;
        entries.reserve(saved.numbers.size());
        for (KeyNumber number : saved.numbers) {
            entries.push_back({slice.keys.key(number), window, slice.groups[number]});
        }
        std::string table = fmt::format("{} {} {}", WindowGroups::Tables, window.start, window.end);
        groups_.save(state, table, saved, entries);
    }
}

void SliceWindows::restore(const OperatorState& state) {
    groups_.restore(state, [&](std::string_view key, const TimeWindow& window) {
        auto known = state_.find(window);
        Slice& slice = known != state_.end() ? known->second : opened(window, windows_of(window));
        return slice.group_of(key, groups_.calls);
    });
}

size_t SliceWindows::state_bytes() const {
    constexpr size_t KeyBytes = 64;  // in its table, with its group
    size_t keys = 0;
    for (const auto& [window, slice] : state_) keys += slice.groups.size();
    return keys * KeyBytes + groups_.calls.bytes();
}

}  // namespace tarn::engine
