// Points in time as plain values. Both count from 1970-01-01 00:00:00, to the nanosecond and over
// all years that Flink has; what differs is the clock.
#pragma once

#include <compare>
#include <cstdint>

namespace tarn::sql {

struct TimePoint {
    int64_t millis = 0;
    int32_t nanos = 0;  // within the millisecond: 0 to 999,999

    auto operator<=>(const TimePoint&) const = default;
};

// What a clock on some wall shows, a TIMESTAMP.
struct WallTime : TimePoint {};

// A moment, a TIMESTAMP_LTZ; the clock is UTC's.
struct Instant : TimePoint {};

// A DATE, in days.
struct Day {
    int32_t days = 0;

    auto operator<=>(const Day&) const = default;
};

// A TIME, in milliseconds since midnight.
struct TimeOfDay {
    int32_t millis = 0;

    auto operator<=>(const TimeOfDay&) const = default;
};

struct Months {
    int32_t count = 0;
};

struct Millis {
    int64_t count = 0;
};

inline constexpr int32_t NanosPerMicro = 1'000;
inline constexpr int32_t NanosPerMilli = 1'000'000;
inline constexpr int64_t MicrosPerMilli = 1'000;
inline constexpr int64_t MillisPerSecond = 1'000;
inline constexpr int64_t MillisPerMinute = 60 * MillisPerSecond;
inline constexpr int64_t MillisPerHour = 60 * MillisPerMinute;
inline constexpr int64_t MillisPerDay = 24 * MillisPerHour;

// Rounded down, also below zero, and what is left, which is never below zero.
constexpr int64_t floor_div(int64_t value, int64_t by) {
    return value / by - (value % by < 0 ? 1 : 0);
}
constexpr int64_t floor_mod(int64_t value, int64_t by) {
    return value - floor_div(value, by) * by;
}

struct CivilDate {
    int32_t year;
    int32_t month;  // 1 to 12
    int32_t day;    // 1 to 31
};

// By the Gregorian calendar, also before its time.
CivilDate civil_date(int64_t days);
// A month beyond 1 to 12 or a day beyond the month's counts on, so that 2024-02-30 is 2024-03-01.
int64_t days_of(const CivilDate& date);
int days_in_month(int64_t year, int month);

}  // namespace tarn::sql
