// OVER in the order of a time: values over the rows of a partition up to each row. Rows wait until
// the watermark has come to them, or by processing time until their millisecond is over where that
// matters, and go on in the order of their times.
#include <algorithm>
#include <array>
#include <functional>
#include <queue>

#include "base/error.hpp"
#include "engine/aggregation/aggregation.hpp"
#include "engine/aggregation/over_calls.hpp"
#include "sql/values/readers.hpp"

namespace tarn::engine {
namespace {

PastFrame frame_of(const sql::stream::Over& step) {
    PastFrame frame{step.frame.is_by_rows};
    if (step.frame.from.kind == sql::FrameBound::Kind::Preceding) {
        frame.preceding = step.frame.from.offset;
    }
    if (step.frame.from.kind == sql::FrameBound::Kind::CurrentRow) frame.preceding = 0;
    return frame;
}

class OverOperator final : public Operator {
public:
    OverOperator(const sql::stream::Over& step, const JobContext& job);

    void take(size_t, const ChangeBatch& batch, Output& output) override;
    void advance(EventTime watermark, Output& output) override;

    std::optional<int64_t> wakes_at_ms() const override;
    void wake(int64_t now_ms, Output& output) override;

    void save(OperatorState& state) override;
    void restore(const OperatorState& state) override;
    size_t state_bytes() const override;

private:
    // A frame with calls, and the places of their values behind the columns of the input.
    struct Part {
        OverCalls calls;
        std::vector<size_t> places;
    };
    struct Cleanup {
        int64_t at;
        KeyNumber key;

        bool operator>(const Cleanup& other) const { return at > other.at; }
    };

    void add_part(PastFrame frame, const sql::stream::Over& step,
                  const std::function<bool(const sql::OverCall&)>& has);
    bool is_late(std::string_view key, int64_t time) const;
    void expect(KeyNumber key, int64_t time);
    void give_until(int64_t time, Output& output);
    void clean_up(int64_t time);
    void expire(int64_t now_ms);
    void forget(const std::vector<KeyNumber>& keys);
    void begin(KeyNumber key);
    // Rows of one millisecond are one another's peers, which may still come.
    bool waits_for_peers() const { return !is_rowtime_ && !frame_.is_by_rows && frame_.preceding; }
    bool has_ttl() const { return job_.state_ttl.count() > 0; }

    std::vector<size_t> partition_;
    size_t time_;
    bool is_rowtime_;
    PastFrame frame_;
    std::vector<sql::Type> types_;  // of the input
    size_t call_count_;
    const JobContext& job_;
    std::vector<Part> parts_;

