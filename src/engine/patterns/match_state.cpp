#include "engine/patterns/match_state.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace tarn::engine {
namespace {

constexpr int64_t NoPath = -1;

// Columns of one table, row by row: a key, bytes where there are any, and numbers.
template <size_t Numbers>
struct Table {
    std::vector<std::string_view> keys = {};
    std::vector<std::string_view> bytes = {};
    std::array<std::vector<int64_t>, Numbers> numbers = {};

    void add(std::string_view key, const std::array<int64_t, Numbers>& row) {
        keys.push_back(key);
        for (size_t i = 0; i < Numbers; ++i) numbers[i].push_back(row[i]);
    }

    void put(OperatorState& state, const std::string& name,
             const std::array<std::string, Numbers>& names) const {
        std::vector<StateColumn> columns{{"key", bytes_column(keys)}};
        for (size_t i = 0; i < Numbers; ++i) {
            columns.push_back({names[i], number_column(numbers[i])});
        }
        if (!bytes.empty()) columns.push_back({"row", bytes_column(bytes)});
        if (!keys.empty()) state.put(name, state_rows(columns));
    }
};

class Saving {
public:
    void add(const MatchesOfKey& each) {
        paths_.clear();
        rows_.clear();
        for (const OpenMatch& match : each.matches.open.all()) add(each.key, match, false);
        for (const OpenMatch& match : each.matches.complete.all()) add(each.key, match, true);
    }

    void put(OperatorState& state) const {
        taken_.put(state, "taken", {"number", "time"});
        ends_.put(state, "paths", {"path", "before", "number", "variable"});
        matches_.put(state, "matches", {"complete", "state", "path", "first", "began"});
    }

private:
    void add(std::string_view key, const OpenMatch& match, bool is_complete) {
        int64_t path = match.path ? number_of(key, match.path.get()) : NoPath;
        matches_.add(key, {is_complete, static_cast<int64_t>(match.state), path, match.first_number,
                           match.first_time});
    }

    // Those before come first, so that they are there when the path is put together again.
    int64_t number_of(std::string_view key, const PathEnd* path) {
        std::vector<const PathEnd*> unknown;
        for (; path != nullptr && !paths_.contains(path); path = path->before.get()) {
            unknown.push_back(path);
        }
        int64_t before = path != nullptr ? paths_.at(path) : NoPath;
        for (auto end = unknown.rbegin(); end != unknown.rend(); ++end) {
            add_row(key, *(*end)->row);
            auto number = static_cast<int64_t>(paths_.size());
            ends_.add(key, {number, before, (*end)->row->number(),
                            static_cast<int64_t>((*end)->variable)});
            paths_.emplace(*end, number);
            before = number;
        }
        return before;
    }

    void add_row(std::string_view key, const TakenRow& row) {
        if (!rows_.emplace(&row, true).second) return;
        taken_.add(key, {row.number(), row.time()});
        taken_.bytes.emplace_back(row.bytes());
    }

    // Of one key.
    std::map<const PathEnd*, int64_t> paths_;
    std::map<const TakenRow*, bool> rows_;

    Table<2> taken_;
    Table<4> ends_;
    Table<5> matches_;
};

// A key and a number that is its own.
using Numbered = std::pair<std::string_view, int64_t>;

class Restoring {
public:
    Restoring(const OperatorState& state, const KeyGroups& groups)
        : state_(state), groups_(groups) {}

    int64_t add_to(const FindMatches& matches_of, size_t& all_bytes) {
        for (const StateRows& saved : state_.keyed("taken", groups_)) add_rows(saved, all_bytes);
        for (const StateRows& saved : state_.keyed("paths", groups_)) add_paths(saved);
        for (const StateRows& saved : state_.keyed("matches", groups_)) {
            add_matches(saved, matches_of);
        }
        return last_number_;
    }

private:
    void add_rows(const StateRows& saved, size_t& all_bytes) {
        kept_.push_back(saved);
        std::vector<std::string_view> keys = bytes_of(saved, 0);
        std::vector<int64_t> numbers = numbers_of(saved, 1);
        std::vector<int64_t> times = numbers_of(saved, 2);
        std::vector<std::string_view> rows = bytes_of(saved, 3);
        for (size_t i = 0; i < keys.size(); ++i) {
            rows_[{keys[i], numbers[i]}] = std::make_shared<const TakenRow>(
                std::string(rows[i]), times[i], numbers[i], all_bytes);
            last_number_ = std::max(last_number_, numbers[i]);
        }
    }

    void add_paths(const StateRows& saved) {
        kept_.push_back(saved);
        std::vector<std::string_view> keys = bytes_of(saved, 0);
        std::vector<int64_t> paths = numbers_of(saved, 1);
        std::vector<int64_t> befores = numbers_of(saved, 2);
        std::vector<int64_t> numbers = numbers_of(saved, 3);
        std::vector<int64_t> variables = numbers_of(saved, 4);
        for (size_t i = 0; i < keys.size(); ++i) {
            paths_[{keys[i], paths[i]}] = std::make_shared<PathEnd>(
                rows_.at({keys[i], numbers[i]}), static_cast<size_t>(variables[i]),
                befores[i] == NoPath ? nullptr : paths_.at({keys[i], befores[i]}));
        }
    }

    void add_matches(const StateRows& saved, const FindMatches& matches_of) const {
        std::vector<std::string_view> keys = bytes_of(saved, 0);
        std::vector<int64_t> are_complete = numbers_of(saved, 1);
        std::vector<int64_t> states = numbers_of(saved, 2);
        std::vector<int64_t> paths = numbers_of(saved, 3);
        std::vector<int64_t> firsts = numbers_of(saved, 4);
        std::vector<int64_t> began = numbers_of(saved, 5);
        for (size_t i = 0; i < keys.size(); ++i) {
            OpenMatch match{static_cast<size_t>(states[i]),
                            paths[i] == NoPath ? nullptr : paths_.at({keys[i], paths[i]}),
                            firsts[i], began[i]};
            KeyMatches& matches = matches_of(keys[i]);
            (are_complete[i] != 0 ? matches.complete : matches.open).add(std::move(match));
        }
    }

    const OperatorState& state_;
    const KeyGroups& groups_;
    std::vector<StateRows> kept_;  // that the keys lie in
    std::map<Numbered, TakenRowPtr> rows_;
    std::map<Numbered, Path> paths_;
    int64_t last_number_ = -1;
};

}  // namespace

void save_matches(const std::vector<MatchesOfKey>& keys, OperatorState& state) {
    Saving saving;
    for (const MatchesOfKey& each : keys) saving.add(each);
    saving.put(state);
}

int64_t restore_matches(const OperatorState& state, const KeyGroups& groups,
                        const FindMatches& matches_of, size_t& all_bytes) {
    return Restoring(state, groups).add_to(matches_of, all_bytes);
}

}  // namespace tarn::engine
