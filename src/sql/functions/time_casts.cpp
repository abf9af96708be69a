#include "sql/functions/time_casts.hpp"

#include "sql/functions/per_batch.hpp"
#include "sql/values/time_text.hpp"

namespace tarn::sql {
namespace {

// --- from text

// `read` gives an optional of what the column is to hold.
template <typename Read>
Kernel cast_of_text(Read read, const Type& to, bool is_try) {
    if (is_try) return kernel_of(read);
    std::string wanted(text_of(to.or_null()));
    using Value = typename ShapeOf<Read>::Result::value_type;
    return kernel_of([read, wanted](std::string_view text) -> Value {
        if (auto value = read(text)) return *value;
        throw Error(ErrorCode::InvalidInput, "'{}' cannot be cast to {}", text, wanted);
    });
}

Kernel cast_to_instant(const Type& to, bool is_try) {
    std::string wanted(text_of(to.or_null()));
    auto make = [is_try, wanted, digits = to.precision](const Session& session) {
        return
            [=, clock = ZoneClock(session.zone)](std::string_view text) -> std::optional<Instant> {
                auto wall = parsed_wall_time(text);
                if (wall) return Instant{cut(clock.instant(*wall), digits)};
                if (is_try) return std::nullopt;
                throw Error(ErrorCode::InvalidInput, "'{}' cannot be cast to {}", text, wanted);
            };
    };
    return kernel_per_batch(make);
}

std::optional<Kernel> read_as(const Type& to, bool is_try) {
    switch (to.kind) {
        case TypeKind::Date:
            return cast_of_text([](std::string_view text) { return parsed_day(text); }, to, is_try);
        case TypeKind::Time:
            return cast_of_text(
                [digits = to.precision](std::string_view text) -> std::optional<TimeOfDay> {
                    auto time = parsed_time_of_day(text);
                    return time ? std::optional(cut(*time, digits)) : std::nullopt;
                },
                to, is_try);
        case TypeKind::Timestamp:
            return cast_of_text(
                [digits = to.precision](std::string_view text) -> std::optional<WallTime> {
                    auto time = parsed_wall_time(text);
                    if (!time) return std::nullopt;
                    return WallTime{cut(*time, digits)};
                },
                to, is_try);
        case TypeKind::TimestampLtz:
            return cast_to_instant(to, is_try);
        default:
            return std::nullopt;
    }
}

// --- to text

// The text lives in `room` until the next row, by which time it has been copied to the column.
template <typename Time, typename... Digits>
Kernel text_kernel(Digits... digits) {
    return kernel_per_batch([digits...](const Session&) {
        auto room = std::make_shared<TimeText>();
        return [room, digits...](Time time) -> std::string_view {
            return *room = text_of(time, digits...);
        };
    });
}

std::optional<Kernel> written(const Type& from) {
    int digits = from.precision;
    switch (from.kind) {
        case TypeKind::Date:
            return text_kernel<Day>();
        case TypeKind::Time:
            return text_kernel<TimeOfDay>(digits);
        case TypeKind::Timestamp:
            return text_kernel<WallTime>(digits);
        case TypeKind::TimestampLtz:
            return kernel_per_batch([digits](const Session& session) {
                auto room = std::make_shared<TimeText>();
                return [room, digits,
                        clock = ZoneClock(session.zone)](Instant at) -> std::string_view {
                    return *room = text_of(clock.wall_time(at), digits);
                };
            });
        case TypeKind::IntervalMonths:
            return text_kernel<Months>();
        case TypeKind::IntervalMillis:
            return text_kernel<Millis>();
        default:
            return std::nullopt;
    }
}

// --- from time to time

WallTime midnight_of(Day day) {
    return {{day.days * MillisPerDay, 0}};
}

Day day_of(const WallTime& time) {
    return {static_cast<int32_t>(floor_div(time.millis, MillisPerDay))};
}

TimeOfDay clock_of(const WallTime& time) {
    return {static_cast<int32_t>(floor_mod(time.millis, MillisPerDay))};
}

std::optional<Kernel> of_date(const Type& to) {
    switch (to.kind) {
        case TypeKind::Date:
            return kernel_of([](Day day) { return day; });
        case TypeKind::Timestamp:
            return kernel_of(midnight_of);
        case TypeKind::TimestampLtz:
            return kernel_per_batch([](const Session& session) {
                return [clock = ZoneClock(session.zone)](Day day) {
                    return clock.instant(midnight_of(day));
                };
            });
        default:
            return std::nullopt;
    }
}

// A time without a day is one of 1970-01-01. As a TIMESTAMP it keeps its milliseconds, whatever the
// precision, and so does the time of day that is taken from a timestamp.
std::optional<Kernel> of_time(const Type& to) {
    int digits = to.precision;
    switch (to.kind) {
        case TypeKind::Time:
            return kernel_of([digits](TimeOfDay time) { return cut(time, digits); });
        case TypeKind::Timestamp:
            return kernel_of([](TimeOfDay time) { return WallTime{{time.millis, 0}}; });
        case TypeKind::TimestampLtz:
            return kernel_per_batch([digits](const Session& session) {
                return [digits, clock = ZoneClock(session.zone)](TimeOfDay time) {
                    return Instant{cut(clock.instant({{time.millis, 0}}), digits)};
                };
            });
        default:
            return std::nullopt;
    }
}

std::optional<Kernel> of_timestamp(const Type& to) {
    int digits = to.precision;
    switch (to.kind) {
        case TypeKind::Date:
            // Before 1970 this is the day after, in Flink: hours are cut toward 1970.
            return kernel_of([](WallTime time) {
                return Day{static_cast<int32_t>(time.millis / MillisPerDay)};
            });
        case TypeKind::Time:
            return kernel_of(clock_of);
        case TypeKind::Timestamp:
            return kernel_of([digits](WallTime time) { return WallTime{cut(time, digits)}; });
        case TypeKind::TimestampLtz:
            return kernel_per_batch([digits](const Session& session) {
                return [digits, clock = ZoneClock(session.zone)](WallTime time) {
                    return Instant{cut(clock.instant(time), digits)};
                };
            });
        default:
            return std::nullopt;
    }
}

std::optional<Kernel> of_moment(const Type& to) {
    int digits = to.precision;
    switch (to.kind) {
        case TypeKind::Date:
            return kernel_per_batch([](const Session& session) {
                return [clock = ZoneClock(session.zone)](Instant at) {
                    return day_of(clock.wall_time(at));
                };
            });
        case TypeKind::Time:
            return kernel_per_batch([](const Session& session) {
                return [clock = ZoneClock(session.zone)](Instant at) {
                    return clock_of(clock.wall_time(at));
                };
            });
        case TypeKind::Timestamp:
            return kernel_per_batch([digits](const Session& session) {
                return [digits, clock = ZoneClock(session.zone)](Instant at) {
                    return WallTime{cut(clock.wall_time(at), digits)};
                };
            });
        case TypeKind::TimestampLtz:
            return kernel_of([digits](Instant at) { return Instant{cut(at, digits)}; });
        default:
            return std::nullopt;
    }
}

}  // namespace

std::optional<Kernel> time_cast(const Type& from, const Type& to, bool is_try) {
    if (is_text(from)) return read_as(to, is_try);
    if (is_text(to)) return written(from);
    switch (from.kind) {
        case TypeKind::Date:
            return of_date(to);
        case TypeKind::Time:
            return of_time(to);
        case TypeKind::Timestamp:
            return of_timestamp(to);
        case TypeKind::TimestampLtz:
            return of_moment(to);
        default:
            return std::nullopt;
    }
}

}  // namespace tarn::sql
