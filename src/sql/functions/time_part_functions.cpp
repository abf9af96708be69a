#include "sql/functions/per_batch.hpp"
#include "sql/functions/time_units.hpp"
#include "sql/functions/topics.hpp"
#include "sql/functions/unit_argument.hpp"

namespace tarn::sql {
namespace {

// --- EXTRACT

int64_t part_of_months(Unit unit, Months months) {
    constexpr int32_t MonthsPerYear = 12;
    constexpr int32_t MonthsPerQuarter = 3;
    if (unit == Unit::Year) return months.count / MonthsPerYear;
    int32_t month = months.count % MonthsPerYear;
    return unit == Unit::Quarter ? month / MonthsPerQuarter + 1 : month;
}

int64_t part_of_millis(Unit unit, Millis millis) {
    if (unit == Unit::Day) return millis.count / MillisPerDay;
    return part_of_time(unit, TimePoint{millis.count, 0});
}

// Whether Flink takes such a part of such a time.
bool has_part(TypeKind kind, Unit unit) {
    bool is_of_clock = unit >= Unit::Hour && unit <= Unit::Millisecond;
    switch (kind) {
        case TypeKind::Date:
            return unit != Unit::Microsecond && unit != Unit::Nanosecond;
        case TypeKind::Time:
            return is_of_clock;
        case TypeKind::IntervalMonths:
            return unit == Unit::Year || unit == Unit::Quarter || unit == Unit::Month;
        case TypeKind::IntervalMillis:
            return unit == Unit::Day || is_of_clock;
        default:
            return true;
    }
}

std::optional<Kernel> part_kernel(TypeKind kind, Unit unit) {
    if (!has_part(kind, unit)) return std::nullopt;
    switch (kind) {
        case TypeKind::Null:
        case TypeKind::Date:
            return kernel_of([unit](Day day) { return part_of_date(unit, day.days); });
        case TypeKind::Time:
            return kernel_of(
                [unit](TimeOfDay time) { return part_of_time(unit, TimePoint{time.millis, 0}); });
        case TypeKind::Timestamp:
            return kernel_of([unit](WallTime time) { return part_of_time(unit, time); });
        case TypeKind::TimestampLtz:
            return kernel_per_batch([unit](const Session& session) {
                return [unit, clock = ZoneClock(session.zone.of_calendar())](Instant at) {
                    return part_of_time(unit, clock.wall_time(at));
                };
            });
        case TypeKind::IntervalMonths:
            return kernel_of([unit](Months months) { return part_of_months(unit, months); });
        case TypeKind::IntervalMillis:
            return kernel_of([unit](Millis millis) { return part_of_millis(unit, millis); });
        default:
            return std::nullopt;
    }
}

// Of a bare NULL it is as if of a date.
Type time_or_date(const Type& type) {
    return type.kind == TypeKind::Null ? simple_type(TypeKind::Date) : type;
}

std::optional<Signature> part_signature(Unit unit, Arguments times) {
    if (times.size() != 1) return std::nullopt;
    const Type& type = times[0].type;
    auto kernel = part_kernel(type.kind, unit);
    if (!kernel) return std::nullopt;
    return Signature{nullable_as(simple_type(TypeKind::BigInt), times),
                     {time_or_date(type)},
                     std::move(*kernel)};
}

Resolver part_of(Unit unit) {
    return [unit](Arguments arguments) { return part_signature(unit, arguments); };
}

std::optional<Signature> extract(Arguments arguments) {
    auto unit = unit_argument(arguments, 0);
    if (!unit) return std::nullopt;
    return with_symbol_first(arguments, part_signature(*unit, arguments.subspan(1)));
}

// --- FLOOR and CEIL

// How to round a day, a time of day and a point in time.
struct Rounding {
    int64_t (*days)(Unit unit, int64_t days);
    TimePoint (*time)(Unit unit, const TimePoint& wall);
};

std::optional<Kernel> rounding_kernel(TypeKind kind, Unit unit, Rounding to) {
    if (unit > Unit::Millisecond) return std::nullopt;
    switch (kind) {
        case TypeKind::Date:
            return kernel_of(
                [unit, to](Day day) { return Day{static_cast<int32_t>(to.days(unit, day.days))}; });
        case TypeKind::Time:
            if (unit < Unit::Day) return std::nullopt;
            return kernel_of([unit, to](TimeOfDay time) {
                if (unit == Unit::Day) return time;
                TimePoint rounded = to.time(unit, {time.millis, 0});
                return TimeOfDay{static_cast<int32_t>(rounded.millis)};
            });
        case TypeKind::Timestamp:
            return kernel_of([unit, to](WallTime time) { return WallTime{to.time(unit, time)}; });
        case TypeKind::TimestampLtz:
            return kernel_per_batch([unit, to](const Session& session) {
                return [unit, to, clock = ZoneClock(session.zone.of_calendar())](Instant at) {
                    // On a day on which the clocks change, the offset of the moment holds for all
                    // of the unit, in Flink: its days then begin at 23:00 or 01:00.
                    int64_t offset = clock.offset_millis(at);
                    TimePoint rounded = to.time(unit, {at.millis + offset, at.nanos});
                    return Instant{{rounded.millis - offset, rounded.nanos}};
                };
            });
        default:
            return std::nullopt;
    }
}

Resolver rounded_by(Rounding rounding) {
    return [rounding](Arguments arguments) -> std::optional<Signature> {
        auto unit = arguments.size() == 2 ? unit_argument(arguments, 1) : std::nullopt;
        if (!unit) return std::nullopt;
        const Type& type = arguments[0].type;
        auto kernel = rounding_kernel(type.kind, *unit, rounding);
        if (!kernel) return std::nullopt;
        Kernel first_only = [kernel = std::move(*kernel)](const KernelCall& call) {
            return kernel({call.arguments.first(1), call.rows, call.type, call.session});
        };
        return Signature{type, {type, arguments[1].type}, std::move(first_only)};
    };
}

}  // namespace

std::vector<Function> time_part_functions() {
    return {
        {"EXTRACT", Topic::Time, "EXTRACT(unit FROM time)",
         "One part of a date, a time or an interval: YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, "
         "MINUTE, "
         "SECOND, DOW with Sunday as 1, DOY, EPOCH and others.",
         "EXTRACT(HOUR FROM TIMESTAMP '2024-05-15 10:20:30') → 10", extract},
        {"YEAR", Topic::Time, "YEAR(time)", "The year.", "YEAR(DATE '2024-05-15') → 2024",
         part_of(Unit::Year)},
        {"QUARTER", Topic::Time, "QUARTER(time)", "The quarter of the year, 1 to 4.",
         "QUARTER(DATE '2024-05-15') → 2", part_of(Unit::Quarter)},
        {"MONTH", Topic::Time, "MONTH(time)", "The month of the year, 1 to 12.",
         "MONTH(DATE '2024-05-15') → 5", part_of(Unit::Month)},
        {"WEEK", Topic::Time, "WEEK(time)",
         "The week of the year by ISO 8601: it begins on Monday, and the first one has a Thursday.",
         "WEEK(DATE '2021-01-01') → 53", part_of(Unit::Week)},
        {"DAYOFYEAR", Topic::Time, "DAYOFYEAR(time)", "The day of the year, 1 to 366.",
         "DAYOFYEAR(DATE '2024-02-01') → 32", part_of(Unit::DayOfYear)},
        {"DAYOFMONTH", Topic::Time, "DAYOFMONTH(time)", "The day of the month, 1 to 31.",
         "DAYOFMONTH(DATE '2024-05-15') → 15", part_of(Unit::Day)},
        {"DAYOFWEEK", Topic::Time, "DAYOFWEEK(time)", "The day of the week; Sunday is 1.",
         "DAYOFWEEK(DATE '2024-05-15') → 4", part_of(Unit::DayOfWeek)},
        {"HOUR", Topic::Time, "HOUR(time)", "The hour of the day, 0 to 23.",
         "HOUR(TIME '10:20:30') → 10", part_of(Unit::Hour)},
        {"MINUTE", Topic::Time, "MINUTE(time)", "The minute of the hour, 0 to 59.",
         "MINUTE(TIME '10:20:30') → 20", part_of(Unit::Minute)},
        {"SECOND", Topic::Time, "SECOND(time)", "The second of the minute, 0 to 59.",
         "SECOND(TIME '10:20:30') → 30", part_of(Unit::Second)},
        {"FLOOR", Topic::Time, "FLOOR(time TO unit)",
         "Down to where the unit begins: YEAR, QUARTER, MONTH, WEEK (on Sunday), DAY, HOUR, "
         "MINUTE, "
         "SECOND and others.",
         "FLOOR(TIMESTAMP '2024-05-15 10:20:30' TO HOUR) → 2024-05-15 10:00:00",
         rounded_by({floored_days, floored})},
        {"CEIL", Topic::Time, "CEIL(time TO unit)",
         "Up to where the next unit begins, if the time is not there already.",
         "CEIL(TIMESTAMP '2024-05-15 10:20:30' TO HOUR) → 2024-05-15 11:00:00",
         rounded_by({ceiled_days, ceiled})},
    };
}

}  // namespace tarn::sql