    KeyTable keys_;
    PendingRows pending_;
    EventTime watermark_ = NoTimeYet;
    // By key: how far it has come, when it is cleaned up (0 for never), when it was touched, and
    // how many of its rows wait.
    std::vector<int64_t> last_times_;
    std::vector<int64_t> cleanup_times_;
    std::vector<int64_t> touched_ms_;
    std::vector<int64_t> waiting_;
    std::priority_queue<Cleanup, std::vector<Cleanup>, std::greater<>> cleanups_;
    std::optional<int64_t> expires_at_ms_;
};

OverOperator::OverOperator(const sql::stream::Over& step, const JobContext& job)
    : partition_(step.partition),
      time_(step.time.column),
      is_rowtime_(step.input->columns[time_].time == sql::TimeRole::Rowtime),
      frame_(frame_of(step)),
      call_count_(step.calls.size()),
      job_(job) {
    if (!step.input->changes.is_insert_only()) {
        throw Error(ErrorCode::InvalidInput,
                    "OVER does not run yet over rows that change; aggregate in windows first, "
                    "which give each row once");
    }
    for (const sql::PlanColumn& column : step.input->columns) types_.push_back(column.type);
    auto is_number = [](const sql::OverCall& call) { return call.name == "ROW_NUMBER"; };
    // By processing time no row has peers, as long as nothing is taken back.
    PastFrame frame = frame_;
    frame.is_by_rows |= !is_rowtime_ && !frame.preceding;
    add_part({.is_by_rows = true}, step, is_number);
    add_part(frame, step, [&](const sql::OverCall& call) { return !is_number(call); });
}

void OverOperator::add_part(PastFrame frame, const sql::stream::Over& step,
                            const std::function<bool(const sql::OverCall&)>& has) {
    std::vector<sql::OverCall> calls;
    std::vector<size_t> places;
    for (size_t i = 0; i < step.calls.size(); ++i) {
        if (!has(step.calls[i])) continue;
        calls.push_back(step.calls[i]);
        places.push_back(i);
    }
    if (calls.empty()) return;
    parts_.push_back({OverCalls(frame, calls, step.input->columns), std::move(places)});
}

void OverOperator::take(size_t, const ChangeBatch& batch, Output& output) {
    sql::PackedRows keys = packed(batch, partition_);
    sql::Reader<sql::Instant> times(batch.rows.columns[time_]);
    TimedRows come;
    sql::RowList in_time;
    sql::RowList late;
    for (int64_t row = 0; row < batch.size(); ++row) {
        std::string_view key = keys[static_cast<size_t>(row)];
        int64_t time = is_rowtime_ ? times[row].millis : job_.now_ms();
        if (is_rowtime_ && is_late(key, time)) {
            late.push_back(row);
            continue;
        }
        KeyTable::Numbered found = keys_.add(key);
        if (found.is_new) begin(found.number);
        expect(found.number, time);
        in_time.push_back(row);
        come.times.push_back(time);
        come.keys.push_back(found.number);
    }
    if (!late.empty()) output.refuse(taken(batch, late), Refusal::Late);
    come.rows = late.empty() ? batch.rows : taken(batch.rows, in_time);
    pending_.add(std::move(come));
    if (!is_rowtime_ && !waits_for_peers()) give_until(EndOfTime, output);
}

// As Flink has it: a row is late behind the watermark where its frame has no bound, and otherwise
// where its key has come farther, for which Flink begins in 1970: tests/sql/changelogs/over.test.
bool OverOperator::is_late(std::string_view key, int64_t time) const {
    if (!frame_.preceding) return time <= watermark_;
    KeyNumber number = keys_.find(key);
    return time <= (number == NoKey ? 0 : last_times_[number]);
}

// Notes when a key with a frame of some time can be forgotten: half as much time later, so that it
// is not noted with every row.
void OverOperator::expect(KeyNumber key, int64_t time) {
    touched_ms_[key] = job_.now_ms();
    ++waiting_[key];
    if (frame_.is_by_rows || !frame_.preceding) return;
    int64_t preceding = *frame_.preceding;
    int64_t& at = cleanup_times_[key];
    if (at >= time + preceding + 1) return;
    at = time + preceding + preceding / 2 + 1;
    cleanups_.push({at, key});
}

void OverOperator::begin(KeyNumber key) {
    for (auto* each : {&last_times_, &cleanup_times_, &touched_ms_, &waiting_}) {
        if (key >= each->size()) each->resize(key + 1);
        (*each)[key] = 0;
    }
    if (has_ttl() && !expires_at_ms_) expires_at_ms_ = job_.now_ms() + job_.state_ttl.count();
}

void OverOperator::advance(EventTime watermark, Output& output) {
    watermark_ = watermark;
    if (is_rowtime_) {
        give_until(watermark, output);
        clean_up(watermark);
    }
    if (watermark == EndOfTime) give_until(EndOfTime, output);
    output.advance(watermark);
}

void OverOperator::give_until(int64_t time, Output& output) {
    TimedRows due = pending_.take_until(time);
    if (due.keys.empty()) return;
    for (size_t i = 0; i < due.keys.size(); ++i) {
        last_times_[due.keys[i]] = due.times[i];
        --waiting_[due.keys[i]];
    }
    sql::Columns values(call_count_);
    for (Part& part : parts_) {
        sql::Columns columns = part.calls.take(due);
        for (size_t i = 0; i < columns.size(); ++i) values[part.places[i]] = columns[i];
    }
    ChangeBatch result{std::move(due.rows)};
    for (sql::Column& value : values) result.rows.columns.push_back(std::move(value));
    output.take(result);
}

// Moments that were noted before later rows came are none any more.
void OverOperator::clean_up(int64_t time) {
    std::vector<KeyNumber> ended;
    while (!cleanups_.empty() && cleanups_.top().at <= time) {
        auto [at, key] = cleanups_.top();
        cleanups_.pop();
        if (keys_.has(key) && cleanup_times_[key] == at) ended.push_back(key);
    }
    forget(ended);
}

void OverOperator::expire(int64_t now_ms) {
    std::vector<KeyNumber> ended;
    for (KeyNumber key : keys_.numbers()) {
        bool is_over = touched_ms_[key] + job_.state_ttl.count() <= now_ms;
        if (is_over && waiting_[key] == 0 && cleanup_times_[key] == 0) ended.push_back(key);
    }
    forget(ended);
    expires_at_ms_.reset();
    if (keys_.size() > 0) expires_at_ms_ = now_ms + job_.state_ttl.count();
}

void OverOperator::forget(const std::vector<KeyNumber>& keys) {
    if (keys.empty()) return;
    for (KeyNumber key : keys) keys_.forget(key);
    for (Part& part : parts_) part.calls.forget(keys);
}

std::optional<int64_t> OverOperator::wakes_at_ms() const {
    std::optional<int64_t> at = expires_at_ms_;
    if (waits_for_peers() && !pending_.is_empty()) {
        int64_t next = pending_.first_time() + 1;
        at = at ? std::min(*at, next) : next;
    }
    return at;
}

void OverOperator::wake(int64_t now_ms, Output& output) {
    if (waits_for_peers()) {
        give_until(now_ms - 1, output);
        clean_up(now_ms - 1);
    }
    if (expires_at_ms_ && *expires_at_ms_ <= now_ms) expire(now_ms);
}

void OverOperator::save(OperatorState& state) {
    std::vector<KeyNumber> keys = keys_.numbers();
    std::vector<std::string_view> texts;
    std::array<std::vector<int64_t>, 3> numbers;
    for (KeyNumber key : keys) {
        texts.push_back(keys_.key(key));
        numbers[0].push_back(last_times_[key]);
        numbers[1].push_back(cleanup_times_[key]);
        numbers[2].push_back(touched_ms_[key]);
    }
    std::vector<StateColumn> columns{{"key", bytes_column(texts)},
                                     {"last", number_column(numbers[0])},
                                     {"cleanup", number_column(numbers[1])},
                                     {"touched", number_column(numbers[2])}};
    for (const Part& part : parts_) {
        for (StateColumn& each : part.calls.states(keys)) columns.push_back(std::move(each));
    }
    state.put("keys", state_rows(columns));
    pending_.save(state, keys_);
    put_time(state, "watermark", watermark_);
}

void OverOperator::restore(const OperatorState& state) {
    for (const StateRows& rows : state.keyed("keys", job_.keys)) {
        std::vector<KeyNumber> keys;
        for (std::string_view key : bytes_of(rows, 0)) {
            keys.push_back(keys_.add(key).number);
            begin(keys.back());
        }
        std::vector<int64_t> last = numbers_of(rows, 1);
        std::vector<int64_t> cleanup = numbers_of(rows, 2);
        std::vector<int64_t> touched = numbers_of(rows, 3);
        for (size_t i = 0; i < keys.size(); ++i) {
            last_times_[keys[i]] = last[i];
            cleanup_times_[keys[i]] = cleanup[i];
            touched_ms_[keys[i]] = touched[i];
            if (cleanup[i] != 0) cleanups_.push({cleanup[i], keys[i]});
        }
        int column = 4;
        for (Part& part : parts_) column = part.calls.restore(keys, rows, column);
    }
    pending_.restore(state, job_.keys, types_, [this](std::string_view key) {
        KeyNumber number = keys_.find(key);
        ++waiting_[number];
        return number;
    });
    watermark_ = latest_time(state, "watermark", watermark_);
}

size_t OverOperator::state_bytes() const {
    size_t bytes = pending_.bytes() + keys_.end() * (sizeof(std::string) + 8 * sizeof(int64_t));
    for (const Part& part : parts_) bytes += part.calls.bytes();
    return bytes;
}

}  // namespace

OperatorPtr made(const sql::stream::Over& step, const sql::StreamPlan&, const JobContext& job) {
    return std::make_unique<OverOperator>(step, job);
}

}  // namespace tarn::engine
