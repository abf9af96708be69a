// MATCH_RECOGNIZE: rows wait until the watermark has come to them, by processing time until their
// millisecond is over where they have an order within it, and go on to the matches of their keys.
#include <algorithm>
#include <map>
#include <queue>
#include <tuple>

#include "engine/aggregation/pending_rows.hpp"
#include "engine/operators/column_types.hpp"
#include "engine/patterns/match_state.hpp"
#include "engine/patterns/pattern_operators.hpp"
#include "engine/patterns/questions.hpp"
#include "sql/plan/order.hpp"
#include "sql/values/readers.hpp"

namespace tarn::engine {
namespace {

class MatchOperator final : public Operator {
public:
    MatchOperator(const sql::stream::Match& step, const JobContext& job);

    void take(size_t, const ChangeBatch& batch, Output& output) override;
    void advance(EventTime watermark, Output& output) override;

    std::optional<int64_t> wakes_at_ms() const override;
    void wake(int64_t now_ms, Output& output) override;

    void save(OperatorState& state) override;
    void restore(const OperatorState& state) override;
    size_t state_bytes() const override;

private:
    // Rows of different keys, which know nothing of each other.
    using Round = std::vector<size_t>;
    struct Expiry {
        int64_t at;
        KeyNumber key;

        bool operator>(const Expiry& other) const { return at > other.at; }
    };

    bool waits_for_order() const { return !is_rowtime_ && !order_.empty(); }
    KeyNumber number_of(std::string_view key);
    void give_until(int64_t time, Output& output);
    TimedRows in_order(TimedRows due) const;
    static std::vector<Round> rounds_of(const TimedRows& due);
    void play(const Round& round, const TimedRows& due, const sql::PackedRows& rows);
    Questions asked_by(const Round& round, const TimedRows& due, const sql::PackedRows& rows) const;
    void expire_until(int64_t time);
    void give_found(Output& output);
    void forget_idle(const std::vector<KeyNumber>& keys);

    std::vector<size_t> partition_;
    size_t time_;
    std::vector<sql::SortKey> order_;  // of rows of one time
    bool is_rowtime_;
    std::vector<sql::Type> types_;  // of the input
    std::vector<sql::Bound> measures_;
    const JobContext& job_;
    Matcher matcher_;
    Conditions conditions_;
    MatchValues measured_;

