// What an aggregate of windows has apart from its windows: which columns are keys, the time it goes
// by, and what its calls have accumulated.
#pragma once

#include <functional>

#include "engine/windows/group_calls.hpp"
#include "engine/windows/window_time.hpp"

namespace tarn::engine {

struct WindowGroups {
    using Group = GroupCalls::Group;

    // A key in a window.
    struct Entry {
        std::string_view key;
        sql::TimeWindow window;
        Group group;
    };

    WindowGroups(const sql::stream::WindowAggregate& step, const sql::StreamPlan& plan,
                 const JobContext& job);

    // The results of keys in their windows, in that order. Those whose rows were all taken back
    // have none.
    void give(std::span<const Entry> entries, Output& output) const;

    // These are what there is of the keys, in a table that may be one of several: their names
    // begin with the word.
    static constexpr std::string_view Tables = "windows";
    void save(OperatorState& state, const std::string& table, const SavedKeys& saved,
              std::span<const Entry> entries) const;
    // `group_of` gives a number for the key in its window.
    using GroupOf = std::function<Group(std::string_view, sql::TimeWindow)>;
    void restore(const OperatorState& state, const GroupOf& group_of);

    std::vector<size_t> keys;
    std::vector<sql::Type> key_types;
    KeyGroups own_keys;
    WindowTime time;
    GroupCalls calls;

private:
    void restore(const std::vector<StateRows>& saved, const GroupOf& group_of);
};

}  // namespace tarn::engine
