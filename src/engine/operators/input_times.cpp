#include "engine/operators/input_times.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace tarn::engine {

bool InputTimes::advance(size_t input, EventTime time) {
    is_idle_[input] = false;
    times_[input] = std::max(times_[input], time);
    return rise();
}

bool InputTimes::be_idle(size_t input) {
    is_idle_[input] = true;
    return rise();
}

bool InputTimes::are_idle() const {
    return std::ranges::find(is_idle_, false) == is_idle_.end();
}

// When all are idle time stands still.
bool InputTimes::rise() {
    if (are_idle()) return false;
    EventTime least = EndOfTime;
    for (size_t i = 0; i < times_.size(); ++i) {
        if (!is_idle_[i]) least = std::min(least, times_[i]);
    }
    if (least <= least_) return false;
    least_ = least;
    return true;
}

void InputTimes::save(OperatorState& state, const std::string& table) const {
    state.put(table, state_rows({{"time", number_column(times_)}}));
}

void InputTimes::restore(const OperatorState& state, const std::string& table) {
    std::vector<EventTime> earliest(times_.size(), EndOfTime);
    std::vector<StateRows> saved = state.all(table);
    for (const StateRows& rows : saved) {
        std::vector<int64_t> times = numbers_of(rows, 0);
        TARN_ASSERT(times.size() == times_.size());
        for (size_t i = 0; i < times.size(); ++i) earliest[i] = std::min(earliest[i], times[i]);
    }
    if (saved.empty()) return;
    times_ = std::move(earliest);
    rise();
}

}  // namespace tarn::engine
