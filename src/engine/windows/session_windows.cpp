#include "engine/windows/session_windows.hpp"

namespace tarn::engine {

SessionWindows::SessionWindows(const sql::stream::WindowAggregate& step,
                               const sql::StreamPlan& plan, const JobContext& job)
    : rows_(step.window, step.keys, *step.input, job), groups_(step, plan, job) {}

void SessionWindows::take(size_t, const ChangeBatch& batch, Output& output) {
    SessionRows::Placed placed = rows_.placed(batch, sessions_, groups_.time, output);
    join_groups();
    if (placed.rows.size() == 0) return;
    std::vector<Group> groups;
    groups.reserve(placed.numbers.size());
    for (Sessions::Number number : placed.numbers) groups.push_back(group_of(number));
    groups_.calls.add(placed.rows, groups);
}

GroupCalls::Group SessionWindows::group_of(Sessions::Number number) {
    if (number >= group_of_session_.size()) group_of_session_.resize(sessions_.end(), NoGroup);
    Group& group = group_of_session_[number];
    if (group == NoGroup) group = groups_.calls.new_group();
    return group;
}

// What was accumulated for sessions that are part of others now.
void SessionWindows::join_groups() {
    std::vector<Sessions::Number> parts = sessions_.take_joined();
    if (parts.empty()) return;
    std::vector<Group> from;
    std::vector<Group> into;
    for (Sessions::Number part : parts) {
        from.push_back(group_of(part));
        into.push_back(group_of(sessions_.whole_of(part)));
    }
    groups_.calls.merge(into, groups_.calls.states(from));
    forget(parts);
}

void SessionWindows::forget(std::span<const Sessions::Number> numbers) {
    std::vector<Group> groups;
    for (Sessions::Number number : numbers) {
        groups.push_back(std::exchange(group_of_session_[number], NoGroup));
        sessions_.forget(number);
    }
    groups_.calls.forget(groups);
}

void SessionWindows::advance(EventTime watermark, Output& output) {
    groups_.time.advance(watermark);
    fire(output);
    output.advance(watermark);
}

std::optional<int64_t> SessionWindows::wakes_at_ms() const {
    auto first = sessions_.first();
    return first ? groups_.time.wakes_at_ms(*first) : std::nullopt;
}

void SessionWindows::wake(int64_t now_ms, Output& output) {
    groups_.time.wake(now_ms);
    fire(output);
}

void SessionWindows::fire(Output& output) {
    std::vector<Sessions::Number> over = sessions_.take_over(groups_.time);
    if (over.empty()) return;
    groups_.give(entries_of(over), output);
    forget(over);
}

std::vector<WindowGroups::Entry> SessionWindows::entries_of(
    std::span<const Sessions::Number> numbers) const {
    std::vector<WindowGroups::Entry> entries;
    for (Sessions::Number number : numbers) {
        entries.push_back(
            {sessions_.key(number), sessions_.window(number), group_of_session_[number]});
    }
    return entries;
}

void SessionWindows::save(OperatorState& state) {
    groups_.time.save(state);
    SavedKeys saved = sessions_.to_save(state);
    groups_.save(state, std::string(WindowGroups::Tables), saved,
                 entries_of(sessions_.of_keys(saved.numbers)));
}

void SessionWindows::restore(const OperatorState& state) {
    groups_.restore(state, [&](std::string_view key, const sql::TimeWindow& window) {
        return group_of(sessions_.restored(key, window));
    });
}

size_t SessionWindows::state_bytes() const {
    constexpr size_t SessionBytes = 128;  // with its key
    return sessions_.end() * SessionBytes + groups_.calls.bytes();
}

}  // namespace tarn::engine
