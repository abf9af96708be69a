#include "sql/values/time_zone.hpp"

#include <arrow/vendored/datetime/tz.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/error.hpp"

namespace tarn::sql {
namespace {

namespace tz = arrow_vendored::date;
using Seconds = std::chrono::seconds;

// Of a zone with rules; null when the database has no such name.
const tz::time_zone* located(std::string_view name) {
    try {
        return tz::locate_zone(name);
    } catch (const std::runtime_error&) {
        return nullptr;
    }
}

std::optional<int> small_number(std::string_view text) {
    int value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool is_whole = error == std::errc{} && end == text.data() + text.size();
    return is_whole && value >= 0 ? std::optional(value) : std::nullopt;
}

// "+08:00", "-8", "+0830", after "GMT", "UTC", "UT" or nothing.
std::optional<int64_t> fixed_offset(std::string_view name) {
    for (std::string_view prefix : {"GMT", "UTC", "UT"}) {
        if (name.starts_with(prefix)) {
            name.remove_prefix(prefix.size());
            break;
        }
    }
    if (name.empty() || name == "Z") return 0;
    if (name[0] != '+' && name[0] != '-') return std::nullopt;
    bool is_negative = name[0] == '-';
    name.remove_prefix(1);
    size_t colon = name.find(':');
    std::string_view hours = name.substr(0, colon);
    std::string_view minutes = colon == std::string_view::npos ? "" : name.substr(colon + 1);
    constexpr size_t DigitsOfBoth = 4;
    if (colon == std::string_view::npos && name.size() == DigitsOfBoth) {
        minutes = name.substr(2);
        hours = name.substr(0, 2);
    }
    auto h = small_number(hours);
    auto m = minutes.empty() ? std::optional(0) : small_number(minutes);
    constexpr int HoursMax = 18;
    if (!h || !m || *h > HoursMax || *m >= 60) return std::nullopt;
    int64_t millis = *h * MillisPerHour + *m * MillisPerMinute;
    return is_negative ? -millis : millis;
}

constexpr int64_t CalendarBegin = -2'208'988'800'000;  // 1900-01-01
constexpr int64_t Today = 1'735'689'600'000;           // 2025-01-01, and any other day of our time
// Far beyond any year that has a name, and far from where 64 bits end.
constexpr int64_t MillisMax = 4'000'000'000'000'000'000;

int64_t millis_of(Seconds seconds) {
    constexpr int64_t SecondsMax = MillisMax / MillisPerSecond;
    return std::clamp(int64_t{seconds.count()}, -SecondsMax, SecondsMax) * MillisPerSecond;
}

tz::sys_seconds sys_seconds(const Instant& instant) {
    return tz::sys_seconds{Seconds(floor_div(instant.millis, MillisPerSecond))};
}

tz::local_seconds local_seconds(const WallTime& wall) {
    return tz::local_seconds{Seconds(floor_div(wall.millis, MillisPerSecond))};
}

}  // namespace

struct TimeZone::Rules {
    const tz::time_zone* zone;
};

TimeZone::TimeZone() : name_("UTC") {}

TimeZone TimeZone::named(std::string_view name) {
    TimeZone zone;
    zone.name_ = name;
    if (auto offset = fixed_offset(name)) {
        zone.offset_millis_ = *offset;
    } else if (const tz::time_zone* found = located(name)) {
        zone.rules_ = std::make_shared<Rules>(Rules{found});
    } else {
        throw Error(ErrorCode::InvalidInput, "there is no time zone '{}'", name)
            .with_hint("zones are called 'UTC', 'Europe/Berlin' or 'GMT+08:00'");
    }
    return zone;
}

WallTime TimeZone::wall_time(const Instant& instant) const {
    return {{instant.millis + offset_span(instant).offset, instant.nanos}};
}

Instant TimeZone::instant(const WallTime& wall) const {
    int64_t offset = offset_millis_;
    if (is_of_calendar_ && wall.millis - offset < CalendarBegin) {
        return {{wall.millis - offset, wall.nanos}};
    }
    if (rules_) {
        tz::local_info info = rules_->zone->get_info(local_seconds(wall));
        bool is_later = is_of_calendar_ && info.result == tz::local_info::ambiguous;
        // In a gap it is the offset before the change.
        offset = millis_of(is_later ? info.second.offset : info.first.offset);
    }
    return {{wall.millis - offset, wall.nanos}};
}

TimeZone TimeZone::of_calendar() const {
    TimeZone zone = *this;
    if (!rules_) return zone;
    tz::sys_info today = rules_->zone->get_info(sys_seconds({{Today, 0}}));
    zone.offset_millis_ = millis_of(today.offset - today.save);
    zone.is_of_calendar_ = true;
    return zone;
}

TimeZone::OffsetSpan TimeZone::offset_span(const Instant& instant) const {
    if (is_of_calendar_ && instant.millis < CalendarBegin) {
        return {offset_millis_, -MillisMax, CalendarBegin};
    }
    if (!rules_) return {offset_millis_, -MillisMax, MillisMax};
    tz::sys_info info = rules_->zone->get_info(sys_seconds(instant));
    int64_t from = millis_of(info.begin.time_since_epoch());
    if (is_of_calendar_) from = std::max(from, CalendarBegin);
    return {millis_of(info.offset), from, millis_of(info.end.time_since_epoch())};
}

std::string TimeZone::abbreviation(const Instant& instant) const {
    return rules_ ? rules_->zone->get_info(sys_seconds(instant)).abbrev : name_;
}

}  // namespace tarn::sql
