#include "sql/functions/time_units.hpp"

#include <algorithm>
#include <array>

namespace tarn::sql {
namespace {

constexpr int64_t DaysPerWeek = 7;
constexpr int32_t MonthsPerYear = 12;
constexpr int32_t MonthsPerQuarter = 3;
constexpr int64_t SecondsPerDay = 86'400;

struct NamedUnit {
    std::string_view name;
    Unit unit;
};

constexpr auto NamedUnits = std::to_array<NamedUnit>({
    {"MILLENNIUM", Unit::Millennium},
    {"CENTURY", Unit::Century},
    {"DECADE", Unit::Decade},
    {"YEAR", Unit::Year},
    {"QUARTER", Unit::Quarter},
    {"MONTH", Unit::Month},
    {"WEEK", Unit::Week},
    {"DAY", Unit::Day},
    {"HOUR", Unit::Hour},
    {"MINUTE", Unit::Minute},
    {"SECOND", Unit::Second},
    {"MILLISECOND", Unit::Millisecond},
    {"MICROSECOND", Unit::Microsecond},
    {"NANOSECOND", Unit::Nanosecond},
    {"DOW", Unit::DayOfWeek},
    {"ISODOW", Unit::IsoDayOfWeek},
    {"DOY", Unit::DayOfYear},
    {"ISOYEAR", Unit::IsoYear},
    {"EPOCH", Unit::Epoch},
});

// 1970-01-01 was a Thursday. From 1 on, the first being Sunday or Monday.
int64_t sunday_based(int64_t days) {
    return floor_mod(days + 4, DaysPerWeek) + 1;
}
int64_t monday_based(int64_t days) {
    return floor_mod(days + 3, DaysPerWeek) + 1;
}

int64_t first_of(int32_t year, int32_t month = 1) {
    return days_of({year, month, 1});
}

// A week belongs to the year that its Thursday is in.
int64_t thursday_of(int64_t days) {
    return days - monday_based(days) + 4;
}

int64_t iso_week(int64_t days) {
    int64_t thursday = thursday_of(days);
    return (thursday - first_of(civil_date(thursday).year)) / DaysPerWeek + 1;
}

// Decades begin with a year that ends in 0, centuries with one that ends in 01.
int32_t years_in(Unit unit) {
    if (unit == Unit::Decade) return 10;
    return unit == Unit::Century ? 100 : 1'000;
}

int32_t first_year(Unit unit, int32_t year) {
    if (unit == Unit::Year) return year;
    int32_t shift = unit == Unit::Decade ? 0 : 1;
    return static_cast<int32_t>(year - floor_mod(year - shift, years_in(unit)));
}

int64_t next_days(Unit unit, int64_t floored) {
    CivilDate date = civil_date(floored);
    switch (unit) {
        case Unit::Week:
            return floored + DaysPerWeek;
        case Unit::Month:
            return days_of({date.year, date.month + 1, 1});
        case Unit::Quarter:
            return days_of({date.year, date.month + MonthsPerQuarter, 1});
        case Unit::Year:
            return first_of(date.year + 1);
        default:
            return first_of(date.year + years_in(unit));
    }
}

bool is_of_days(Unit unit) {
    return unit <= Unit::Week;
}

}  // namespace

std::optional<Unit> unit_named(std::string_view word) {
    constexpr std::string_view Prefix = "SQL_TSI_";
    if (word.starts_with(Prefix)) word.remove_prefix(Prefix.size());
    const auto* found = std::ranges::find(NamedUnits, word, &NamedUnit::name);
    return found == NamedUnits.end() ? std::nullopt : std::optional(found->unit);
}

std::optional<int32_t> months_of(Unit unit) {
    if (unit == Unit::Year) return MonthsPerYear;
    if (unit == Unit::Quarter) return MonthsPerQuarter;
    return unit == Unit::Month ? std::optional(1) : std::nullopt;
}

std::optional<int64_t> millis_of(Unit unit) {
    switch (unit) {
        case Unit::Week:
            return DaysPerWeek * MillisPerDay;
        case Unit::Day:
            return MillisPerDay;
        case Unit::Hour:
            return MillisPerHour;
        case Unit::Minute:
            return MillisPerMinute;
        case Unit::Second:
            return MillisPerSecond;
        case Unit::Millisecond:
            return 1;
        default:
            return std::nullopt;
    }
}

int64_t part_of_date(Unit unit, int64_t days) {
    switch (unit) {
        case Unit::Millennium:
            return (civil_date(days).year + 999) / 1'000;
        case Unit::Century:
            return (civil_date(days).year + 99) / 100;
        case Unit::Decade:
            return civil_date(days).year / 10;
        case Unit::Year:
            return civil_date(days).year;
        case Unit::Quarter:
            return (civil_date(days).month + 2) / MonthsPerQuarter;
        case Unit::Month:
            return civil_date(days).month;
        case Unit::Week:
            return iso_week(days);
        case Unit::Day:
            return civil_date(days).day;
        case Unit::DayOfWeek:
            return sunday_based(days);
        case Unit::IsoDayOfWeek:
            return monday_based(days);
        case Unit::DayOfYear:
            return days - first_of(civil_date(days).year) + 1;
        case Unit::IsoYear:
            return civil_date(thursday_of(days)).year;
        case Unit::Epoch:
            return days * SecondsPerDay;
        // Flink takes the days for milliseconds here.
        default:
            return part_of_time(unit, {days, 0});
    }
}

int64_t part_of_time(Unit unit, const TimePoint& wall) {
    switch (unit) {
        case Unit::Hour:
            return wall.millis % MillisPerDay / MillisPerHour;
        case Unit::Minute:
            return wall.millis % MillisPerHour / MillisPerMinute;
        case Unit::Second:
            return wall.millis % MillisPerMinute / MillisPerSecond;
        case Unit::Millisecond:
            return wall.millis % MillisPerSecond;
        case Unit::Microsecond:
            return wall.millis % MillisPerSecond * MicrosPerMilli + wall.nanos / NanosPerMicro;
        case Unit::Nanosecond:
            return wall.millis % MillisPerSecond * NanosPerMilli + wall.nanos;
        case Unit::Epoch:
            return wall.millis / MillisPerSecond;
        default:
            return part_of_date(unit, wall.millis / MillisPerDay);
    }
}

int64_t floored_days(Unit unit, int64_t days) {
    if (!is_of_days(unit)) return days;
    if (unit == Unit::Week) return days - sunday_based(days) + 1;
    CivilDate date = civil_date(days);
    if (unit == Unit::Month) return days - date.day + 1;
    if (unit == Unit::Quarter) {
        return first_of(date.year, date.month - (date.month - 1) % MonthsPerQuarter);
    }
    return first_of(first_year(unit, date.year));
}

int64_t ceiled_days(Unit unit, int64_t days) {
    // Flink's days are no points in time, but CEIL(d TO DAY) is the day after.
    if (unit == Unit::Day) return days + 1;
    int64_t floored = floored_days(unit, days);
    // Oddities of Flink's: of quarters only the first of a year begins on its first day, and a
    // decade and all above it never do.
    bool is_begin = floored == days && unit >= Unit::Year;
    if (unit == Unit::Quarter && civil_date(days).month != 1) is_begin = false;
    return is_begin ? days : next_days(unit, floored);
}

TimePoint floored(Unit unit, const TimePoint& wall) {
    // Before 1970 it is the day after that is rounded, for hours are cut toward that year.
    if (is_of_days(unit)) {
        return {floored_days(unit, wall.millis / MillisPerDay) * MillisPerDay, 0};
    }
    auto step = millis_of(unit);
    if (!step) return wall;
    return {wall.millis - floor_mod(wall.millis, *step), 0};
}

TimePoint ceiled(Unit unit, const TimePoint& wall) {
    // The first day of a month is its own ceiling at any hour.
    if (is_of_days(unit)) {
        return {ceiled_days(unit, wall.millis / MillisPerDay) * MillisPerDay, 0};
    }
    auto step = millis_of(unit);
    if (!step) return wall;
    // What is finer than a millisecond counts for milliseconds only.
    int64_t above = unit == Unit::Millisecond && wall.nanos > 0 ? 1 : 0;
    return {wall.millis + floor_mod(-wall.millis, *step) + above, 0};
}

int64_t days_plus_months(int64_t days, int32_t months) {
    CivilDate date = civil_date(days);
    int64_t total = int64_t{date.year} * MonthsPerYear + date.month - 1 + months;
    auto year = static_cast<int32_t>(floor_div(total, MonthsPerYear));
    auto month = static_cast<int32_t>(floor_mod(total, MonthsPerYear)) + 1;
    if (date.day > 28) date.day = std::min(date.day, days_in_month(year, month));
    return days_of({year, month, date.day});
}

TimePoint plus_months(const TimePoint& time, int32_t months) {
    int64_t days = floor_div(time.millis, MillisPerDay);
    int64_t moved = days_plus_months(days, months);
    return plus_millis(time, wrapped_product(moved - days, MillisPerDay));
}

TimePoint plus_millis(const TimePoint& time, int64_t millis) {
    return {wrapped_sum(time.millis, millis), time.nanos};
}

int32_t months_between(const TimePoint& from, const TimePoint& to) {
    int64_t from_day = floor_div(from.millis, MillisPerDay);
    int64_t to_day = floor_div(to.millis, MillisPerDay);
    auto [first, last] = std::minmax(from_day, to_day);
    CivilDate a = civil_date(first);
    CivilDate b = civil_date(last);
    int32_t months = (b.year - a.year) * MonthsPerYear + b.month - a.month;
    if (months > 0 && days_plus_months(first, months) > last) --months;
    if (to_day < from_day) months = -months;
    // The hours count only when both are the same day of the month, and then in one direction.
    bool is_same_day = days_plus_months(from_day, months) == to_day;
    bool is_earlier = floor_mod(to.millis, MillisPerDay) < floor_mod(from.millis, MillisPerDay);
    return is_same_day && is_earlier ? months - 1 : months;
}

int64_t wrapped_sum(int64_t left, int64_t right) {
    return static_cast<int64_t>(static_cast<uint64_t>(left) + static_cast<uint64_t>(right));
}

int64_t wrapped_product(int64_t left, int64_t right) {
    return static_cast<int64_t>(static_cast<uint64_t>(left) * static_cast<uint64_t>(right));
}

}  // namespace tarn::sql
