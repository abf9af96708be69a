// Rows with the version of a row of the other side that was valid at their time, as Flink's
// TemporalRowTimeJoinOperator gives them: a left row waits until the watermark says that all
// versions up to its time are there.
#include <map>
#include <set>

#include "engine/joins/joins.hpp"
#include "engine/joins/matches.hpp"
#include "engine/operators/column_types.hpp"
#include "sql/values/readers.hpp"

namespace tarn::engine {
namespace {

constexpr EventTime NotAwaited = INT64_MAX;

struct WaitingRow {
    int64_t time;
    Change kind;
    std::string row;
};

struct Version {
    std::string row;
    bool is_deleted;
};

struct VersionsOfKey {
    std::vector<WaitingRow> waiting;  // as they came
    std::map<int64_t, Version> versions;
    int64_t timer = NotAwaited;

    // The one that is valid then; null when there is none.
    const Version* at(int64_t time) const {
        auto later = versions.upper_bound(time);
        if (later == versions.begin()) return nullptr;
        const Version& version = std::prev(later)->second;
        return version.is_deleted ? nullptr : &version;
    }

    // What is valid at the watermark may be asked for again, what was before that may not.
    void forget_before(int64_t watermark) {
        auto later = versions.upper_bound(watermark);
        if (later != versions.begin()) versions.erase(versions.begin(), std::prev(later));
    }
};

class TemporalJoinOperator final : public Operator {
public:
    TemporalJoinOperator(const sql::stream::TemporalJoin& step, const JobContext& job)
        : job_(job),
          times_{step.left_time, step.right_time},
          keys_of_{JoinKeys(step.on, JoinInput::Left), JoinKeys(step.on, JoinInput::Right)},
          types_{types_of(step.left->columns), types_of(step.right->columns)},
          test_(step.on, step.left->columns.size()),
          keeps_left_(step.on.kind == sql::JoinKind::Left) {}

    void take(size_t input, const ChangeBatch& batch, Output&) override {
        sql::PackedRows keys = keys_of_[input].of(batch).bytes;
        sql::PackedRows rows = packed(batch);
        sql::Reader<sql::Instant> times(batch.rows.columns[times_[input]]);
        for (int64_t row = 0; row < batch.size(); ++row) {
            auto place = static_cast<size_t>(row);
            auto [key, is_new] = keys_.try_emplace(std::string(keys[place]));
            int64_t time = times[row].millis;
            std::string bytes(rows[place]);
            Change kind = batch.kind(row);
            if (input == 0) {
                key->second.waiting.push_back({time, kind, std::move(bytes)});
            } else {
                key->second.versions.insert_or_assign(
                    time, Version{std::move(bytes), !is_addition(kind)});
            }
            set_timer(key->first, key->second, time);
        }
    }

    void advance(EventTime watermark, Output& output) override {
        Due due;
        while (!timers_.empty() && timers_.begin()->first <= watermark) {
            auto timer = timers_.extract(timers_.begin());
            fire(timer.value().second, watermark, due);
        }
        give(due, output);
        output.advance(watermark);
    }

    void save(OperatorState& state) override;
    void restore(const OperatorState& state) override;

private:
    // Left rows whose time has come, each with its version.
    struct Due {
        std::vector<std::string> rows = {};
        std::vector<Change> kinds = {};
        std::vector<std::optional<std::string>> versions = {};
    };

    // A key has one timer, for the first of its times.
    void set_timer(const std::string& name, VersionsOfKey& key, int64_t time) {
        if (time >= key.timer) return;
        if (key.timer != NotAwaited) timers_.erase({key.timer, name});
        key.timer = time;
        timers_.emplace(time, name);
    }

    void fire(const std::string& name, EventTime watermark, Due& due) {
        VersionsOfKey& key = keys_.find(name)->second;
        key.timer = NotAwaited;
        std::vector<WaitingRow> waiting = std::exchange(key.waiting, {});
        for (WaitingRow& row : waiting) {
            if (row.time > watermark) {
                set_timer(name, key, row.time);
                key.waiting.push_back(std::move(row));
                continue;
            }
            const Version* version = key.at(row.time);
            due.rows.push_back(std::move(row.row));
            due.kinds.push_back(row.kind);
            due.versions.push_back(version ? std::optional(version->row) : std::nullopt);
        }
        key.forget_before(watermark);
    }

