// Times as text, the way Flink's casts write and read them. What is read is more than what is
// written: '2024-1-5' is a date, and '10' a time of day.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "sql/values/moments.hpp"

namespace tarn::sql {

std::optional<Day> parsed_day(std::string_view text);
// Hours may go beyond a day: Flink does not mind '25:00:00'.
std::optional<TimeOfDay> parsed_time_of_day(std::string_view text);
// A date, or a date and a time; to the nanosecond.
std::optional<WallTime> parsed_wall_time(std::string_view text);
// As JDBC reads a literal: the same, but hours, minutes and days beyond theirs count on.
std::optional<WallTime> parsed_jdbc_time(std::string_view text);

// A short text without an allocation.
class TimeText {
public:
    operator std::string_view() const { return {characters_.data(), size_}; }

    void add(char character) { characters_[size_++] = character; }
    // Padded with zeros on the left, and cut there.
    void add_number(int64_t value, int digits);

private:
    std::array<char, 48> characters_;
    size_t size_ = 0;
};

TimeText text_of(Day day);
TimeText text_of(TimeOfDay time, int precision);
TimeText text_of(const WallTime& time, int precision);
TimeText text_of(Months months);  // +1-02
TimeText text_of(Millis millis);  // +1 10:20:30.123

// To the digits behind the second that a precision has. Where that takes away milliseconds it goes
// toward 1970, in Flink: up before that year.
TimePoint cut(const TimePoint& point, int precision);
TimeOfDay cut(TimeOfDay time, int precision);

}  // namespace tarn::sql
