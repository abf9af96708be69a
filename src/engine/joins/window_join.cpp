// Rows of both sides in the same window, joined when it is over, as Flink's WindowJoinOperator has
// it. All rows are inserts, as a window only then gives its rows.
#include <map>

#include "engine/joins/joins.hpp"
#include "engine/joins/matches.hpp"
#include "engine/operators/column_types.hpp"
#include "engine/windows/window_time.hpp"
#include "sql/values/readers.hpp"

namespace tarn::engine {
namespace {

using sql::JoinKind;

// The rows of one side in a window, with the numbers of their keys.
struct SideRows {
    RowArena arena;
    std::vector<std::string_view> rows;
    std::vector<KeyNumber> keys;
    std::vector<uint8_t> equals_none;

    void add(std::string_view row, KeyNumber key, bool is_unequal) {
        rows.push_back(arena.add(row));
        keys.push_back(key);
        equals_none.push_back(is_unequal ? 1 : 0);
    }
};

struct WindowRows {
    KeyTable keys;
    std::array<SideRows, 2> sides;
};

// Which rows have a key: as lists in one vector.
class RowsByKey {
public:
    RowsByKey(const SideRows& side, size_t keys) : begins_(keys + 1, 0), rows_(side.rows.size()) {
        for (KeyNumber key : side.keys) ++begins_[key + 1];
        for (size_t key = 0; key < keys; ++key) begins_[key + 1] += begins_[key];
        std::vector<size_t> next = begins_;
        for (size_t row = 0; row < side.keys.size(); ++row) {
            rows_[next[side.keys[row]]++] = static_cast<EntryNumber>(row);
        }
    }

    std::span<const EntryNumber> of(KeyNumber key) const {
        return std::span(rows_).subspan(begins_[key], begins_[key + 1] - begins_[key]);
    }

private:
    std::vector<size_t> begins_;
    std::vector<EntryNumber> rows_;
};

class WindowJoinOperator final : public Operator {
public:
    WindowJoinOperator(const sql::stream::WindowJoin& step, const JobContext& job)
        : job_(job),
          kind_(step.on.kind),
          ends_{step.left_window.end, step.right_window.end},
          keys_of_{JoinKeys(step.on, JoinInput::Left), JoinKeys(step.on, JoinInput::Right)},
          types_{types_of(step.left->columns), types_of(step.right->columns)},
          test_(step.on, step.left->columns.size()),
          time_(step.left->window->time, job) {}

    void take(size_t side, const ChangeBatch& batch, Output& output) override {
        JoinKeys::OfBatch keys = keys_of_[side].of(batch);
        sql::PackedRows rows = packed(batch);
        sql::Reader<sql::WallTime> ends(batch.rows.columns[ends_[side]]);
        sql::RowList late;
        for (int64_t row = 0; row < batch.size(); ++row) {
            int64_t end = ends[row].millis;
            if (time_.is_late({end, end})) {
                late.push_back(row);
                continue;
            }
            WindowRows& window = windows_[end];
            window.sides[side].add(rows[static_cast<size_t>(row)],
                                   window.keys.add(keys[row]).number, keys.equals_none(row));
        }
        if (!late.empty()) output.refuse(taken(batch, late), Refusal::Late);
    }

    void advance(EventTime watermark, Output& output) override {
        time_.advance(watermark);
        give_over(output);
        output.advance(watermark);
    }

    std::optional<int64_t> wakes_at_ms() const override {
        if (windows_.empty()) return std::nullopt;
        int64_t end = windows_.begin()->first;
        return time_.wakes_at_ms({end, end});
    }
    void wake(int64_t now_ms, Output& output) override {
        time_.wake(now_ms);
        give_over(output);
    }

    void save(OperatorState& state) override;
    void restore(const OperatorState& state) override;
    size_t state_bytes() const override {
        size_t bytes = 0;
        for (const auto& [end, window] : windows_) {
            for (const SideRows& side : window.sides) bytes += side.arena.bytes();
        }
        return bytes;
    }

private:
    // What has been found of a window.
    struct Found {
        const WindowRows& window;
        ChangeBatch left;
        std::vector<uint8_t> is_left_met;
        std::vector<uint8_t> is_right_met;
    };

    void give_over(Output& output) {
        while (!windows_.empty()) {
            int64_t end = windows_.begin()->first;
            if (!time_.is_over({end, end})) return;
            give(windows_.extract(windows_.begin()).mapped(), output);
        }
    }