    KeyTable keys_;
    PendingRows pending_;
    size_t taken_bytes_ = 0;
    std::vector<KeyMatches> matches_;  // by key
    std::vector<int64_t> waiting_;     // by key, how many of its rows do
    std::priority_queue<Expiry, std::vector<Expiry>, std::greater<>> expiries_;
    int64_t next_number_ = 0;  // of a row
    EventTime watermark_ = NoTimeYet;
    std::vector<FoundMatch> found_;  // to be given
};

MatchOperator::MatchOperator(const sql::stream::Match& step, const JobContext& job)
    : partition_(step.partition),
      time_(step.order.front().column),
      order_(step.order.begin() + 1, step.order.end()),
      is_rowtime_(step.input->columns[time_].time == sql::TimeRole::Rowtime),
      types_(types_of(step.input->columns)),
      measures_(step.pattern.measures),
      job_(job),
      matcher_(step.pattern),
      conditions_(step.pattern, types_),
      measured_(step.pattern.reads, types_) {}

// --- rows that wait

void MatchOperator::take(size_t, const ChangeBatch& batch, Output& output) {
    sql::PackedRows keys = packed(batch, partition_);
    sql::Reader<sql::Instant> times(batch.rows.columns[time_]);
    TimedRows come;
    sql::RowList in_time;
    sql::RowList late;
    for (int64_t row = 0; row < batch.size(); ++row) {
        int64_t time = is_rowtime_ ? times[row].millis : job_.now_ms();
        if (is_rowtime_ && time <= watermark_) {
            late.push_back(row);
            continue;
        }
        come.keys.push_back(number_of(keys[static_cast<size_t>(row)]));
        ++waiting_[come.keys.back()];
        come.times.push_back(time);
        in_time.push_back(row);
    }
    if (!late.empty()) output.refuse(taken(batch, late), Refusal::Late);
    come.rows = late.empty() ? batch.rows : taken(batch.rows, in_time);
    pending_.add(std::move(come));
    if (!is_rowtime_ && !waits_for_order()) give_until(EndOfTime, output);
}

KeyNumber MatchOperator::number_of(std::string_view key) {
    KeyTable::Numbered found = keys_.add(key);
    if (found.is_new) {
        if (found.number >= matches_.size()) {
            matches_.resize(found.number + 1);
            waiting_.resize(found.number + 1);
        }
        matches_[found.number] = matcher_.begin();
        waiting_[found.number] = 0;
    }
    return found.number;
}

void MatchOperator::advance(EventTime watermark, Output& output) {
    watermark_ = watermark;
    if (is_rowtime_) {
        give_until(watermark, output);
        expire_until(watermark);
        give_found(output);
    } else if (watermark == EndOfTime) {
        give_until(EndOfTime, output);
    }
    output.advance(watermark);
}

std::optional<int64_t> MatchOperator::wakes_at_ms() const {
    if (is_rowtime_) return std::nullopt;
    std::optional<int64_t> at;
    if (!expiries_.empty()) at = expiries_.top().at;
    if (!pending_.is_empty()) {
        int64_t next = pending_.first_time() + 1;
        at = at ? std::min(*at, next) : next;
    }
    return at;
}

void MatchOperator::wake(int64_t now_ms, Output& output) {
    give_until(now_ms - 1, output);
    expire_until(now_ms);
    give_found(output);
}

TimedRows MatchOperator::in_order(TimedRows due) const {
    if (order_.empty() || due.keys.empty()) return due;
    std::vector<std::string> orders = sql::order_keys(order_, due.rows);
    sql::RowList rows = sql::all_rows(due.rows.rows);
    auto place_of = [&](int64_t row) {
        auto place = static_cast<size_t>(row);
        // Those that are alike stay as they came.
        return std::tuple<int64_t, std::string_view, int64_t>(due.times[place], orders[place], row);
    };
    std::ranges::sort(rows, {}, place_of);
    TimedRows sorted{sql::taken(due.rows, rows), {}, {}};
    for (int64_t row : rows) {
        sorted.times.push_back(due.times[static_cast<size_t>(row)]);
        sorted.keys.push_back(due.keys[static_cast<size_t>(row)]);
    }
    return sorted;
}

// --- rows that are due

void MatchOperator::give_until(int64_t time, Output& output) {
    TimedRows due = in_order(pending_.take_until(time));
    if (due.keys.empty()) return;
    sql::PackedRows rows = sql::packed(due.rows.columns, due.rows.rows);
    conditions_.look_at(due.rows, job_.session());
    for (const Round& round : rounds_of(due)) play(round, due, rows);
    for (KeyNumber key : due.keys) --waiting_[key];
    forget_idle(due.keys);
    give_found(output);
}

// The first row of each key, then the second one of each, and so on.
std::vector<MatchOperator::Round> MatchOperator::rounds_of(const TimedRows& due) {
    std::vector<Round> rounds;
    std::map<KeyNumber, size_t> counts;
    for (size_t row = 0; row < due.keys.size(); ++row) {
        size_t round = counts[due.keys[row]]++;
        if (round == rounds.size()) rounds.emplace_back();
        rounds[round].push_back(row);
    }
    return rounds;
}

void MatchOperator::play(const Round& round, const TimedRows& due, const sql::PackedRows& rows) {
    for (size_t row : round) matcher_.expire(matches_[due.keys[row]], due.times[row], found_);
    std::vector<uint8_t> answers = asked_by(round, due, rows).answers(job_.session());
    size_t first = 0;
    for (size_t row : round) {
        KeyMatches& matches = matches_[due.keys[row]];
        size_t count = matches.open.all().size() * conditions_.size();
        ComingRow coming(rows[row], due.times[row], next_number_++, taken_bytes_);
        bool begins =
            matcher_.take(matches, coming, std::span(answers).subspan(first, count), found_);
        first += count;
        auto expiry = matcher_.expiry_of(due.times[row]);
        if (begins && expiry) expiries_.push({*expiry, due.keys[row]});
    }
}

Questions MatchOperator::asked_by(const Round& round, const TimedRows& due,
                                  const sql::PackedRows& rows) const {
    Questions questions(conditions_);
    for (size_t row : round) {
        for (const OpenMatch& match : matches_[due.keys[row]].open.all()) {
            questions.ask({match.path.get(), due.times[row], rows[row]}, row,
                          matcher_.asked(match));
        }
    }
    return questions;
}

void MatchOperator::expire_until(int64_t time) {
    std::vector<KeyNumber> keys;
    while (!expiries_.empty() && expiries_.top().at <= time) {
        KeyNumber key = expiries_.top().key;
        expiries_.pop();
        if (!keys_.has(key)) continue;
        matcher_.expire(matches_[key], time, found_);
        keys.push_back(key);
    }
    forget_idle(keys);
}

// A key without a match that has begun is as good as a new one.
void MatchOperator::forget_idle(const std::vector<KeyNumber>& keys) {
    for (KeyNumber key : keys) {
        bool is_idle = keys_.has(key) && waiting_[key] == 0 && matches_[key].are_idle();
        if (!is_idle) continue;
        keys_.forget(key);
        matches_[key] = {};
    }
}

// --- matches that are found

void MatchOperator::give_found(Output& output) {
    if (found_.empty()) return;
    std::vector<MatchSoFar> matches;
    std::vector<std::string_view> rows;  // one of each, for the columns of its partition
    for (const FoundMatch& each : found_) {
        matches.push_back({each.path.get(), each.time});
        rows.emplace_back(each.path->row->bytes());
    }
    sql::Batch any{sql::unpacked(rows, types_), static_cast<int64_t>(rows.size())};
    sql::Batch result{sql::chosen(any, partition_), any.rows};
    sql::Session session = job_.session();
    sql::Batch values = measured_.of(matches, session);
    for (const sql::Bound& measure : measures_) {
        result.columns.push_back(sql::evaluate(measure, values, session));
    }
    found_.clear();
    output.take({std::move(result)});
}

// --- state

void MatchOperator::save(OperatorState& state) {
    std::vector<MatchesOfKey> matches;
    for (KeyNumber key : keys_.numbers()) matches.push_back({keys_.key(key), matches_[key]});
    save_matches(matches, state);
    pending_.save(state, keys_);
    put_time(state, "watermark", watermark_);
}

void MatchOperator::restore(const OperatorState& state) {
    auto matches_of = [&](std::string_view key) -> KeyMatches& {
        bool is_new = keys_.find(key) == NoKey;
        KeyMatches& matches = matches_[number_of(key)];
        if (is_new) matches = {};
        return matches;
    };
    int64_t last = restore_matches(state, job_.keys, matches_of, taken_bytes_);
    next_number_ = std::max(next_number_, last + 1);
    for (KeyNumber key : keys_.numbers()) {
        for (const OpenMatch& match : matches_[key].open.all()) {
            auto at = matcher_.expiry_of(match.first_time);
            if (at && match.has_begun()) expiries_.push({*at, key});
        }
    }
    pending_.restore(state, job_.keys, types_, [this](std::string_view key) {
        KeyNumber number = number_of(key);
        ++waiting_[number];
        return number;
    });
    watermark_ = latest_time(state, "watermark", watermark_);
}

size_t MatchOperator::state_bytes() const {
    return pending_.bytes() + taken_bytes_ +
           keys_.end() * (sizeof(std::string) + sizeof(KeyMatches) + 4 * sizeof(int64_t)) +
           expiries_.size() * sizeof(Expiry);
}

}  // namespace

OperatorPtr made(const sql::stream::Match& step, const sql::StreamPlan&, const JobContext& job) {
    return std::make_unique<MatchOperator>(step, job);
}

}  // namespace tarn::engine
