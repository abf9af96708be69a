#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "sql/functions/per_batch.hpp"
#include "sql/functions/remembered.hpp"
#include "sql/functions/simple_time_format.hpp"
#include "sql/functions/time_formatter.hpp"
#include "sql/functions/time_units.hpp"
#include "sql/functions/topics.hpp"
#include "sql/values/time_text.hpp"

namespace tarn::sql {
namespace {

constexpr std::string_view StandardPattern = "yyyy-MM-dd HH:mm:ss";

// It is written for each row anew, in the same place; the column has copied it by then.
using MaybeText = std::optional<std::string_view>;

// --- TO_TIMESTAMP

std::optional<TimeFormatter> formatter_if_valid(std::string_view pattern) {
    try {
        return TimeFormatter(pattern);
    } catch (const Error&) {
        return std::nullopt;
    }
}

auto to_timestamp_by_pattern(const Session&) {
    return [formatters = Remembered<std::optional<TimeFormatter>>()](
               std::string_view text, std::string_view pattern) -> std::optional<WallTime> {
        const auto& formatter = formatters.of(pattern, formatter_if_valid);
        if (!formatter) return std::nullopt;
        // Whatever the pattern says, '2024-1-5' and '2024-1-5 1:02:03' are read.
        auto time = formatter->read(text);
        return time ? time : parsed_jdbc_time(text);
    };
}

// --- TO_TIMESTAMP_LTZ

std::optional<Instant> instant_of_millis(int64_t millis) {
    constexpr int64_t MillisMin = -62'167'219'200'000;  // 0000-01-01 00:00:00
    constexpr int64_t MillisMax = 253'402'300'799'999;  // 9999-12-31 23:59:59.999
    if (millis < MillisMin || millis > MillisMax) return std::nullopt;
    return Instant{{millis, 0}};
}

int64_t millis_per_unit(int32_t precision) {
    if (precision == 3) return 1;
    if (precision == 0) return MillisPerSecond;
    throw Error(ErrorCode::InvalidInput,
                "TO_TIMESTAMP_LTZ counts seconds (0) or milliseconds (3), not precision {}",
                precision);
}

std::optional<Instant> instant_of_count(int64_t count, int32_t precision) {
    int64_t millis = 0;
    if (__builtin_mul_overflow(count, millis_per_unit(precision), &millis)) return std::nullopt;
    return instant_of_millis(millis);
}

std::optional<Instant> instant_of_fraction(double count, int32_t precision) {
    constexpr double Beyond = 1e18;
    double millis = std::trunc(count * static_cast<double>(millis_per_unit(precision)));
    if (std::isnan(millis)) millis = 0;
    if (std::abs(millis) > Beyond) return std::nullopt;
    return instant_of_millis(static_cast<int64_t>(millis));
}

std::optional<Signature> to_timestamp_ltz(Arguments arguments) {
    static const Resolver of_count = scalar(instant_of_count);
    static const Resolver of_fraction = scalar(instant_of_fraction);
    if (arguments.size() != 2) return std::nullopt;
    if (arguments[0].type.kind != TypeKind::Decimal) {
        auto signature = of_count(arguments);
        return signature ? signature : of_fraction(arguments);
    }
    // The digits behind the point of a decimal fall off.
    Type whole = simple_type(TypeKind::BigInt).or_null(arguments[0].type.is_nullable);
    Argument counted[] = {{whole}, arguments[1]};
    return of_count(counted);
}

// --- DATE_FORMAT

TimeFormatter formatter_of(std::string_view pattern) {
    return TimeFormatter(pattern);
}

auto format_wall_time(const Session&) {
    return [room = std::make_shared<std::string>(), formatters = Remembered<TimeFormatter>()](
               WallTime time, std::string_view pattern) -> MaybeText {
        room->clear();
        formatters.of(pattern, formatter_of).write(time, *room);
        return *room;
    };
}

auto format_instant(const Session& session) {
    return
        [room = std::make_shared<std::string>(), formatters = Remembered<TimeFormatter>(),
         clock = ZoneClock(session.zone)](Instant instant, std::string_view pattern) -> MaybeText {
            room->clear();
            formatters.of(pattern, formatter_of).write(clock.wall_time(instant), *room);
            return *room;
        };
}

// What makes a SimpleTimeFormat of a pattern.
auto simple_format(const Session& session) {
    return [now = session.now](std::string_view pattern) { return SimpleTimeFormat(pattern, now); };
}

auto format_text(const Session& session) {
    auto make = simple_format(session);
    return [make, room = std::make_shared<std::string>(), standard = make(StandardPattern),
            clock = ZoneClock(TimeZone()), formats = Remembered<SimpleTimeFormat>()](
               std::string_view text, std::string_view pattern) -> MaybeText {
        const SimpleTimeFormat& format = formats.of(pattern, make);
        auto millis = standard.read(text, clock);
        if (!millis) return std::nullopt;
        room->clear();
        format.write({{*millis, 0}}, clock, *room);
        return *room;
    };
}

// --- FROM_UNIXTIME and UNIX_TIMESTAMP

auto from_unix_by_pattern(const Session& session) {
    return
        [make = simple_format(session), room = std::make_shared<std::string>(),
         clock = ZoneClock(session.zone.of_calendar()), formats = Remembered<SimpleTimeFormat>()](
            int64_t seconds, std::string_view pattern) -> MaybeText {
            room->clear();
            Instant instant{{wrapped_product(seconds, MillisPerSecond), 0}};
            formats.of(pattern, make).write(instant, clock, *room);
            return *room;
        };
}

auto from_unix(const Session& session) {
    return [format = from_unix_by_pattern(session)](int64_t seconds) {
        return format(seconds, StandardPattern);
    };
}

auto to_unix_by_pattern(const Session& session) {
    return [make = simple_format(session), clock = ZoneClock(session.zone.of_calendar()),
            formats = Remembered<SimpleTimeFormat>()](std::string_view text,
                                                      std::string_view pattern) -> int64_t {
        auto millis = formats.of(pattern, make).read(text, clock);
        // What is no time is the least of all numbers, in Flink.
        return millis ? *millis / MillisPerSecond : std::numeric_limits<int64_t>::min();
    };
}

auto to_unix(const Session& session) {
    return [read = to_unix_by_pattern(session)](std::string_view text) {
        return read(text, StandardPattern);
    };
}

std::optional<Signature> unix_now(Arguments arguments) {
    if (!arguments.empty()) return std::nullopt;
    return Signature{simple_type(TypeKind::BigInt).not_null(), {}, [](const KernelCall& call) {
                         return constant_column(
                             call.type, floor_div(call.session.now.millis, MillisPerSecond));
                     }};
}

// --- TO_DATE

auto to_date_by_pattern(const Session& session) {
    return [make = simple_format(session), utc = ZoneClock(TimeZone()),
            formats = Remembered<SimpleTimeFormat>()](
               std::string_view text, std::string_view pattern) -> std::optional<Day> {
        // What is no date lies in the year 5471: the last 32 bits of the least of all numbers.
        auto millis = formats.of(pattern, make).read(text, utc);
        int64_t least = std::numeric_limits<int64_t>::min();
        return Day{static_cast<int32_t>(millis.value_or(least) / MillisPerDay)};
    };
}

// --- CONVERT_TZ

// As java.util.TimeZone knows them: of offsets only those with GMT, and what it does not know is
// GMT.
TimeZone calendar_zone(std::string_view name) {
    struct Alias {
        std::string_view name;
        std::string_view of;
    };
    constexpr auto Aliases = std::to_array<Alias>({{"PST", "America/Los_Angeles"},
                                                   {"CST", "America/Chicago"},
                                                   {"JST", "Asia/Tokyo"},
                                                   {"IST", "Asia/Kolkata"},
                                                   {"CTT", "Asia/Shanghai"},
                                                   {"ECT", "Europe/Paris"},
                                                   {"AET", "Australia/Sydney"},
                                                   {"ACT", "Australia/Darwin"},
                                                   {"BST", "Asia/Dhaka"},
                                                   {"VST", "Asia/Ho_Chi_Minh"},
                                                   {"ART", "Africa/Cairo"},
                                                   {"AST", "America/Anchorage"},
                                                   {"PNT", "America/Phoenix"},
                                                   {"IET", "America/Indiana/Indianapolis"}});
    const auto* alias = std::ranges::find(Aliases, name, &Alias::name);
    if (alias != Aliases.end()) return TimeZone::named(alias->of);
    bool has_offset = name.find_first_of("+-") != std::string_view::npos;
    bool is_named = name.starts_with("GMT") || name.find('/') != std::string_view::npos;
    if (has_offset && !is_named) return {};
    try {
        return TimeZone::named(name);
    } catch (const Error&) {
        return {};
    }
}

ZoneClock calendar_clock(std::string_view name) {
    return ZoneClock(calendar_zone(name).of_calendar());
}

auto convert_zone(const Session& session) {
    return
        [standard = simple_format(session)(StandardPattern), room = std::make_shared<std::string>(),
         from_zones = Remembered<ZoneClock>(), to_zones = Remembered<ZoneClock>()](
            std::string_view text, std::string_view from, std::string_view to) -> MaybeText {
            auto millis = standard.read(text, from_zones.of(from, calendar_clock));
            if (!millis) return std::nullopt;
            room->clear();
            standard.write({{*millis, 0}}, to_zones.of(to, calendar_clock), *room);
            return *room;
        };
}

}  // namespace

std::vector<Function> time_format_functions() {
    return {
        {"TO_TIMESTAMP", Topic::Time, "TO_TIMESTAMP(text [, pattern])",
         "The text as a time without a zone, to the millisecond; NULL when it is none. The pattern "
         "is one of Java's DateTimeFormatter, or else 'yyyy-MM-dd HH:mm:ss' with a fraction.",
         "TO_TIMESTAMP('15.5.2024', 'd.M.yyyy') → 2024-05-15 00:00:00",
         one_of({scalar(parsed_wall_time), per_batch(to_timestamp_by_pattern)})},
        {"TO_TIMESTAMP_LTZ", Topic::Time, "TO_TIMESTAMP_LTZ(number, precision)",
         "The moment so many seconds (precision 0) or milliseconds (3) after 1970 began in UTC.",
         "TO_TIMESTAMP_LTZ(1715768430, 0) → 2024-05-15 10:20:30Z", to_timestamp_ltz},
        {"TO_DATE", Topic::Time, "TO_DATE(text [, pattern])",
         "The text as a date; NULL when it is none. The pattern is one of Java's SimpleDateFormat, "
         "and by a pattern what is no date becomes 5471-09-27.",
         "TO_DATE('15.5.2024', 'd.M.yyyy') → 2024-05-15",
         one_of({scalar(parsed_day), per_batch(to_date_by_pattern)})},
        {"DATE_FORMAT", Topic::Time, "DATE_FORMAT(time, pattern)",
         "The time as a text. The pattern is one of Java's DateTimeFormatter, or of its "
         "SimpleDateFormat where the time is itself a text like '2024-05-15 10:20:30'.",
         "DATE_FORMAT(TIMESTAMP '2024-05-15 10:20:30', 'd MMMM, HH:mm') → '15 May, 10:20'",
         one_of({per_batch(format_wall_time), per_batch(format_instant), per_batch(format_text)})},
        {"FROM_UNIXTIME", Topic::Time, "FROM_UNIXTIME(seconds [, pattern])",
         "The moment so many seconds after 1970 began in UTC, as a text in the zone of the "
         "session. "
         "The pattern is one of Java's SimpleDateFormat.",
         "FROM_UNIXTIME(1715768430) → '2024-05-15 10:20:30'",
         one_of({per_batch(from_unix), per_batch(from_unix_by_pattern)})},
        {.name = "UNIX_TIMESTAMP",
         .topic = Topic::Time,
         .usage = "UNIX_TIMESTAMP([text [, pattern]])",
         .text = "The seconds since 1970 began in UTC: those of now, or of the text's time in the "
                 "zone of the session. What is no time gives -9223372036854775808.",
         .example = "UNIX_TIMESTAMP('2024-05-15 10:20:30') → 1715768430",
         .resolve = one_of({unix_now, per_batch(to_unix), per_batch(to_unix_by_pattern)}),
         .is_deterministic = false},
        {"CONVERT_TZ", Topic::Time, "CONVERT_TZ(text, from, to)",
         "What clocks show in one zone when they show 'yyyy-MM-dd HH:mm:ss' in another. A zone "
         "that "
         "nobody knows is UTC.",
         "CONVERT_TZ('2024-05-15 10:20:30', 'UTC', 'Asia/Tokyo') → '2024-05-15 19:20:30'",
         per_batch(convert_zone)},
    };
}

}  // namespace tarn::sql