    void give(const WindowRows& window, Output& output) const {
        const auto& [left, right] = window.sides;
        auto left_rows = static_cast<int64_t>(left.rows.size());
        Found found{window,
                    {{sql::unpacked(left.rows, types_[0]), left_rows}},
                    std::vector<uint8_t>(left.rows.size()),
                    std::vector<uint8_t>(right.rows.size())};
        RowsByKey by_key(right, window.keys.end());
        Matches candidates;
        for (int64_t row = 0; row < left_rows; ++row) {
            auto place = static_cast<size_t>(row);
            if (left.equals_none[place]) continue;
            for (EntryNumber other : by_key.of(left.keys[place])) {
                if (!right.equals_none[other]) candidates.add(row, other, right.rows[other]);
            }
            if (candidates.size() < PairsAtOnce) continue;
            give_pairs(found, std::exchange(candidates, {}), output);
        }
        give_pairs(found, std::move(candidates), output);
        give_alone(found, output);
    }

    bool is_one_sided() const { return kind_ == JoinKind::Semi || kind_ == JoinKind::Anti; }

    void give_pairs(Found& found, Matches candidates, Output& output) const {
        Matches pairs = test_.passed(std::move(candidates), found.left, JoinInput::Left, types_[1],
                                     job_.session());
        JoinedRows joined;
        for (size_t pair = 0; pair < pairs.size(); ++pair) {
            found.is_left_met[static_cast<size_t>(pairs.rows[pair])] = 1;
            found.is_right_met[pairs.entries[pair]] = 1;
            joined.add(Change::Insert, pairs.rows[pair], static_cast<int64_t>(pair));
        }
        if (joined.is_empty() || is_one_sided()) return;
        output.take(joined.both(found.left, JoinInput::Left, pairs, types_[1]));
    }

    // Rows by whether they have met one of the other side.
    void give_alone(const Found& found, Output& output) const {
        bool keeps_left = kind_ == JoinKind::Left || kind_ == JoinKind::Full;
        bool keeps_right = kind_ == JoinKind::Right || kind_ == JoinKind::Full;
        JoinedRows joined;
        for (size_t row = 0; (keeps_left || is_one_sided()) && row < found.is_left_met.size();
             ++row) {
            bool is_wanted = (found.is_left_met[row] != 0) == (kind_ == JoinKind::Semi);
            auto number = static_cast<int64_t>(row);
            if (is_wanted) joined.add(Change::Insert, number, JoinedRows::None);
        }
        Matches rights{.others = found.window.sides[1].rows};
        for (size_t row = 0; keeps_right && row < found.is_right_met.size(); ++row) {
            auto number = static_cast<int64_t>(row);
            if (!found.is_right_met[row]) joined.add(Change::Insert, JoinedRows::None, number);
        }
        if (joined.is_empty()) return;
        output.take(is_one_sided() ? joined.own(found.left)
                                   : joined.both(found.left, JoinInput::Left, rights, types_[1]));
    }

    const JobContext& job_;
    JoinKind kind_;
    std::array<size_t, 2> ends_;
    std::array<JoinKeys, 2> keys_of_;
    std::array<std::vector<sql::Type>, 2> types_;
    JoinTest test_;
    WindowTime time_;
    std::map<int64_t, WindowRows> windows_;  // by their end
};

void WindowJoinOperator::save(OperatorState& state) {
    for (size_t side : {0, 1}) {
        std::vector<std::string_view> keys;
        std::vector<int64_t> ends;
        std::vector<std::string_view> rows;
        std::vector<int64_t> equals_none;
        for (const auto& [end, window] : windows_) {
            const SideRows& own = window.sides[side];
            for (size_t row = 0; row < own.rows.size(); ++row) {
                keys.push_back(window.keys.key(own.keys[row]));
                ends.push_back(end);
                rows.push_back(own.rows[row]);
                equals_none.push_back(own.equals_none[row]);
            }
        }
        state.put(SideNames[side], state_rows({{"key", bytes_column(keys)},
                                               {"window end", number_column(ends)},
                                               {"row", bytes_column(rows)},
                                               {"equals none", number_column(equals_none)}}));
    }
    time_.save(state);
}

void WindowJoinOperator::restore(const OperatorState& state) {
    for (size_t side : {0, 1}) {
        for (const StateRows& saved : state.keyed(SideNames[side], job_.keys)) {
            std::vector<std::string_view> keys = bytes_of(saved, 0);
            std::vector<int64_t> ends = numbers_of(saved, 1);
            std::vector<std::string_view> rows = bytes_of(saved, 2);
            std::vector<int64_t> equals_none = numbers_of(saved, 3);
            for (size_t i = 0; i < keys.size(); ++i) {
                WindowRows& window = windows_[ends[i]];
                window.sides[side].add(rows[i], window.keys.add(keys[i]).number,
                                       equals_none[i] != 0);
            }
        }
    }
    time_.restore(state);
}

}  // namespace

OperatorPtr made(const sql::stream::WindowJoin& step, const sql::StreamPlan&,
                 const JobContext& job) {
    return std::make_unique<WindowJoinOperator>(step, job);
}

}  // namespace tarn::engine
