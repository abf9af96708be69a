// Time comes in as a Clock, so that a test can hold it still and a simulation can replay it. Wall
// time may jump (someone sets the clock); use ticks to measure how long something took or to wait.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace tarn {

using WallTime = std::chrono::sys_time<std::chrono::microseconds>;
using Ticks = std::chrono::steady_clock::time_point;

// Milliseconds since 1970, as Kafka, Iceberg and most files count time.
inline int64_t unix_ms(WallTime time) {
    return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

class Clock {
public:
    virtual ~Clock() = default;
    virtual WallTime now() const = 0;
    virtual Ticks ticks() const = 0;
};

class SystemClock : public Clock {
public:
    WallTime now() const override {
        return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    }
    Ticks ticks() const override { return std::chrono::steady_clock::now(); }
};

// A clock that moves only when told to.
class ManualClock : public Clock {
public:
    explicit ManualClock(WallTime start) : now_(start) {}

    WallTime now() const override { return now_; }
    Ticks ticks() const override { return ticks_; }

    // Time passes: both faces move.
    void advance(std::chrono::microseconds by) {
        now_ += by;
        ticks_ += by;
    }

    // Someone sets the wall clock: ticks do not notice.
    void jump_to(WallTime time) { now_ = time; }

private:
    WallTime now_;
    Ticks ticks_{};
};

// RFC 3339 in UTC with milliseconds: "2026-11-21T09:30:00.000Z".
std::string to_rfc3339(WallTime time);

}  // namespace tarn
