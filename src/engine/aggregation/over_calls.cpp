#include "engine/aggregation/over_calls.hpp"

#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "engine/aggregation/lag.hpp"

namespace tarn::engine {
namespace {

// With Flink, RANK and DENSE_RANK of endless streams count rows as ROW_NUMBER does, and rows of one
// time all have the number of the last: "RANK() OVER w" of tests/sql/changelogs/over.test.
sql::AccumulatorPtr accumulator_of(const sql::OverCall& call, sql::AggregateInput input) {
    if (call.function) return call.signature.accumulator(input);
    if (call.name == "LAG") return lag(call.type);
    TARN_ASSERT(call.name == "ROW_NUMBER" || call.name == "RANK" || call.name == "DENSE_RANK");
    return sql::find_aggregate("COUNT")->resolve({})->accumulator(input);
}

}  // namespace

struct OverCalls::Steps {
    std::vector<InRound> steps = {};
    std::vector<int64_t> of_rows = {};
    std::vector<InRound> added = {};
    std::vector<InRound> retracted = {};
    std::vector<std::string> gone = {};  // arguments of those that are taken back
};

OverCalls::OverCalls(PastFrame frame, const std::vector<sql::OverCall>& calls,
                     const std::vector<sql::PlanColumn>& input)
    : frame_(frame) {
    auto kind = frame.preceding ? sql::AggregateInput::Changes : sql::AggregateInput::Inserts;
    for (const sql::OverCall& call : calls) {
        accumulators_.push_back(accumulator_of(call, kind));
        std::vector<size_t>& places = arguments_.emplace_back();
        for (size_t column : call.arguments) {
            auto known = std::ranges::find(columns_, column);
            places.push_back(static_cast<size_t>(known - columns_.begin()));
            if (known != columns_.end()) continue;
            columns_.push_back(column);
            types_.push_back(input[column].type);
        }
    }
}

sql::Columns OverCalls::take(const TimedRows& rows) {
    sql::Batch come{chosen(rows.rows, columns_), rows.rows.rows};
    sql::PackedRows arguments;
    if (frame_.preceding) arguments = sql::packed(come.columns, come.rows);
    Steps steps = steps_of(rows, arguments);
    std::vector<std::string_view> gone_rows(steps.gone.begin(), steps.gone.end());
    sql::Batch gone{sql::unpacked(gone_rows, types_), static_cast<int64_t>(gone_rows.size())};
    Rounds rounds(steps.retracted, steps.added, steps.steps);
    sql::RowList values_of_rows;
    for (int64_t step : steps.of_rows) {
        values_of_rows.push_back(rounds.value_of_step[static_cast<size_t>(step)]);
    }
    sql::Columns results;
    for (size_t i = 0; i < accumulators_.size(); ++i) {
        sql::Column values = values_by_round(
            *accumulators_[i],
            arguments_of(rounds.retracted, chosen(gone, arguments_[i]), gone.rows),
            arguments_of(rounds.added, chosen(come, arguments_[i]), come.rows), rounds.values);
        results.push_back(taken(values, values_of_rows));
    }
    return results;
}

// Each row is a step, or in a range all rows of a partition with one time.
OverCalls::Steps OverCalls::steps_of(const TimedRows& rows, const sql::PackedRows& arguments) {
    Steps result;
    std::vector<int64_t> times;
    for (size_t i = 0; i < rows.keys.size(); ++i) {
        KeyNumber key = rows.keys[i];
        int64_t time = rows.times[i];
        if (key >= last_steps_.size()) last_steps_.resize(key + 1, -1);
        if (frame_.preceding && key >= frames_.size()) frames_.resize(key + 1);
        int64_t last = last_steps_[key] - first_step_;
        bool has_last = last_steps_[key] >= first_step_;
        size_t round = has_last ? result.steps[static_cast<size_t>(last)].round : 0;
        bool is_peer = has_last && !frame_.is_by_rows && times[static_cast<size_t>(last)] == time;
        if (!is_peer) {
            if (has_last) ++round;
            last = static_cast<int64_t>(result.steps.size());
            result.steps.push_back({last, key, round});
            times.push_back(time);
            last_steps_[key] = first_step_ + last;
            if (frame_.preceding) leave(frames_[key], time, key, round, result);
        }
        result.of_rows.push_back(last);
        result.added.push_back({static_cast<int64_t>(i), key, round});
        if (!frame_.preceding) continue;
        frames_[key].rows.push_back({time, std::string(arguments[i])});
    }
    first_step_ += static_cast<int64_t>(rows.keys.size());
    return result;
}

// Rows that are not in the frame of a row with this time, or of one more row.
void OverCalls::leave(FrameRows& frame, int64_t time, KeyNumber key, size_t round,
                      Steps& steps) const {
    while (has_left(frame, time)) {
        steps.retracted.push_back({static_cast<int64_t>(steps.gone.size()), key, round});
        steps.gone.push_back(std::move(frame.rows[frame.begin++].arguments));
    }
    if (frame.begin * 2 > frame.rows.size()) {
        frame.rows.erase(frame.rows.begin(),
                         frame.rows.begin() + static_cast<std::ptrdiff_t>(frame.begin));
        frame.begin = 0;
    }
}

bool OverCalls::has_left(const FrameRows& frame, int64_t time) const {
    size_t rows = frame.rows.size() - frame.begin;
    if (rows == 0) return false;
    if (frame_.is_by_rows) return static_cast<int64_t>(rows) > *frame_.preceding;
    return frame.rows[frame.begin].time < time - *frame_.preceding;
}

void OverCalls::forget(const std::vector<KeyNumber>& keys) {
    for (const sql::AccumulatorPtr& each : accumulators_) each->forget(keys);
    for (KeyNumber key : keys) {
        if (key < frames_.size()) frames_[key] = {};
        if (key < last_steps_.size()) last_steps_[key] = -1;
    }
}

std::vector<StateColumn> OverCalls::states(const std::vector<KeyNumber>& keys) const {
    std::vector<StateColumn> columns;
    for (size_t i = 0; i < accumulators_.size(); ++i) {
        for (const auto& each : accumulators_[i]->states(keys)) {
            columns.push_back({"value " + std::to_string(i), each});
        }
    }
    std::vector<std::string> frames;
    for (KeyNumber key : keys) frames.push_back(frame_text(key));
    std::vector<std::string_view> views(frames.begin(), frames.end());
    columns.push_back({"frame", bytes_column(views)});
    return columns;
}

int OverCalls::restore(const std::vector<KeyNumber>& keys, const StateRows& rows, int first) {
    for (const sql::AccumulatorPtr& each : accumulators_) {
        sql::StateColumns columns;
        for (size_t i = each->states({}).size(); i > 0; --i) {
            columns.push_back(rows->column(first++));
        }
        each->merge(keys, columns);
    }
    std::vector<std::string_view> frames = bytes_of(rows, first);
    for (size_t i = 0; i < keys.size(); ++i) restore_frame(keys[i], frames[i]);
    return first + 1;
}

// Of each row its time, how many bytes its arguments are, and these.
std::string OverCalls::frame_text(KeyNumber key) const {
    std::string text;
    if (key >= frames_.size()) return text;
    const FrameRows& frame = frames_[key];
    for (size_t i = frame.begin; i < frame.rows.size(); ++i) {
        const FrameRow& row = frame.rows[i];
        std::array<int64_t, 2> head{row.time, static_cast<int64_t>(row.arguments.size())};
        text.append(reinterpret_cast<const char*>(head.data()), sizeof head);
        text += row.arguments;
    }
    return text;
}

void OverCalls::restore_frame(KeyNumber key, std::string_view text) {
    if (text.empty()) return;
    if (key >= frames_.size()) frames_.resize(key + 1);
    while (!text.empty()) {
        std::array<int64_t, 2> head{};
        TARN_ASSERT(text.size() >= sizeof head);
        text.copy(reinterpret_cast<char*>(head.data()), sizeof head);
        text.remove_prefix(sizeof head);
        auto size = static_cast<size_t>(head[1]);
        TARN_ASSERT(text.size() >= size);
        frames_[key].rows.push_back({head[0], std::string(text.substr(0, size))});
        text.remove_prefix(size);
    }
}

size_t OverCalls::bytes() const {
    size_t bytes = frames_.capacity() * sizeof(FrameRows);
    for (const FrameRows& each : frames_) bytes += each.rows.capacity() * sizeof(FrameRow);
    for (const sql::AccumulatorPtr& each : accumulators_) bytes += each->bytes();
    return bytes;
}

}  // namespace tarn::engine
