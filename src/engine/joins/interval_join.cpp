// Rows whose times lie near to each other. It follows Flink's TimeIntervalJoin to the step: which
// rows are still there decides what a late one is joined to, and when a row without a partner is
// given up. Rows go when a timer of their key says so, which is set for the oldest one, and when a
// row of the other side comes by.
#include <map>
#include <set>

#include "engine/joins/joins.hpp"
#include "engine/joins/matches.hpp"
#include "engine/operators/column_types.hpp"
#include "sql/values/readers.hpp"

namespace tarn::engine {
namespace {

using sql::JoinKind;

constexpr int64_t NoTimer = INT64_MIN;

struct TimedRow {
    std::string row;
    bool has_partner = false;
};
using TimedRows = std::multimap<int64_t, TimedRow>;

// Of one key: the rows of both sides, and when to look for those that can go.
struct RowsOfKey {
    std::array<TimedRows, 2> rows;
    std::array<int64_t, 2> timers{NoTimer, NoTimer};

    bool is_empty() const {
        return rows[0].empty() && rows[1].empty() && timers[0] == NoTimer && timers[1] == NoTimer;
    }
};

class IntervalJoinOperator final : public Operator {
public:
    IntervalJoinOperator(const sql::stream::IntervalJoin& step, const JobContext& job)
        : job_(job),
          times_{step.left_time, step.right_time},
          is_rowtime_(step.is_rowtime),
          keys_of_{JoinKeys(step.on, JoinInput::Left), JoinKeys(step.on, JoinInput::Right)},
          types_{types_of(step.left->columns), types_of(step.right->columns)},
          test_(step.on, step.left->columns.size()),
          keeps_{step.on.kind == JoinKind::Left || step.on.kind == JoinKind::Full,
                 step.on.kind == JoinKind::Right || step.on.kind == JoinKind::Full},
          reach_{step.to_ms, -step.from_ms} {}

    void take(size_t number, const ChangeBatch& batch, Output& output) override {
        if (!is_rowtime_) now_ = job_.now_ms();
        Round round = round_of(static_cast<JoinInput>(number), batch);
        if (width() >= 0) find_candidates(round);
        round.matches =
            test_.passed(std::move(round.matches), batch, round.input,
                         types_[static_cast<size_t>(other_of(round.input))], job_.session());
        round.matches.columns.clear();
        size_t pair = 0;
        size_t gone = 0;
        for (int64_t row = 0; row < batch.size(); ++row) {
            bool is_matched = give_pairs(round, row, pair);
            give_gone(round, row, gone);
            keep(round, row, is_matched);
        }
        give(round, output);
    }

    void advance(EventTime watermark, Output& output) override {
        if (is_rowtime_) {
            now_ = std::max<int64_t>(watermark, 0);
            fire(output);
        }
        // A row without a partner may be given that late: nobody above is to miss it.
        bool is_held = is_rowtime_ && watermark != EndOfTime && watermark != NoTimeYet;
        output.advance(is_held ? watermark - std::max<int64_t>({reach_[0], reach_[1], 0})
                               : watermark);
    }

    std::optional<int64_t> wakes_at_ms() const override {
        if (is_rowtime_ || timers_.empty()) return std::nullopt;
        return timers_.begin()->first;
    }
    void wake(int64_t now_ms, Output& output) override {
        now_ = now_ms;
        fire(output);
    }

    void save(OperatorState& state) override;
    void restore(const OperatorState& state) override;

private:
    // A batch on its way.
    struct Round {
        JoinInput input;
        const ChangeBatch& batch;
        std::vector<int64_t> times;
        JoinKeys::OfBatch keys;
        sql::PackedRows rows;
        Matches matches = {};  // entries are numbers of `partners`
        std::vector<TimedRow*> partners = {};
        std::vector<std::pair<int64_t, TimedRows::node_type>> gone =
            {};  // by the row that met them
        JoinedRows joined = {};

        size_t own() const { return static_cast<size_t>(input); }
        size_t other() const { return 1 - own(); }
    };

    // A row of a side at t meets rows of the other one from t - reach(other) to t + reach(side).
    int64_t width() const { return reach_[0] + reach_[1]; }
    int64_t expiration(size_t side) const {
        return now_ == EndOfTime ? EndOfTime : now_ - reach_[side] - 1;
    }

