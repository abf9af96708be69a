// The event time of several inputs together: the least of theirs, without those that are idle. It
// never falls, so an input that was idle may come back with rows that are late.
#pragma once

#include <vector>

#include "engine/operators/operator.hpp"

namespace tarn::engine {

class InputTimes {
public:
    explicit InputTimes(size_t inputs) : times_(inputs, NoTimeYet), is_idle_(inputs, false) {}

    // These answer whether least() has risen.
    bool advance(size_t input, EventTime time);
    bool be_idle(size_t input);
    void be_active(size_t input) { is_idle_[input] = false; }

    EventTime least() const { return least_; }
    bool are_idle() const;

    void save(OperatorState& state, const std::string& table) const;
    // Of what several workers have put the earliest counts: none of them has seen more.
    void restore(const OperatorState& state, const std::string& table);

private:
    bool rise();

    std::vector<EventTime> times_;
    std::vector<bool> is_idle_;
    EventTime least_ = NoTimeYet;
};

}  // namespace tarn::engine
