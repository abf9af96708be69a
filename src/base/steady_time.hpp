// Wall time that nobody can set: what the clock said at first, moved on by ticks. What expires
// after minutes or days is measured by it, or a clock set forwards would expire all at once. It
// compares with what earlier runs of the process wrote down as well as their clocks were right.
#pragma once

#include "base/clock.hpp"

namespace tarn {

class SteadyTime {
public:
    explicit SteadyTime(const Clock& clock)
        : clock_(clock), started_at_(clock.now()), start_(clock.ticks()) {}

    WallTime now() const {
        return started_at_ + std::chrono::floor<std::chrono::microseconds>(clock_.ticks() - start_);
    }

private:
    const Clock& clock_;
    WallTime started_at_;
    Ticks start_;
};

}  // namespace tarn
