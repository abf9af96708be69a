#include "engine/windows/window_groups.hpp"

#include <algorithm>
#include <string>

namespace tarn::engine {
namespace {

using Entry = WindowGroups::Entry;

std::vector<WindowGroups::Group> groups_of(std::span<const Entry> entries) {
    std::vector<WindowGroups::Group> groups;
    groups.reserve(entries.size());
    for (const Entry& entry : entries) groups.push_back(entry.group);
    return groups;
}

std::vector<std::string_view> keys_of(std::span<const Entry> entries) {
    std::vector<std::string_view> keys;
    keys.reserve(entries.size());
    for (const Entry& entry : entries) keys.push_back(entry.key);
    return keys;
}

sql::Columns window_columns(std::span<const Entry> entries, const WindowTime& time) {
    auto is_of_first = [&](const Entry& entry) { return entry.window == entries[0].window; };
    if (std::ranges::all_of(entries, is_of_first)) return time.columns(entries[0].window);
    std::vector<sql::TimeWindow> windows;
    for (const Entry& entry : entries) windows.push_back(entry.window);
    return time.columns(windows);
}

}  // namespace

WindowGroups::WindowGroups(const sql::stream::WindowAggregate& step, const sql::StreamPlan& plan,
                           const JobContext& job)
    : keys(step.keys),
      own_keys(job.keys),
      time(plan.columns.back(), job),
      calls(step.calls, !step.input->changes.is_insert_only()) {
    for (size_t key : keys) key_types.push_back(step.input->columns[key].type);
}

void WindowGroups::give(std::span<const Entry> entries, Output& output) const {
    std::vector<Entry> with_rows;
    for (const Entry& entry : entries) {
        if (calls.has_rows(entry.group)) with_rows.push_back(entry);
    }
    if (with_rows.empty()) return;
    auto count = static_cast<int64_t>(with_rows.size());
    sql::Batch rows{sql::unpacked(keys_of(with_rows), key_types), count};
    rows = sql::beside(std::move(rows), {calls.values(groups_of(with_rows)), count});
    rows = sql::beside(std::move(rows), {window_columns(with_rows, time), count});
    output.take({std::move(rows)});
}

void WindowGroups::save(OperatorState& state, const std::string& table, const SavedKeys& saved,
                        std::span<const Entry> entries) const {
    std::vector<int64_t> starts;
    std::vector<int64_t> ends;
    for (const Entry& entry : entries) {
        starts.push_back(entry.window.start);
        ends.push_back(entry.window.end);
    }
    std::vector<StateColumn> columns{{"key", bytes_column(keys_of(entries))},
                                     {"start", number_column(starts)},
                                     {"end", number_column(ends)}};
    for (auto& values : calls.states(groups_of(entries))) {
        columns.push_back({"state " + std::to_string(columns.size()), std::move(values)});
    }
    state.put_keyed(table, saved, state_rows(columns));
}

void WindowGroups::restore(const OperatorState& state, const GroupOf& group_of) {
    time.restore(state);
    for (const auto& [table, all] : state.tables()) {
        if (table.starts_with(Tables)) restore(state.keyed(table, own_keys), group_of);
    }
}

void WindowGroups::restore(const std::vector<StateRows>& saved, const GroupOf& group_of) {
    constexpr int FirstState = 3;
    for (const StateRows& rows : saved) {
        std::vector<std::string_view> packed_keys = bytes_of(rows, 0);
        std::vector<int64_t> starts = numbers_of(rows, 1);
        std::vector<int64_t> ends = numbers_of(rows, 2);
        std::vector<Group> groups;
        for (size_t row = 0; row < packed_keys.size(); ++row) {
            groups.push_back(group_of(packed_keys[row], {starts[row], ends[row]}));
        }
        arrow::ArrayVector states = rows->columns();
        states.erase(states.begin(), states.begin() + FirstState);
        calls.merge(groups, states);
    }
}

}  // namespace tarn::engine
