#include "sql/values/time_text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "sql/values/number_text.hpp"

namespace tarn::sql {
namespace {

constexpr int32_t YearMax = 9'999;
constexpr int DigitsOfMillis = 3;
constexpr int DigitsOfNanos = 9;
constexpr std::array<int32_t, 10> PowersOfTen = {
    1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

// As Java trims: whatever sorts up to the space.
std::string_view trimmed(std::string_view text) {
    auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

std::optional<int32_t> number_of(std::string_view text) {
    if (text.empty() || !std::ranges::all_of(text, is_digit)) return std::nullopt;
    int32_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} ? std::optional(value) : std::nullopt;
}

// What stands before the next mark; the mark is taken, too.
std::string_view taken_until(std::string_view& text, char mark) {
    size_t end = text.find(mark);
    std::string_view part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return part;
}

// Millis of a fraction's digits, rounded by the fourth; what is no digit ends it.
int32_t millis_of_fraction(std::string_view text) {
    int32_t millis = 0;
    int32_t weight = 100;
    for (char character : text) {
        if (!is_digit(character)) break;
        if (weight == 0) return millis + (character >= '5' ? 1 : 0);
        millis += weight * (character - '0');
        weight /= 10;
    }
    return millis;
}

// Hours, minutes and seconds in millis; parts at the end may be left out.
std::optional<int64_t> clock_millis(std::string_view text) {
    int64_t millis = 0;
    bool has_more = true;
    for (int64_t weight : {MillisPerHour, MillisPerMinute, MillisPerSecond}) {
        if (!has_more) break;
        has_more = text.find(':') != std::string_view::npos;
        bool is_last = weight == MillisPerSecond;
        std::string_view part = is_last ? std::exchange(text, {}) : taken_until(text, ':');
        if (is_last) {
            std::string_view seconds = taken_until(part, '.');
            millis += millis_of_fraction(trimmed(part));
            part = seconds;
        }
        auto value = number_of(trimmed(part));
        if (!value) return std::nullopt;
        millis += *value * weight;
    }
    return millis;
}

// Reads from left to right; once something is amiss it stays so.
class Reading {
public:
    explicit Reading(std::string_view text) : text_(text) {}

    bool is_done() const { return at_ == text_.size(); }
    bool is_good() const { return is_good_; }
    bool accept(char character) {
        bool is_there = at_ < text_.size() && text_[at_] == character;
        at_ += is_there ? 1 : 0;
        return is_there;
    }
    void expect(char character) { is_good_ = accept(character) && is_good_; }
    int number(int digits_min, int digits_max) {
        int value = 0;
        int digits = 0;
        for (; digits < digits_max && at_ < text_.size() && is_digit(text_[at_]); ++digits) {
            value = value * 10 + (text_[at_++] - '0');
        }
        is_good_ = is_good_ && digits >= digits_min;
        return value;
    }
    CivilDate date() {
        CivilDate date{};
        date.year = number(4, 4);
        expect('-');
        date.month = number(1, 2);
        expect('-');
        date.day = number(1, 2);
        return date;
    }
    int nanos(int digits_min = 0) {
        size_t begin = at_;
        int value = number(digits_min, DigitsOfNanos);
        return value * PowersOfTen[DigitsOfNanos - (at_ - begin)];
    }

private:
    std::string_view text_;
    size_t at_ = 0;
    bool is_good_ = true;
};

void add_fraction(TimeText& text, int64_t millis, int digits) {
    if (digits == 0) return;
    text.add('.');
    if (digits <= DigitsOfMillis) {
        text.add_number(millis / PowersOfTen[DigitsOfMillis - digits], digits);
        return;
    }
    text.add_number(millis, DigitsOfMillis);
}

void add_date(TimeText& text, int64_t days) {
    CivilDate date = civil_date(days);
    text.add_number(date.year, 4);
    text.add('-');
    text.add_number(date.month, 2);
    text.add('-');
    text.add_number(date.day, 2);
}

void add_clock(TimeText& text, int64_t millis) {
    text.add_number(millis / MillisPerHour, 2);
    text.add(':');
    text.add_number(millis / MillisPerMinute % 60, 2);
    text.add(':');
    text.add_number(millis / MillisPerSecond % 60, 2);
}

}  // namespace

std::optional<Day> parsed_day(std::string_view text) {
    // A time behind the date is let go unread.
    size_t space = text.find(' ');
    if (space != std::string_view::npos && space > 0) text = text.substr(0, space);
    text = trimmed(text);
    CivilDate date{0, 1, 1};
    int32_t* parts[] = {&date.year, &date.month, &date.day};
    for (size_t i = 0; i < std::size(parts); ++i) {
        bool is_last = i + 1 == std::size(parts) || text.find('-') == std::string_view::npos;
        auto value = number_of(is_last ? trimmed(text) : trimmed(taken_until(text, '-')));
        if (!value) return std::nullopt;
        *parts[i] = *value;
        if (is_last) break;
    }
    bool is_date = date.year <= YearMax && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
                   date.day <= days_in_month(date.year, date.month);
    if (!is_date) return std::nullopt;
    return Day{static_cast<int32_t>(days_of(date))};
}

std::optional<TimeOfDay> parsed_time_of_day(std::string_view text) {
    size_t sign = text.find_first_of("+-");
    auto millis = clock_millis(text.substr(0, sign));
    if (!millis) return std::nullopt;
    if (sign != std::string_view::npos) {
        // Flink adds the offset where one would think that it takes it away.
        auto offset = clock_millis(text.substr(sign + 1));
        if (!offset) return std::nullopt;
        *millis += text[sign] == '-' ? -*offset : *offset;
    }
    return TimeOfDay{static_cast<int32_t>(*millis)};
}

std::optional<WallTime> parsed_wall_time(std::string_view text) {
    Reading in(text);
    CivilDate date = in.date();
    int hour = 0, minute = 0, second = 0, nanos = 0;
    if (!in.is_done()) {
        in.expect(' ');
        hour = in.number(1, 2);
        in.expect(':');
        minute = in.number(1, 2);
        in.expect(':');
        second = in.number(1, 2);
        if (in.accept('.')) nanos = in.nanos();
    }
    bool is_end_of_day = hour == 24 && minute == 0 && second == 0 && nanos == 0;
    bool is_time = in.is_good() && in.is_done() && date.year >= 1 && date.month >= 1 &&
                   date.month <= 12 && date.day >= 1 && date.day <= 31 &&
                   (hour <= 23 || is_end_of_day) && minute <= 59 && second <= 59;
    if (!is_time) return std::nullopt;
    // February has no 30th, but a text that says so means its last day.
    if (date.day > 28) date.day = std::min(date.day, days_in_month(date.year, date.month));
    int64_t seconds = (hour * 60 + minute) * 60 + second;
    return WallTime{
        {days_of(date) * MillisPerDay + seconds * MillisPerSecond + nanos / NanosPerMilli,
         nanos % NanosPerMilli}};
}

std::optional<WallTime> parsed_jdbc_time(std::string_view text) {
    constexpr int DigitsMax = 8;
    Reading in(trimmed(text));
    CivilDate date = in.date();
    int64_t seconds = 0;
    int nanos = 0;
    if (!in.is_done()) {
        in.expect(' ');
        seconds = in.number(1, DigitsMax);
        in.expect(':');
        seconds = seconds * 60 + in.number(1, DigitsMax);
        in.expect(':');
        seconds = seconds * 60 + in.number(1, DigitsMax);
        if (in.accept('.')) nanos = in.nanos(1);
    }
    bool is_time = in.is_good() && in.is_done() && date.month >= 1 && date.month <= 12 &&
                   date.day >= 1 && date.day <= 31;
    if (!is_time) return std::nullopt;
    int64_t millis = seconds * MillisPerSecond + nanos / NanosPerMilli;
    return WallTime{{days_of(date) * MillisPerDay + millis, nanos % NanosPerMilli}};
}

void TimeText::add_number(int64_t value, int digits) {
    for (int i = digits - 1; i >= 0; --i) {
        characters_[size_ + static_cast<size_t>(i)] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    size_ += static_cast<size_t>(digits);
}

TimeText text_of(Day day) {
    TimeText text;
    add_date(text, day.days);
    return text;
}

TimeText text_of(TimeOfDay time, int precision) {
    TimeText text;
    int64_t millis = floor_mod(time.millis, MillisPerDay);
    add_clock(text, millis);
    add_fraction(text, millis % MillisPerSecond, std::min(precision, DigitsOfMillis));
    return text;
}

TimeText text_of(const WallTime& time, int precision) {
    TimeText text;
    int64_t millis = floor_mod(time.millis, MillisPerDay);
    add_date(text, floor_div(time.millis, MillisPerDay));
    text.add(' ');
    add_clock(text, millis);
    add_fraction(text, millis % MillisPerSecond, precision);
    if (precision > DigitsOfMillis) {
        text.add_number(time.nanos / PowersOfTen[DigitsOfNanos - precision],
                        precision - DigitsOfMillis);
    }
    return text;
}

TimeText text_of(Months months) {
    TimeText text;
    text.add(months.count < 0 ? '-' : '+');
    int64_t count = std::abs(int64_t{months.count});
    int64_t years = count / 12;
    int digits = 1;
    while (digits < DigitsOfNanos && years >= PowersOfTen[static_cast<size_t>(digits)]) ++digits;
    text.add_number(years, digits);
    text.add('-');
    text.add_number(count % 12, 2);
    return text;
}

TimeText text_of(Millis millis) {
    TimeText text;
    text.add(millis.count < 0 ? '-' : '+');
    // The least of all has no positive twin among signed numbers.
    uint64_t count = millis.count < 0 ? -static_cast<uint64_t>(millis.count)
                                      : static_cast<uint64_t>(millis.count);
    auto days = static_cast<int64_t>(count / MillisPerDay);
    auto rest = static_cast<int64_t>(count % MillisPerDay);
    int digits = 1;
    for (int64_t left = days / 10; left > 0; left /= 10) ++digits;
    text.add_number(days, digits);
    text.add(' ');
    add_clock(text, rest);
    add_fraction(text, rest % MillisPerSecond, DigitsOfMillis);
    return text;
}

TimePoint cut(const TimePoint& point, int precision) {
    if (precision >= DigitsOfNanos) return point;
    if (precision >= DigitsOfMillis) {
        int32_t step = PowersOfTen[static_cast<size_t>(DigitsOfNanos - precision)];
        return {point.millis, point.nanos - point.nanos % step};
    }
    int64_t step = PowersOfTen[static_cast<size_t>(DigitsOfMillis - precision)];
    return {point.millis - point.millis % step, 0};
}

TimeOfDay cut(TimeOfDay time, int precision) {
    if (precision >= DigitsOfMillis) return time;
    int32_t step = PowersOfTen[static_cast<size_t>(DigitsOfMillis - precision)];
    return {time.millis - time.millis % step};
}

}  // namespace tarn::sql