    void give(const Due& due, Output& output) const {
        if (due.rows.empty()) return;
        std::vector<std::string_view> rows(due.rows.begin(), due.rows.end());
        ChangeBatch batch{{sql::unpacked(rows, types_[0]), static_cast<int64_t>(rows.size())},
                          due.kinds};
        JoinKeys::OfBatch keys = keys_of_[0].of(batch);
        Matches pairs;
        for (size_t row = 0; row < due.rows.size(); ++row) {
            auto number = static_cast<int64_t>(row);
            if (!due.versions[row] || keys.equals_none(number)) continue;
            pairs.add(number, 0, *due.versions[row]);
        }
        pairs = test_.passed(std::move(pairs), batch, JoinInput::Left, types_[1], job_.session());
        JoinedRows joined;
        size_t pair = 0;
        for (int64_t row = 0; row < batch.size(); ++row) {
            if (pair < pairs.size() && pairs.rows[pair] == row) {
                joined.add(batch.kind(row), row, static_cast<int64_t>(pair++));
            } else if (keeps_left_) {
                joined.add(batch.kind(row), row, JoinedRows::None);
            }
        }
        if (joined.is_empty()) return;
        output.take(joined.both(batch, JoinInput::Left, pairs, types_[1]));
    }

    const JobContext& job_;
    std::array<size_t, 2> times_;
    std::array<JoinKeys, 2> keys_of_;
    std::array<std::vector<sql::Type>, 2> types_;
    JoinTest test_;
    bool keeps_left_;
    std::map<std::string, VersionsOfKey, std::less<>> keys_;
    std::set<std::pair<int64_t, std::string>> timers_;
};

void TemporalJoinOperator::save(OperatorState& state) {
    std::array<std::vector<std::string_view>, 2> keys;
    std::array<std::vector<std::string_view>, 2> rows;
    std::array<std::vector<int64_t>, 2> times;
    std::array<std::vector<int64_t>, 2> kinds;
    std::vector<std::string_view> names;
    std::vector<int64_t> timers;
    auto add = [&](size_t side, std::string_view key, std::string_view row, int64_t time,
                   Change kind) {
        keys[side].push_back(key);
        rows[side].push_back(row);
        times[side].push_back(time);
        kinds[side].push_back(static_cast<int64_t>(kind));
    };
    for (const auto& [name, key] : keys_) {
        names.push_back(name);
        timers.push_back(key.timer);
        for (const WaitingRow& row : key.waiting) add(0, name, row.row, row.time, row.kind);
        for (const auto& [time, version] : key.versions) {
            add(1, name, version.row, time, version.is_deleted ? Change::Delete : Change::Insert);
        }
    }
    constexpr std::array<const char*, 2> Names{"waiting", "versions"};
    for (size_t side : {0, 1}) {
        state.put(Names[side], state_rows({{"key", bytes_column(keys[side])},
                                           {"row", bytes_column(rows[side])},
                                           {"time", number_column(times[side])},
                                           {"kind", number_column(kinds[side])}}));
    }
    state.put("timers",
              state_rows({{"key", bytes_column(names)}, {"time", number_column(timers)}}));
}

void TemporalJoinOperator::restore(const OperatorState& state) {
    auto read = [&](std::string_view table, auto add) {
        for (const StateRows& saved : state.keyed(table, job_.keys)) {
            std::vector<std::string_view> keys = bytes_of(saved, 0);
            std::vector<std::string_view> rows = bytes_of(saved, 1);
            std::vector<int64_t> times = numbers_of(saved, 2);
            std::vector<int64_t> kinds = numbers_of(saved, 3);
            for (size_t i = 0; i < keys.size(); ++i) {
                add(keys_[std::string(keys[i])], std::string(rows[i]), times[i],
                    static_cast<Change>(kinds[i]));
            }
        }
    };
    read("waiting", [](VersionsOfKey& key, std::string row, int64_t time, Change kind) {
        key.waiting.push_back({time, kind, std::move(row)});
    });
    read("versions", [](VersionsOfKey& key, std::string row, int64_t time, Change kind) {
        key.versions.emplace(time, Version{std::move(row), kind == Change::Delete});
    });
    for (const StateRows& saved : state.keyed("timers", job_.keys)) {
        std::vector<std::string_view> keys = bytes_of(saved, 0);
        std::vector<int64_t> times = numbers_of(saved, 1);
        for (size_t i = 0; i < keys.size(); ++i) {
            if (times[i] == NotAwaited) continue;
            auto key = keys_.try_emplace(std::string(keys[i])).first;
            set_timer(key->first, key->second, times[i]);
        }
    }
}

}  // namespace

OperatorPtr made(const sql::stream::TemporalJoin& step, const sql::StreamPlan&,
                 const JobContext& job) {
    return std::make_unique<TemporalJoinOperator>(step, job);
}

}  // namespace tarn::engine
