// Years, weeks and hours of times: which of them a time lies in, where they begin and end, and how
// times move by them. What is odd here is odd in Flink: before 1970 parts of a timestamp count back
// from zero, so that an hour may be -13 (tests/sql/expressions/times.test).
#pragma once

#include <optional>
#include <string_view>

#include "sql/values/moments.hpp"

namespace tarn::sql {

enum class Unit {
    Millennium,
    Century,
    Decade,
    Year,
    Quarter,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
    Nanosecond,
    DayOfWeek,     // Sunday is 1
    IsoDayOfWeek,  // Monday is 1
    DayOfYear,
    IsoYear,
    Epoch
};

// "DAY", "DOW", "SQL_TSI_DAY"; nothing for what has no meaning to Flink.
std::optional<Unit> unit_named(std::string_view word);

// Of YEAR, QUARTER and MONTH; nothing for other units.
std::optional<int32_t> months_of(Unit unit);
// Of WEEK down to MILLISECOND; nothing for other units.
std::optional<int64_t> millis_of(Unit unit);

int64_t part_of_date(Unit unit, int64_t days);
int64_t part_of_time(Unit unit, const TimePoint& wall);

// The first day of the unit that a day is in; and the first on or after it that begins one.
int64_t floored_days(Unit unit, int64_t days);
int64_t ceiled_days(Unit unit, int64_t days);
TimePoint floored(Unit unit, const TimePoint& wall);
TimePoint ceiled(Unit unit, const TimePoint& wall);

// A day that the month does not have becomes its last.
int64_t days_plus_months(int64_t days, int32_t months);
TimePoint plus_months(const TimePoint& time, int32_t months);
TimePoint plus_millis(const TimePoint& time, int64_t millis);
// Whole months from the first to the second.
int32_t months_between(const TimePoint& from, const TimePoint& to);

// Beyond 64 bits it goes on at the other end, as Java has it.
int64_t wrapped_sum(int64_t left, int64_t right);
int64_t wrapped_product(int64_t left, int64_t right);

}  // namespace tarn::sql