    Round round_of(JoinInput input, const ChangeBatch& batch) const {
        auto side = static_cast<size_t>(input);
        std::vector<int64_t> times(static_cast<size_t>(batch.size()), now_);
        if (is_rowtime_) {
            sql::Reader<sql::Instant> reader(batch.rows.columns[times_[side]]);
            for (size_t row = 0; row < times.size(); ++row) {
                times[row] = reader[static_cast<int64_t>(row)].millis;
            }
        }
        return {input, batch, std::move(times), keys_of_[side].of(batch), packed(batch)};
    }

    void find_candidates(Round& round) {
        size_t other = round.other();
        for (int64_t row = 0; row < round.batch.size(); ++row) {
            int64_t time = round.times[static_cast<size_t>(row)];
            int64_t from = time - reach_[other];
            int64_t to = time + reach_[round.own()];
            if (expired_[other] >= to) continue;
            expired_[other] = expiration(other);
            auto known = keys_.find(round.keys[row]);
            if (known == keys_.end()) continue;
            TimedRows& rows = known->second.rows[other];
            bool equals_none = round.keys.equals_none(row);
            for (auto each = rows.lower_bound(from);
                 !equals_none && each != rows.end() && each->first <= to; ++each) {
                round.matches.add(row, static_cast<EntryNumber>(round.partners.size()),
                                  each->second.row);
                round.partners.push_back(&each->second);
            }
            while (!rows.empty() && rows.begin()->first <= expired_[other]) {
                round.gone.emplace_back(row, rows.extract(rows.begin()));
            }
        }
    }

    bool give_pairs(Round& round, int64_t row, size_t& pair) const {
        size_t begin = pair;
        for (; pair < round.matches.rows.size() && round.matches.rows[pair] == row; ++pair) {
            round.joined.add(Change::Insert, row, static_cast<int64_t>(pair));
            round.partners[round.matches.entries[pair]]->has_partner = true;
        }
        return pair > begin;
    }

    void give_gone(Round& round, int64_t row, size_t& gone) const {
        for (; gone < round.gone.size() && round.gone[gone].first == row; ++gone) {
            give_up(round, round.other(), round.gone[gone].second.mapped());
        }
    }

    // A row of that side goes, which is the other one of the round.
    void give_up(Round& round, size_t side, const TimedRow& row) const {
        if (!keeps_[side] || row.has_partner) return;
        auto number = static_cast<int64_t>(round.matches.others.size());
        round.joined.add(Change::Insert, JoinedRows::None, number);
        round.matches.others.push_back(row.row);
    }

    void keep(Round& round, int64_t row, bool is_matched) {
        size_t own = round.own();
        int64_t time = round.times[static_cast<size_t>(row)];
        if (width() >= 0 && now_ < time + reach_[own]) {
            RowsOfKey& key = keys_[std::string(round.keys[row])];
            std::string bytes(round.rows[static_cast<size_t>(row)]);
            key.rows[own].emplace(time, TimedRow{std::move(bytes), is_matched});
            if (key.timers[own] == NoTimer) set_timer(round.keys[row], key, own, time);
        } else if (!is_matched && keeps_[own]) {
            round.joined.add(Change::Insert, row, JoinedRows::None);
        }
    }

    void set_timer(std::string_view name, RowsOfKey& key, size_t side, int64_t oldest) {
        key.timers[side] = oldest + reach_[side] + 1;
        timers_.emplace(key.timers[side], std::string(name));
    }

    void fire(Output& output) {
        std::array<sql::Batch, 2> nothing{sql::Batch{sql::unpacked({}, types_[0]), 0},
                                          sql::Batch{sql::unpacked({}, types_[1]), 0}};
        std::array<ChangeBatch, 2> batches{ChangeBatch{nothing[0]}, ChangeBatch{nothing[1]}};
        // What a side gives up is seen from the other one.
        std::array<Round, 2> rounds{Round{JoinInput::Right, batches[1], {}, {}, {}},
                                    Round{JoinInput::Left, batches[0], {}, {}, {}}};
        while (!timers_.empty() && timers_.begin()->first <= now_) {
            auto timer = timers_.extract(timers_.begin());
            auto& [time, name] = timer.value();
            auto key = keys_.find(name);
            if (key == keys_.end()) continue;
            for (size_t side : {1, 0}) {
                if (key->second.timers[side] == time) clean(rounds[side], name, key->second, side);
            }
            if (key->second.is_empty()) keys_.erase(key);
        }
        for (Round& round : rounds) give(round, output);
    }

    void clean(Round& round, std::string_view name, RowsOfKey& key, size_t side) {
        expired_[side] = expiration(side);
        TimedRows& rows = key.rows[side];
        while (!rows.empty() && rows.begin()->first <= expired_[side]) {
            round.gone.emplace_back(0, rows.extract(rows.begin()));
            give_up(round, side, round.gone.back().second.mapped());
        }
        key.timers[side] = NoTimer;
        if (!rows.empty()) set_timer(name, key, side, rows.begin()->first);
    }

    void give(const Round& round, Output& output) const {
        if (round.joined.is_empty()) return;
        output.take(
            round.joined.both(round.batch, round.input, round.matches, types_[round.other()]));
    }

    const JobContext& job_;
    std::array<size_t, 2> times_;
    bool is_rowtime_;
    std::array<JoinKeys, 2> keys_of_;
    std::array<std::vector<sql::Type>, 2> types_;
    JoinTest test_;
    std::array<bool, 2> keeps_;
    std::array<int64_t, 2> reach_;
    std::map<std::string, RowsOfKey, std::less<>> keys_;
    std::set<std::pair<int64_t, std::string>> timers_;
    int64_t now_ = 0;
    std::array<int64_t, 2> expired_{};  // rows up to here are gone, or on their way
};

void IntervalJoinOperator::save(OperatorState& state) {
    for (size_t side : {0, 1}) {
        std::vector<std::string_view> keys;
        std::vector<std::string_view> rows;
        std::vector<int64_t> times;
        std::vector<int64_t> has_partner;
        for (const auto& [key, of_key] : keys_) {
            for (const auto& [time, row] : of_key.rows[side]) {
                keys.push_back(key);
                rows.push_back(row.row);
                times.push_back(time);
                has_partner.push_back(row.has_partner ? 1 : 0);
            }
        }
        state.put(SideNames[side], state_rows({{"key", bytes_column(keys)},
                                               {"row", bytes_column(rows)},
                                               {"time", number_column(times)},
                                               {"has partner", number_column(has_partner)}}));
    }
    std::vector<std::string_view> keys;
    std::array<std::vector<int64_t>, 2> timers;
    for (const auto& [key, of_key] : keys_) {
        keys.push_back(key);
        for (size_t side : {0, 1}) timers[side].push_back(of_key.timers[side]);
    }
    state.put("timers", state_rows({{"key", bytes_column(keys)},
                                    {"left", number_column(timers[0])},
                                    {"right", number_column(timers[1])}}));
    state.put("now", state_rows({{"time", number_column({&now_, 1})},
                                 {"left", number_column({&expired_[0], 1})},
                                 {"right", number_column({&expired_[1], 1})}}));
}

void IntervalJoinOperator::restore(const OperatorState& state) {
    for (size_t side : {0, 1}) {
        for (const StateRows& saved : state.keyed(SideNames[side], job_.keys)) {
            std::vector<std::string_view> keys = bytes_of(saved, 0);
            std::vector<std::string_view> rows = bytes_of(saved, 1);
            std::vector<int64_t> times = numbers_of(saved, 2);
            std::vector<int64_t> has_partner = numbers_of(saved, 3);
            for (size_t i = 0; i < keys.size(); ++i) {
                TimedRow row{std::string(rows[i]), has_partner[i] != 0};
                keys_[std::string(keys[i])].rows[side].emplace(times[i], std::move(row));
            }
        }
    }
    for (const StateRows& saved : state.keyed("timers", job_.keys)) {
        std::vector<std::string_view> keys = bytes_of(saved, 0);
        for (size_t side : {0, 1}) {
            std::vector<int64_t> times = numbers_of(saved, static_cast<int>(side) + 1);
            for (size_t i = 0; i < keys.size(); ++i) {
                if (times[i] == NoTimer) continue;
                keys_[std::string(keys[i])].timers[side] = times[i];
                timers_.emplace(times[i], keys[i]);
            }
        }
    }
    for (const StateRows& saved : state.all("now")) {
        for (int64_t time : numbers_of(saved, 0)) now_ = std::max(now_, time);
        for (size_t side : {0, 1}) {
            for (int64_t time : numbers_of(saved, static_cast<int>(side) + 1)) {
                expired_[side] = std::max(expired_[side], time);
            }
        }
    }
}

}  // namespace

OperatorPtr made(const sql::stream::IntervalJoin& step, const sql::StreamPlan&,
                 const JobContext& job) {
    return std::make_unique<IntervalJoinOperator>(step, job);
}

}  // namespace tarn::engine
